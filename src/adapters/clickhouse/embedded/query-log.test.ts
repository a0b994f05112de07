import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../testing/test-engine.ts';
import { isStreamable } from './output-formats.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

async function logged(where: string): Promise<Record<string, unknown>> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await engine.client.query({
      query: `SELECT * FROM system.query_log WHERE ${where} ORDER BY event_time DESC LIMIT 1`,
      format: 'JSONEachRow',
    });
    const [row] = await answer.json<Record<string, unknown>>();
    if (row) return row;
    await pause(100);
  }
  throw new Error(`nothing was logged where ${where}`);
}

test('a query, an insert and a failure are found in system.query_log', async () => {
  await engine.client.command({ query: 'CREATE TABLE q (a UInt32) ENGINE = MergeTree ORDER BY a' });
  await engine.client.insert({
    table: 'q',
    values: [{ a: 1 }, { a: 2 }],
    format: 'JSONEachRow',
    query_id: 'log-insert',
  });
  await engine.client.query({
    query: 'SELECT sum(a) FROM q',
    query_id: 'log-select',
    clickhouse_settings: { log_comment: 'mine' },
  });
  await engine.client
    .query({ query: 'SELECT sum(a) FROM nosuch', query_id: 'log-failure' })
    .catch(() => undefined);
  await engine.http({ body: 'SELECT 1; SELECT 2', url: { query_id: 'log-refused' } });
  expect(await logged("query_id = 'log-insert'")).toMatchObject({
    type: 'QueryFinish',
    query_kind: 'Insert',
    written_rows: 2,
    written_bytes: 8,
    user: 'castellan',
    is_initial_query: 1,
    current_database: 'castellan',
  });
  const select = await logged("query_id = 'log-select'");
  expect(select).toMatchObject({
    type: 'QueryFinish',
    query_kind: 'Select',
    read_rows: 2,
    read_bytes: 8,
    result_rows: 1,
    log_comment: 'mine',
    exception_code: 0,
  });
  expect(select.query).toMatch(/^SELECT sum\(a\) FROM q/);
  expect(Math.abs(Date.parse(`${select.event_time}Z`) - Date.now())).toBeLessThan(86_400_000);
  expect(await logged("query_id = 'log-failure'")).toMatchObject({
    type: 'ExceptionWhileProcessing',
    exception_code: 60,
    exception: expect.stringContaining('nosuch'),
  });
  expect(await logged("query_id = 'log-refused'")).toMatchObject({
    type: 'ExceptionBeforeStart',
    exception_code: 62,
  });
});

test('equal queries have one normalized hash', async () => {
  for (const n of [1, 2])
    await engine.client.query({ query: `SELECT ${n} + 100`, query_id: `hash-${n}` });
  const [a, b] = [await logged("query_id = 'hash-1'"), await logged("query_id = 'hash-2'")];
  expect(a.normalized_query_hash).toBe(b.normalized_query_hash);
});

test('the log is there again after a crash, with what it held', async () => {
  await engine.client.query({ query: 'SELECT 1', query_id: 'log-before' });
  await logged("query_id = 'log-before'");
  const status = engine.engine.status();
  if (status.state === 'running') process.kill(status.pid, 'SIGKILL');
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await engine.client.ping()).success) break;
    await pause(50);
  }
  await logged("query_id = 'log-before'");
});

test('formats that are streamed are the same in pieces and in one', async () => {
  const names = (await engine.text('SELECT name FROM system.formats WHERE is_output')).split('\n');
  const streamable = names.filter(isStreamable);
  expect(streamable.length).toBeGreaterThan(10);
  const query = "SELECT number, 's' AS s FROM numbers(5)";
  for (const format of streamable) {
    // One column for those that take only one.
    const text =
      /LineAs|Raw(BLOB)?$/.test(format) && format !== 'TabSeparatedRaw'
        ? 'SELECT toString(number) FROM numbers(5)'
        : query;
    const read = async (wait: string) => {
      const answer = await engine.http({
        body: `${text} FORMAT ${format}`,
        url: { max_block_size: '2', wait_end_of_query: wait },
      });
      expect(answer.status, `${format} ${answer.text}`).toBe(200);
      return answer.bytes;
    };
    expect((await read('0')).equals(await read('1')), format).toBe(true);
  }
});
