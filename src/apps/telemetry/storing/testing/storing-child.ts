import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { segmentStore } from '../insert-range.ts';
import { logRequest } from './log-request.ts';
import { RealStore } from './real-store.ts';
import { startRun } from './storing-run.ts';

/**
 * Spool, inserter and the real engine in one data folder, under load until the process is killed:
 * `<data folder> <first id>`. Writes `kept <id> …` for each request that may be acknowledged.
 * Requests with a `poison` record are rejected by a constraint.
 */
const [dataDir = '', first = '0'] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);
const real = await RealStore.start(dataDir);
const [constraint] = await real.rows(
  "SELECT 1 FROM system.tables WHERE name = 'otel_logs' AND create_table_query LIKE '%no_poison%'",
);
// Even an ALTER that finds nothing to do counts as a change of the table.
if (!constraint)
  await real.command(
    "ALTER TABLE otel_logs ADD CONSTRAINT no_poison CHECK Body NOT LIKE 'poison-%'",
  );
const run = await startRun(join(dataDir), segmentStore(real.store), {
  fsync: 'always',
  seal: { targetRows: 60, maxAgeMs: 30, maxRows: 300, maxBytes: 1 << 20 },
});
run.inserter.start();
say('open');
let next = Number(first);

async function send(): Promise<never> {
  for (;;) {
    const id = next;
    next += 1;
    const ids = [`id-${id}`, id % 40 === 0 ? `poison-${id}` : `more-${id}`];
    const outcome = await run.spool.append(logRequest(ids));
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    say(`kept ${id}`);
    run.spool.answered(outcome.entry);
    await pause(1);
  }
}
await Promise.all(Array.from({ length: 4 }, send));
