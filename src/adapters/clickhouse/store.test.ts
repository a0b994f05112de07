import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertedColumns, telemetryTables, wireType } from '../../model/telemetry/tables.ts';
import { connectStore } from './connect-store.ts';
import { parseServerUrl } from './parse-server-url.ts';
import { migrate } from './schema/migrate.ts';
import { type Store, StoreError } from './store.ts';
import type { ServerConnection } from './store-connection.ts';
import { asStoreError, classifyStoreCode } from './store-errors.ts';
import { collectingLogger, startTestEngine, type TestEngine } from './testing/test-engine.ts';

let engine: TestEngine;
let embedded: Store;
let server: Store;
beforeAll(async () => {
  engine = await startTestEngine();
  embedded = connectStore(engine.engine.connection);
  // The same engine, spoken to as if it were a server: the segment travels as a body.
  const asServer: ServerConnection = { ...engine.engine.connection, kind: 'server', settings: {} };
  server = connectStore(asServer);
  const retention = { logsMs: 0, tracesMs: 0, metricsMs: 0, sessionsMs: 0 };
  await migrate(
    embedded.client,
    { database: 'castellan', retention, textIndexes: true },
    collectingLogger().logger,
  );
  mkdirSync(join(engine.dataDir, 'spool'));
});
afterAll(async () => {
  await embedded.close();
  await server.close();
  await engine.stop();
});

/** A segment as the spool writes it: many small Native blocks, over several days. */
async function segment(name: string, rows: number): Promise<string> {
  const columns = insertedColumns(telemetryTables.otel_logs).map((column) => {
    const value =
      column.name === 'Timestamp'
        ? 'toDateTime64(1767225600 + (number % 5) * 86400, 9)'
        : column.name === 'ServiceName'
          ? "concat('service-', toString(number % 7))"
          : column.name === 'Body'
            ? `concat('${name} ', toString(number), '\\n\\ndrop table otel_logs')`
            : `defaultValueOfTypeName('${wireType(column).replaceAll("'", "\\'")}')`;
    return `CAST(${value}, '${wireType(column).replaceAll("'", "\\'")}') AS \`${column.name}\``;
  });
  const answer = await engine.http({
    body: `SELECT ${columns.join(', ')} FROM numbers(${rows}) FORMAT Native`,
    url: { max_block_size: '37', max_threads: '1' },
  });
  expect(answer.status, answer.text.slice(0, 300)).toBe(200);
  const path = join(engine.dataDir, 'spool', name);
  writeFileSync(path, answer.bytes);
  return path;
}

const counts = async (name: string): Promise<number[]> => {
  const rows = await engine.text(
    `SELECT count(), uniqExact(Body) FROM otel_logs WHERE startsWith(Body, '${name} ')`,
  );
  return rows.split('\t').map(Number);
};
const rollupAgrees = async (): Promise<boolean> => {
  const kept = await engine.text('SELECT count() FROM otel_logs');
  const rolled = await engine.text(
    "SELECT sum(count) FROM otel_logs_kv_rollup_15m WHERE Key = 'ServiceName'",
  );
  return kept === rolled;
};

test('a segment is one block and is stored once, with its roll-ups, by path and as a body', async () => {
  const check = async (store: Store, name: string) => {
    const path = await segment(name, 1_000);
    const insert = { table: 'otel_logs', path, rows: 1_000, token: `token-${name}` } as const;
    const parts = () => engine.text("SELECT count() FROM system.parts WHERE table = 'otel_logs'");
    const before = Number(await parts());
    await store.insertSegment(insert);
    expect(await counts(name)).toEqual([1_000, 1_000]);
    // One part for each of the five days: the 28 blocks of the file became one.
    expect(Number(await parts()) - before).toBe(5);
    await store.insertSegment(insert);
    await store.insertSegment(insert);
    expect(await counts(name)).toEqual([1_000, 1_000]);
    await store.insertSegment({ ...insert, token: `${insert.token}-other` });
    expect(await counts(name)).toEqual([2_000, 1_000]);
    expect(await rollupAgrees()).toBe(true);
  };
  await check(embedded, 'by-path');
  await check(server, 'as-body');
});

test('killed at any moment and repeated: stored once, the roll-ups agree', async () => {
  const path = await segment('killed', 20_000);
  for (let round = 0; round < 4; round += 1) {
    const insert = { table: 'otel_logs', path, rows: 20_000, token: `killed-${round}` } as const;
    const first = embedded.insertSegment(insert).catch((error: unknown) => error);
    await pause(20 + round * 60);
    const status = engine.engine.status();
    if (status.state === 'running') process.kill(status.pid, 'SIGKILL');
    const failed = await first;
    if (failed) expect((failed as StoreError).kind).toBe('unavailable');
    for (let tries = 0; ; tries += 1) {
      const error = await embedded.insertSegment(insert).catch((reason: unknown) => reason);
      if (error === undefined) break;
      expect(tries).toBeLessThan(100);
      await pause(100);
    }
    expect(await counts('killed')).toEqual([(round + 1) * 20_000, 20_000]);
    expect(await rollupAgrees()).toBe(true);
  }
}, 120_000);

test('broken segments are content, missing stores are unavailable', async () => {
  const path = await segment('broken', 100);
  const whole = readFileSync(path);
  const check = async (bytes: Buffer, kind: string) => {
    writeFileSync(path, bytes);
    for (const store of [embedded, server]) {
      const failed = await store
        .insertSegment({ table: 'otel_logs', path, rows: 100, token: 'broken' })
        .catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(StoreError);
      expect([(failed as StoreError).kind, (failed as StoreError).message]).toEqual([
        kind,
        expect.any(String),
      ]);
    }
  };
  await check(whole.subarray(0, whole.length - 10), 'content');
  await check(Buffer.from('this is no block at all'), 'content');
  expect(await counts('broken')).toEqual([0, 0]);
  const gone = connectStore({ ...engine.engine.connection, url: 'http://127.0.0.1:1' });
  const failed = await gone
    .insertSegment({ table: 'otel_logs', path, rows: 1, token: 't' })
    .catch((e: unknown) => e);
  expect((failed as StoreError).kind).toBe('unavailable');
  expect(await gone.health()).toMatchObject({
    status: 'unavailable',
    detail: expect.stringContaining('ECONNREFUSED'),
  });
  await gone.close();
});

test('an insert with a signal stops when that is aborted', async () => {
  const path = await segment('aborted', 100);
  const failed = await embedded
    .insertSegment({ table: 'otel_logs', path, rows: 100, token: 'a' }, AbortSignal.abort())
    .catch((error: unknown) => error);
  expect((failed as StoreError).kind).toBe('unavailable');
});

test('the reader cannot write, whatever it is asked to', async () => {
  const check = async (query: string) =>
    await expect(embedded.reader.command({ query }), query).rejects.toMatchObject({ code: '164' });
  await check('DROP TABLE otel_logs');
  await check('INSERT INTO otel_logs (Body) SELECT 1');
  await check('SET readonly = 0');
});

test('health, and cancelling by query id', async () => {
  expect(await embedded.health()).toMatchObject({
    status: 'ok',
    version: expect.stringMatching(/^\d/),
  });
  const query_id = 'to-be-cancelled';
  const asked = embedded.reader
    .query({ query: 'SELECT count() FROM numbers(1000000000000)', query_id })
    .catch((error: { code?: string }) => error.code);
  await pause(300);
  await embedded.cancel(query_id);
  expect(await asked).toBe('394');
});

test('a connection can be sent to a worker thread', async () => {
  const url = new URL('./connect-store.ts', import.meta.url).href;
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(${JSON.stringify(url)}).then(async ({ connectStore }) => {
      const store = connectStore(workerData);
      parentPort.postMessage(await store.health());
      await store.close();
    });`;
  const worker = new Worker(script, { eval: true, workerData: engine.engine.connection });
  const health = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  expect(health).toMatchObject({ status: 'ok' });
  await worker.terminate();
});

test('codes: only what is sure to fail again is content', () => {
  const check = (code: number, expected: string) =>
    expect(classifyStoreCode(code), String(code)).toBe(expected);
  for (const code of [6, 27, 33, 53, 117, 131, 321, 469]) check(code, 'content');
  for (const code of [
    16, 47, 60, 81, 159, 164, 202, 209, 210, 241, 242, 243, 252, 319, 394, 425, 516, 999, 1002,
    987_654,
  ])
    check(code, 'unavailable');
  expect(asStoreError(new Error('socket hang up')).kind).toBe('unavailable');
});

test('the URL of a server', () => {
  const check = (text: string, expected: unknown) => {
    const parsed = parseServerUrl(text, 'castellan');
    expect(parsed.ok ? parsed.value : parsed.error, text).toEqual(expected);
  };
  const base = {
    kind: 'server',
    username: 'default',
    password: '',
    database: 'castellan',
    settings: {},
  };
  check('http://localhost:8123', { ...base, url: 'http://localhost:8123' });
  check('https://u:p%40ss@ch.example:8443/?max_execution_time=5', {
    ...base,
    url: 'https://ch.example:8443',
    username: 'u',
    password: 'p@ss',
    settings: { max_execution_time: '5' },
  });
  check('http://proxy/ch/', { ...base, url: 'http://proxy/ch/' });
  check('localhost:8123', expect.stringContaining('http://'));
  check('nonsense', expect.stringContaining('is not a URL'));
  check('tcp://localhost:9000', expect.stringContaining('http:// or https://'));
  check('http://localhost:9000', expect.stringContaining('native protocol'));
  check('http://localhost/?database=x', expect.stringContaining('CASTELLAN_DATABASE'));
  check('http://localhost/?query=x', expect.stringContaining('"query"'));
  check('http://u:%ZZ@localhost', expect.stringContaining('percent-encoded'));
});
