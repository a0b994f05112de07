import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Spool, SpoolOutcome } from '../../../adapters/spool/spool.ts';
import { defaultSpoolOptions } from '../../../adapters/spool/spool-options.ts';
import type { Logger } from '../../../base/log.ts';
import { connectSpool } from './connect-spool.ts';
import { type Storing, startStoring } from './start-storing.ts';
import type { StoredRows } from './store-table.ts';
import { defaultStoring, type StoringOptions } from './storing-messages.ts';
import { logRequest } from './testing/log-request.ts';
import { quiet } from './testing/quiet-logger.ts';
import { RealStore } from './testing/real-store.ts';

let real: RealStore;
let folders = 0;
beforeAll(async () => {
  real = await RealStore.start();
});
afterAll(() => real.stop());

function options(more: Partial<StoringOptions> = {}): StoringOptions {
  folders += 1;
  const folder = join(real.dataDir, `storing-${folders}`);
  mkdirSync(folder);
  return {
    spool: { ...defaultSpoolOptions, diskMinFreeBytes: 0, folder: join(folder, 'spool') },
    deadLetters: { folder: join(folder, 'dead-letters'), maxBytes: 2 ** 30 },
    store: real.engine.connection,
    parallelInserts: defaultStoring.parallelInserts,
    retry: { firstMs: 20, mostMs: 200 },
    ...more,
  };
}

const entryOf = (outcome: SpoolOutcome): number => {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome.entry;
};
const bodies = async (prefix: string) =>
  (await real.bodies()).bodies.filter((each) => each.startsWith(prefix));

/** Until `ready` says so; the test's own timeout ends it otherwise. */
async function until(ready: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await ready())) await pause(20);
}

/** Sends until it is taken, as a client does. */
async function insist(spool: () => Spool, id: string): Promise<number> {
  for (;;) {
    const outcome = await spool().append(logRequest([id], 1_700_000_000_000));
    if (outcome.kind !== 'refused') return outcome.entry;
    await pause(50);
  }
}

async function drained(storing: Storing): Promise<void> {
  expect(await storing.drain(30_000)).toBe(true);
}

test('from a receiver through the thread into the table', async () => {
  const storing = await startStoring(options(), quiet);
  const stored: StoredRows[] = [];
  storing.onStored((each) => stored.push(each));
  const port = storing.connect();
  const spool = connectSpool(port);
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, n) => spool.append(logRequest([`one-${n}-a`, `one-${n}-b`]))),
  );
  for (const outcome of outcomes) spool.answered(entryOf(outcome));
  await until(() => stored.reduce((sum, each) => sum + each.rows, 0) === 100);
  expect(stored[0]?.table).toBe('otel_logs');
  expect((await bodies('one-')).length).toBe(100);
  await until(async () => (await storing.status()).spool.bytes === 0);
  expect(await storing.status()).toMatchObject({
    spool: { kept: 50, absorbed: 0, segments: 0, unanswered: 0, problems: [] },
    inserts: { storedRows: { otel_logs: 100 }, waitingForDeadLetters: 0 },
    deadLetters: { count: 0 },
  });
  await drained(storing);
  expect(await spool.append(logRequest(['late']))).toMatchObject({ reason: 'spool_failed' });
  await expect(storing.status()).rejects.toThrow(/has stopped/);
});

test('a lost receiver leaves entries that absorb their retries', async () => {
  const storing = await startStoring(options(), quiet);
  const first = storing.connect();
  const request = () => logRequest(['retry-1'], 1_700_000_000_000);
  const entry = entryOf(await connectSpool(first).append(request()));
  const port = storing.connect();
  const second = connectSpool(port);
  expect(await second.append(request())).toMatchObject({ kind: 'kept' });
  first.close();
  await until(async () => {
    const outcome = await second.append(request());
    return outcome.kind === 'absorbed' && outcome.entry === entry;
  });
  await drained(storing);
});

test('memory that others share is not taken from them', async () => {
  const storing = await startStoring(options(), quiet);
  const port = storing.connect();
  const spool = connectSpool(port);
  const request = logRequest(['shared-1']);
  const block = request.blocks[0]!;
  const shared = new Uint8Array(block.bytes.length + 8);
  shared.set(block.bytes, 4);
  const part = shared.subarray(4, 4 + block.bytes.length);
  entryOf(await spool.append({ ...request, blocks: [{ ...block, bytes: part }] }));
  expect(shared.length).toBe(block.bytes.length + 8);
  await drained(storing);
  expect(await bodies('shared-')).toEqual(['shared-1']);
});

test('the thread dies again and again under load: it comes back, nothing is lost or doubled', async () => {
  const lines: string[] = [];
  const log: Logger = { ...quiet, error: (event) => lines.push(event) };
  const mine = options();
  const entry = new URL('./testing/mortal-worker.ts', import.meta.url);
  const storing = await startStoring(mine, log, entry);
  let spool: Spool;
  const attach = () => {
    const port = storing.connect();
    spool = connectSpool(port);
    port.once('close', attach);
  };
  attach();
  const sent: string[] = [];
  let deaths = 0;
  const sender = async (name: string) => {
    for (let n = 0; deaths < 3; n += 1) {
      const id = `die-${name}-${n}`;
      const to = spool;
      const number = await insist(() => spool, id);
      if (to === spool) spool.answered(number);
      sent.push(id);
      await pause(2);
    }
  };
  const killer = async () => {
    for (; deaths < 3; deaths += 1) {
      const before = lines.filter((each) => each === 'storing_restarts').length;
      await pause(150);
      writeFileSync(join(mine.spool.folder, '..', 'die'), '');
      await until(() => lines.filter((each) => each === 'storing_restarts').length > before);
      await until(() =>
        storing.status().then(
          () => true,
          () => false,
        ),
      );
    }
  };
  await Promise.all([sender('a'), sender('b'), sender('c'), killer()]);
  await drained(storing);
  expect(await bodies('die-')).toEqual([...sent].sort());
});

test('dead letters through the thread: listed, replayed, deleted', async () => {
  const storing = await startStoring(options(), quiet);
  const port = storing.connect();
  const spool = connectSpool(port);
  await real.command("ALTER TABLE otel_logs ADD CONSTRAINT no_bad CHECK Body NOT LIKE 'bad-%'");
  for (const id of ['bad-1', 'fine-1', 'bad-2']) entryOf(await spool.append(logRequest([id])));
  await until(async () => (await storing.listDeadLetters()).length === 2);
  const [one, two] = await storing.listDeadLetters();
  expect(await storing.replayDeadLetter(one!.id)).toBe('rejected');
  await real.command('ALTER TABLE otel_logs DROP CONSTRAINT no_bad');
  expect(await storing.replayDeadLetter(one!.id)).toBe('stored');
  expect(await storing.replayDeadLetter(one!.id)).toBe('not_found');
  expect(await storing.replayDeadLetter('../../engine')).toBe('not_found');
  expect(await storing.deleteDeadLetter(two!.id)).toBe(true);
  expect(await storing.deleteDeadLetter(two!.id)).toBe(false);
  expect((await bodies('bad-')).length).toBe(1);
  expect(await bodies('fine-')).toEqual(['fine-1']);
  await drained(storing);
});

test('a spool that is in use: the start says so', async () => {
  const mine = options();
  const storing = await startStoring(mine, quiet);
  await expect(startStoring(mine, quiet)).rejects.toThrow(/in use by another process/);
  await drained(storing);
});
