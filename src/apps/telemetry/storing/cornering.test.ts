import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { SpoolRequest } from '../../../adapters/spool/spool.ts';
import { MemoryStore } from './testing/memory-store.ts';
import { finishRun, killedCopy, type StoringRun, startRun } from './testing/storing-run.ts';

const root = mkdtempSync(join(tmpdir(), 'castellan-cornering-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const freshFolder = (): string => {
  folders += 1;
  return join(root, String(folders));
};

const request = (text: string): SpoolRequest => ({
  signal: 'logs',
  keyId: 'key',
  digest: createHash('sha256').update(text).digest(),
  blocks: (['otel_logs', 'hyperdx_sessions'] as const).map((table) => ({
    table,
    rows: 1,
    bytes: Buffer.from(`${text} ${table}\n`),
  })),
});

async function sendAll(run: StoringRun, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    const outcome = await run.spool.append(request(text));
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    run.spool.answered(outcome.entry);
  }
}

const texts = (count: number, poison: ReadonlySet<number>): string[] =>
  Array.from({ length: count }, (_, n) => `${poison.has(n) ? 'bad' : 'good'}-${n}`);

/** Stored in its table, or in a dead letter of that table: exactly one of them, for each request. */
async function checkOnce(run: StoringRun, store: MemoryStore, sent: readonly string[]) {
  for (const table of ['otel_logs', 'hyperdx_sessions']) {
    const bad = (text: string) => store.poison(`${text} ${table}`);
    expect(store.sorted(table)).toEqual(
      sent
        .filter((text) => !bad(text))
        .map((text) => `${text} ${table}`)
        .sort(),
    );
    const letters = (await run.deadLetters.list()).filter((each) => each.table === table);
    expect(letters.reduce((sum, each) => sum + each.rows, 0)).toBe(sent.filter(bad).length);
    expect(letters.every((each) => each.cause === 'rejected' && each.code === 469)).toBe(true);
  }
}

test('only the requests that are rejected become dead letters', async () => {
  const check = async (count: number, poison: readonly number[], letters: number) => {
    const store = new MemoryStore();
    store.poison = (line) => line.startsWith('bad') && line.endsWith('otel_logs');
    const run = await startRun(freshFolder(), store.process());
    const sent = texts(count, new Set(poison));
    await sendAll(run, sent);
    expect(await finishRun(run)).toBe(true);
    await checkOnce(run, store, sent);
    expect(run.deadLetters.status().count).toBe(letters);
    expect(run.spool.status()).toMatchObject({ segments: 0, bytes: 0 });
  };
  await check(1, [], 0);
  await check(1, [0], 1);
  await check(8, [0], 1);
  await check(8, [7], 1);
  await check(9, [3, 4, 8], 3);
  await check(5, [0, 1, 2, 3, 4], 5);
});

test('a row number in the error saves inserts, and a wrong one costs few', async () => {
  const check = async (rowHint: MemoryStore['rowHint'], most: number) => {
    const store = new MemoryStore();
    store.poison = (line) => line === 'bad-77 otel_logs';
    store.rowHint = rowHint;
    const run = await startRun(freshFolder(), store.process());
    const sent = texts(200, new Set([77]));
    await sendAll(run, sent);
    expect(await finishRun(run)).toBe(true);
    await checkOnce(run, store, sent);
    // One of the inserts is the other table's, and the whole is tried twice.
    expect(store.inserts).toBeLessThanOrEqual(most);
  };
  await check('right', 7);
  await check('none', 19);
  await check('wrong', 40);
});

test('wherever the process dies, and however often: nothing lost, nothing doubled', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(9), { maxLength: 4 }),
      fc.array(
        fc.record({
          at: fc.integer({ min: 1, max: 14 }),
          when: fc.constantFrom('before', 'after'),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      fc.constantFrom('right' as const, 'wrong' as const, 'none' as const),
      async (poison, deaths, rowHint) => {
        const store = new MemoryStore();
        store.rowHint = rowHint;
        store.poison = (line) => line.startsWith('bad');
        const sent = texts(10, new Set(poison));
        let run = await startRun(freshFolder(), store.process());
        await sendAll(run, sent);
        await run.spool.drain();
        for (const death of deaths) {
          const dead = new Promise<void>((resolve) => {
            store.onDeath = resolve;
          });
          store.inserts = 0;
          store.dies = death as MemoryStore['dies'];
          run.inserter.start();
          await Promise.race([dead, run.inserter.settle(5_000)]);
          const next = killedCopy(run.folder, freshFolder());
          await run.spool.close();
          run = await startRun(next, store.process());
        }
        store.dies = undefined;
        expect(await finishRun(run)).toBe(true);
        await checkOnce(run, store, sent);
      },
    ),
    { numRuns: Number(process.env.CASTELLAN_CORNERING_RUNS ?? 40) },
  );
});

test('the cause goes away while the process is down in the middle of the search', async () => {
  for (let at = 1; at <= 8; at += 1) {
    const store = new MemoryStore();
    store.poison = (line) => line.startsWith('bad');
    const sent = texts(8, new Set([5]));
    const run = await startRun(freshFolder(), store.process());
    await sendAll(run, sent);
    const dead = new Promise<void>((resolve) => {
      store.onDeath = resolve;
    });
    store.dies = { at, when: 'after' };
    await run.spool.drain();
    run.inserter.start();
    await Promise.race([dead, run.inserter.settle(5_000)]);
    store.dies = undefined;
    store.poison = () => false;
    const again = await startRun(killedCopy(run.folder, freshFolder()), store.process());
    await run.spool.close();
    expect(await finishRun(again)).toBe(true);
    const letters = await again.deadLetters.list();
    for (const table of ['otel_logs', 'hyperdx_sessions']) {
      const kept = letters.filter((each) => each.table === table).length;
      const lines = store.sorted(table);
      expect(lines).toEqual([...new Set(lines)]);
      expect(lines.length + kept, `death at insert ${at}`).toBe(8);
    }
  }
});

test('an insert was cut off, then the table changed, then it is rejected: a letter that a replay stores once', async () => {
  for (const when of ['before', 'after'] as const) {
    const store = new MemoryStore();
    const sent = texts(3, new Set([1]));
    const run = await startRun(freshFolder(), store.process());
    await sendAll(run, sent);
    await run.spool.drain();
    const dead = new Promise<void>((resolve) => {
      store.onDeath = resolve;
    });
    store.dies = { at: 1, when };
    run.inserter.start();
    await dead;
    store.dies = undefined;
    store.poison = (line) => line.startsWith('bad');
    store.definition = 'two';
    const again = await startRun(killedCopy(run.folder, freshFolder()), store.process());
    await run.spool.close();
    await again.spool.drain();
    again.inserter.start();
    expect(await again.inserter.settle(5_000)).toBe(true);
    const letters = await again.deadLetters.list();
    expect(letters.map((each) => [each.cause, each.rows])).toContainEqual(['uncertain', 3]);
    store.poison = () => false;
    for (const { id, signal } of letters) {
      const moved = await again.deadLetters.moveToSpool(id, join(again.folder, 'spool'));
      const end = again.inserter.endOf(id);
      await again.spool.adopt(moved!.folder, id, signal);
      expect(await end).toBe('stored');
    }
    for (const table of ['otel_logs', 'hyperdx_sessions'])
      expect(store.sorted(table)).toEqual(sent.map((text) => `${text} ${table}`).sort());
    await again.inserter.stop();
    await again.spool.close();
  }
});

test('dead letters reach their limit: the segment waits, others pass, nothing is lost', async () => {
  const store = new MemoryStore();
  store.poison = (line) => line.startsWith('bad');
  const run = await startRun(freshFolder(), store.process(), {
    deadLettersMaxBytes: 10,
    seal: { targetRows: 1, maxAgeMs: 1, maxRows: 1, maxBytes: 1 },
  });
  run.inserter.start();
  await sendAll(run, ['bad-0', 'good-1', 'good-2']);
  await run.spool.drain();
  expect(await run.inserter.settle(5_000)).toBe(true);
  expect(store.sorted('otel_logs')).toEqual(['good-1 otel_logs', 'good-2 otel_logs']);
  expect(run.inserter.status().waitingForDeadLetters).toBe(1);
  expect(run.deadLetters.status().count).toBe(0);
  expect(run.spool.status().rows).toBe(2);
  await run.inserter.stop();
  await run.spool.close();
  const roomy = await startRun(run.folder, store.process());
  expect(await finishRun(roomy)).toBe(true);
  await checkOnce(roomy, store, ['bad-0', 'good-1', 'good-2']);
});

test('the store is away: everything waits, in few large segments, and is stored afterwards', async () => {
  const store = new MemoryStore();
  store.away = true;
  const run = await startRun(freshFolder(), store.process(), {
    seal: { targetRows: 4, maxAgeMs: 1, maxRows: 1_000, maxBytes: 1 << 20 },
  });
  run.inserter.start();
  const sent = texts(100, new Set());
  await sendAll(run, sent);
  expect(store.sorted('otel_logs')).toEqual([]);
  const { unavailable } = run.inserter.status();
  expect(unavailable?.message).toMatch(/does not answer/);
  expect(run.spool.shelf.waiting().length).toBeLessThanOrEqual(2);
  store.away = false;
  expect(await finishRun(run)).toBe(true);
  await checkOnce(run, store, sent);
  expect(run.inserter.status().unavailable).toBeUndefined();
});
