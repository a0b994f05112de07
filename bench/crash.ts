/**
 * Cycles of load and kill -9 of the parent, the engine or both at random moments, counted by
 * unique id: `npm run bench -- crash [cycles]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCrashCycles } from '../test/crash/crash-cycles.ts';

const cycles = Number(process.argv[2] ?? 100);
const dataDir = mkdtempSync(join(tmpdir(), 'castellan-bench-crash-'));
const report = await runCrashCycles({
  dataDir,
  cycles,
  senders: 6,
  onCycle: (cycle, victim) =>
    process.stderr.write(`\rcycle ${cycle + 1}/${cycles}: kill -9 of ${victim}      `),
});
process.stderr.write('\n');
console.log(report);
const { lostRows, doubledRows, partialRequests, rollupsThatDisagree } = report;
const wrong = lostRows + doubledRows + partialRequests + rollupsThatDisagree;
// The folder is the evidence where something is wrong.
if (wrong === 0) rmSync(dataDir, { recursive: true, force: true });
else console.error(`kept for inspection: ${dataDir}`);
process.exitCode = wrong === 0 ? 0 : 1;
