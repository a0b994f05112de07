import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { segmentStore } from './insert-range.ts';
import { logRequest } from './testing/log-request.ts';
import { RealStore } from './testing/real-store.ts';
import { finishRun, type StoringRun, startRun } from './testing/storing-run.ts';

/** Real rejections by the real engine, on the real schema. */
let real: RealStore;
let folders = 0;
beforeAll(async () => {
  real = await RealStore.start();
});
afterAll(() => real.stop());
beforeEach(async () => {
  await real.command('TRUNCATE TABLE otel_logs');
  await real.command('TRUNCATE TABLE otel_logs_kv_rollup_15m');
});

const start = (): Promise<StoringRun> => {
  folders += 1;
  const folder = join(real.dataDir, `run-${folders}`);
  mkdirSync(folder);
  return startRun(folder, segmentStore(real.store));
};

async function sendAll(run: StoringRun, requests: readonly (readonly string[])[]): Promise<void> {
  for (const ids of requests) {
    const outcome = await run.spool.append(logRequest(ids));
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    run.spool.answered(outcome.entry);
  }
}

const requests = [['a1', 'a2'], ['b1', 'poison', 'b2'], ['c1'], ['d1', 'd2', 'd3']];
const neighbours = ['a1', 'a2', 'c1', 'd1', 'd2', 'd3'];
const everything = requests.flat().sort();

test('what the engine does with a rejected segment', async () => {
  const check = async (
    name: string,
    cause: string,
    cure: string,
    expected: { stored: string[]; letters: { rows: number; code?: number; error: RegExp }[] },
  ) => {
    await real.command('TRUNCATE TABLE otel_logs');
    await real.command('TRUNCATE TABLE otel_logs_kv_rollup_15m');
    for (const statement of cause.split(';')) await real.command(statement);
    const run = await start();
    await sendAll(run, requests);
    expect(await finishRun(run), name).toBe(true);
    const letters = await run.deadLetters.list();
    for (const statement of cure.split(';')) await real.command(statement);
    const { bodies, rolledUp } = await real.bodies();
    expect(bodies, name).toEqual(expected.stored);
    expect(rolledUp, name).toBe(expected.stored.length);
    expect(letters.length, name).toBe(expected.letters.length);
    for (const [index, letter] of expected.letters.entries()) {
      expect(letters[index], name).toMatchObject({
        table: 'otel_logs',
        signal: 'logs',
        cause: 'rejected',
        rows: letter.rows,
        requests: 1,
        keyIds: ['key'],
        ...(letter.code ? { code: letter.code } : {}),
      });
      expect(letters[index]?.error).toMatch(letter.error);
    }
  };
  await check(
    'constraint',
    "ALTER TABLE otel_logs ADD CONSTRAINT no_poison CHECK Body != 'poison'",
    'ALTER TABLE otel_logs DROP CONSTRAINT no_poison',
    { stored: neighbours, letters: [{ rows: 3, code: 469, error: /no_poison/ }] },
  );
  await check(
    'retyped column',
    'ALTER TABLE otel_logs MODIFY COLUMN EventName FixedString(3)',
    'ALTER TABLE otel_logs MODIFY COLUMN EventName String',
    { stored: neighbours, letters: [{ rows: 3, code: 131, error: /EventName/ }] },
  );
  // A view of the user's own does not keep telemetry out of its table.
  await check(
    'failing view',
    "CREATE TABLE sink (x UInt8) ENGINE = MergeTree ORDER BY x; CREATE MATERIALIZED VIEW broken TO sink AS SELECT throwIf(Body = 'poison') AS x FROM otel_logs",
    'DROP VIEW broken SYNC; DROP TABLE sink SYNC',
    { stored: everything, letters: [] },
  );
  await check(
    'view without its target',
    'CREATE TABLE sink (x UInt64) ENGINE = MergeTree ORDER BY x; CREATE MATERIALIZED VIEW broken TO sink AS SELECT length(Body) AS x FROM otel_logs; DROP TABLE sink SYNC',
    'DROP VIEW broken SYNC',
    { stored: everything, letters: [] },
  );
});

test('records of more days than ClickHouse likes in one insert are stored, from one request and from many', async () => {
  const day = 86_400_000;
  const run = await start();
  const outcomes = [];
  for (let n = 0; n < 120; n += 1)
    outcomes.push(await run.spool.append(logRequest([`day-${n}`], Date.now() - n * day)));
  const wide = logRequest(['seed']);
  const blocks = Array.from(
    { length: 130 },
    (_, n) => logRequest([`wide-${n}`], Date.now() - n * day).blocks[0]!,
  );
  const bytes = Buffer.concat(blocks.map((each) => each.bytes));
  outcomes.push(
    await run.spool.append({ ...wide, blocks: [{ table: 'otel_logs', rows: 130, bytes }] }),
  );
  expect(outcomes.every((each) => each.kind === 'kept')).toBe(true);
  expect(await finishRun(run)).toBe(true);
  const { bodies, rolledUp } = await real.bodies();
  expect(bodies.length).toBe(250);
  expect(new Set(bodies).size).toBe(250);
  expect(rolledUp).toBe(250);
  expect(await run.deadLetters.list()).toEqual([]);
});

test('a dead letter is replayed once its cause is gone, and is one again while it is not', async () => {
  await real.command("ALTER TABLE otel_logs ADD CONSTRAINT no_poison CHECK Body != 'poison'");
  const run = await start();
  await sendAll(run, requests);
  await run.spool.drain();
  run.inserter.start();
  expect(await run.inserter.settle(30_000)).toBe(true);
  const replay = async (id: string) => {
    const moved = await run.deadLetters.moveToSpool(id, join(run.folder, 'spool'));
    expect(await run.deadLetters.list()).toEqual([]);
    const end = run.inserter.endOf(id);
    await run.spool.adopt(moved!.folder, id, moved!.signal);
    return end;
  };
  const [letter] = await run.deadLetters.list();
  expect(await replay(letter!.id)).toBe('rejected');
  const [again] = await run.deadLetters.list();
  expect(again).toMatchObject({ id: letter!.id, rows: 3 });
  await real.command('ALTER TABLE otel_logs DROP CONSTRAINT no_poison');
  expect(await replay(letter!.id)).toBe('stored');
  expect(await run.deadLetters.list()).toEqual([]);
  const { bodies, rolledUp } = await real.bodies();
  expect(bodies).toEqual(everything);
  expect(rolledUp).toBe(everything.length);
  expect(await run.deadLetters.delete(letter!.id)).toBe(false);
  await run.inserter.stop();
  await run.spool.close();
});
