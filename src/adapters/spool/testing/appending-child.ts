import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { openSpool } from '../disk-spool.ts';
import type { FsyncPolicy } from '../segment.ts';
import { spoolOptions, textRequest } from './scratch-spool.ts';

/**
 * A process that appends until it is killed: `<folder> <first id> <fsync> <bytes> <count>`. Writes
 * a line for each outcome: `kept <id>`, `absorbed <id>`, `refused <id> <reason>`, and `problem …`.
 */
const [folder = '', first = '0', fsync = 'always', bytes = '200', count = '1000000'] =
  process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);
const log = (event: string, fields: Readonly<Record<string, unknown>> = {}) =>
  say(`log ${event} ${fields.error instanceof Error ? fields.error.message : ''}`);
const logger = { debug: log, info: log, warn: log, error: log };
const seal = { targetRows: 40, maxAgeMs: 20, maxRows: 200, maxBytes: 1 << 20 };
const options = spoolOptions(folder, { fsync: fsync as FsyncPolicy, seal });
const spool = await openSpool(options, logger);
const total = Number(first) + Number(count);
let next = Number(first);

async function append(): Promise<void> {
  while (next < total) {
    const id = next;
    next += 1;
    const request = textRequest(`id-${id}-${'x'.repeat(Number(bytes))}`, [
      'otel_logs',
      'hyperdx_sessions',
    ]);
    const outcome = await spool.append(request);
    if (outcome.kind === 'refused') say(`refused ${id} ${outcome.reason}`);
    else {
      say(`${outcome.kind} ${id}`);
      if (id % 2 === 0) spool.answered(outcome.entry);
    }
    if (next % 97 === 0) await pause(5);
  }
}
say('open');
await Promise.all(Array.from({ length: 8 }, append));
await spool.close();
say('closed');
