import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SearchLine } from '../../../model/telemetry/search-api.ts';
import { startTestApi, type TestApi } from '../testing/test-app.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ limits: { heartbeatMs: 100 } });
  await api.run(
    `INSERT INTO otel_logs (Timestamp, Body) SELECT toDateTime64('2026-03-01 00:00:00', 9, 'UTC') + number, 'row ' || number FROM numbers(30000)`,
  );
});
afterAll(() => api.stop());

const range = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' };

async function open(body: object, signal?: AbortSignal) {
  const response = await fetch(`${api.url}/search`, {
    method: 'POST',
    body: JSON.stringify({ ...range, ...body }),
    headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
    ...(signal ? { signal } : {}),
  });
  return response;
}

async function linesOf(body: object): Promise<SearchLine[]> {
  const text = await (await open(body)).text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const running = async (mark: string): Promise<number> => {
  const result = await api.store.client.query({
    query: `SELECT count() AS n FROM system.processes WHERE query LIKE '%${mark}%' AND query NOT LIKE '%system.processes%'`,
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ n: string | number }>();
  return Number(row?.n);
};

async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await done()) return;
    await sleep(50);
  }
  throw new Error(`never happened: ${what}`);
}

test('lines: rows and progress, and the end last', async () => {
  const response = await open({ limit: 5_000 });
  expect(response.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
  const lines = (await response.text())
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const rows = lines.flatMap((line) => (line.type === 'rows' ? line.rows : []));
  expect(rows).toHaveLength(5_000);
  expect(rows[0]).toMatchObject({ Body: 'row 29999' });
  const progress = lines.filter((line) => line.type === 'progress');
  expect(progress.length).toBeGreaterThan(0);
  const fractions = progress.map((line) => line.fraction);
  expect(fractions).toEqual(fractions.toSorted((a: number, b: number) => a - b));
  const json = await api.call('/search', { ...range, limit: 5_000 });
  const end = lines.at(-1);
  expect(end).toMatchObject({ type: 'end', meta: { complete: false, cursor: json.meta.cursor } });
  expect(json.data.rows).toEqual(rows);
});

test('a failure before the first line is an HTTP error, one after it is a line', async () => {
  const bad = await open({ where: 'servcename:x' });
  const { error } = (await bad.json()) as { error: { code: string } };
  expect([bad.status, error.code]).toEqual([400, 'invalid_query']);
  const late = await linesOf({
    where: "throwIf(Body = 'row 77') = 0",
    language: 'sql',
    limit: 9_999,
  });
  const failing = late.at(-1);
  // The newest rows are found before the one that fails is read.
  const cursorless = await linesOf({ where: "throwIf(Body = 'row 29999') = 0", language: 'sql' });
  expect(cursorless.at(-1)).toMatchObject({ type: 'error', error: { code: 'invalid_query' } });
  expect(failing?.type).toMatch(/^(end|error)$/);
});

test('while the store is silent, heartbeats tell that the search goes on', async () => {
  const lines = await linesOf({
    where: 'sleepEachRow(0.0001) = 1',
    language: 'sql',
  });
  expect(lines.filter((line) => line.type === 'progress').length).toBeGreaterThan(15);
  expect(lines.at(-1)?.type).toBe('end');
});

test('who leaves takes the query along', async () => {
  const check = async (path: string, accept: string, mark: string, body: object) => {
    const controller = new AbortController();
    const request = fetch(`${api.url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', accept },
      signal: controller.signal,
    }).then((response) => response.text());
    request.catch(() => undefined);
    await until('the query runs', async () => (await running(mark)) > 0);
    controller.abort();
    await expect(request).rejects.toThrow();
    const leftMs = performance.now();
    await until('the query is gone', async () => (await running(mark)) === 0);
    // By itself it would end with its time limit only, after 30 s or more.
    expect(performance.now() - leftMs).toBeLessThan(8_000);
  };
  const endless = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1';
  const search = (mark: string) => ({
    ...range,
    where: `(${endless}) + length(Body) = length('${mark}')`,
    language: 'sql',
  });
  await check('/search', 'application/x-ndjson', 'left_lines', search('left_lines'));
  await check('/search', 'application/json', 'left_json', search('left_json'));
  await check('/sql', 'application/json', 'left_sql', { query: `${endless} AND 'left_sql' != ''` });
});

test('a client that reads slowly holds the search back, and still gets all', async () => {
  const response = await open({ limit: 10_000 });
  const reader = response.body?.getReader();
  let bytes = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    bytes += part.value.length;
    if (bytes < 500_000) await sleep(5);
  }
  expect(bytes).toBeGreaterThan(2_000_000);
});

test('a search that takes too long gives what it has, or says how to be faster', async () => {
  const slow = await startTestApi({ limits: { searchTimeoutMs: 1_000 } });
  try {
    await slow.run(
      `INSERT INTO otel_logs (Timestamp, Body) SELECT toDateTime64('2026-03-01 00:00:00', 9, 'UTC') + number, 'row ' || number FROM numbers(30000)`,
    );
    // The first window of 900 rows is fast enough, the next of 21,600 is not.
    const where = 'sleepEachRow(0.0002) = 0';
    const some = await slow.call('/search', { ...range, where, language: 'sql', limit: 10_000 });
    expect(some.status).toBe(200);
    expect(some.data.rows.length).toBeGreaterThan(0);
    expect(some.meta).toMatchObject({ complete: false, cursor: expect.any(String) });
    expect(some.meta.warnings[0].message).toMatch(/had looked back to 2026-03-01T/);
    const none = await slow.call('/search', {
      ...range,
      where: 'sleepEachRow(0.01) = 0',
      language: 'sql',
    });
    expect([none.status, none.error]).toEqual([
      504,
      expect.objectContaining({
        code: 'timeout',
        hint: expect.stringContaining('shorter time range'),
      }),
    ]);
  } finally {
    await slow.stop();
  }
});

test('memory and the size of an answer are bounded', async () => {
  const small = await startTestApi({ limits: { memoryBytes: 4 << 20, answerBytes: 20_000 } });
  try {
    await small.run(
      `INSERT INTO otel_logs (Timestamp, Body) SELECT toDateTime64('2026-03-01 00:00:00', 9, 'UTC') + number, repeat('x', 100) FROM numbers(1000)`,
    );
    const { data, meta } = await small.call('/search', { ...range, limit: 500 });
    expect(data.rows.length).toBeGreaterThan(10);
    expect(data.rows.length).toBeLessThan(100);
    expect(meta).toMatchObject({ complete: false, cursor: expect.any(String) });
    expect(meta.warnings[0].message).toMatch(/an answer may have 20000 bytes/);
    const next = await small.call('/search', { ...range, limit: 500, cursor: meta.cursor });
    const times = [...data.rows, ...next.data.rows].map(
      (row: { Timestamp: string }) => row.Timestamp,
    );
    expect(new Set(times).size).toBe(times.length);
    const heavy = await small.call('/sql', {
      query: 'SELECT uniqExact(number, rand64()) FROM numbers(10000000)',
    });
    expect([heavy.status, heavy.error.code]).toEqual([422, 'limit_exceeded']);
  } finally {
    await small.stop();
  }
});
