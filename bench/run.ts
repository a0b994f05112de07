/** Runs the benchmarks one after the other: `npm run bench`, or some: `npm run bench -- start`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const all = [
  'decode',
  'receiver',
  'spool',
  'end-to-end',
  'start',
  'crash',
  'soak',
  'fleet',
  'monitor-cost',
  'history',
  'alert-storm',
  'healthy-hour',
  'faults',
];
const [name, ...rest] = process.argv.slice(2);
const names = name ? [name] : all;
let failed = false;
for (const each of names) {
  const file = join(import.meta.dirname, `${each}.ts`);
  if (!existsSync(file)) {
    console.error(`no benchmark "${each}"; there are: ${all.join(', ')}`);
    process.exit(2);
  }
  console.log(`\n# ${each}`);
  const { status } = spawnSync(process.execPath, [file, ...rest], { stdio: 'inherit' });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
