import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-app.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

/** Reads a search to its end; `between` runs after each page. */
async function readAll(body: object, between: (page: number) => Promise<void> = async () => {}) {
  const bodies: string[] = [];
  const pages: { rows: number; rowsRead: number }[] = [];
  for (let cursor: string | undefined; ; ) {
    const { status, data, meta, error } = await api.call('/search', { ...body, cursor });
    expect([status, error]).toEqual([200, null]);
    bodies.push(...data.rows.map((row: { Body: string }) => row.Body));
    pages.push({ rows: data.rows.length, rowsRead: meta.rowsRead });
    expect(meta.complete).toBe(meta.cursor === null);
    if (meta.complete) return { bodies, pages };
    cursor = meta.cursor;
    await between(pages.length);
  }
}

const numbered = (count: number, at: string) =>
  `INSERT INTO otel_logs (Timestamp, ServiceName, Body) SELECT ${at}, 's' || (number % 7), leftPad(toString(number), 6, '0') FROM numbers(${count})`;
const expected = (count: number) =>
  Array.from({ length: count }, (_, i) => String(i).padStart(6, '0'));

test('10,000 rows of one time are paged without a repeat or a gap, while rows arrive and merge', async () => {
  const at = `toDateTime64('2026-02-01 12:00:00.5', 9, 'UTC')`;
  // Several inserts make several parts, which merge while someone pages.
  for (let part = 0; part < 5; part++)
    await api.run(
      `INSERT INTO otel_logs (Timestamp, ServiceName, Body) SELECT ${at}, 's' || (number % 7), leftPad(toString(number + ${part * 2_000}), 6, '0') FROM numbers(2000)`,
    );
  const range = { from: '2026-02-01T00:00:00Z', to: '2026-02-02T00:00:00Z', limit: 700 };
  const { bodies, pages } = await readAll(range, async (page) => {
    if (page === 2) await api.run('OPTIMIZE TABLE otel_logs FINAL');
    // Rows that arrive on a page that was shown already do not shift what follows.
    if (page === 4)
      await api.run(
        `INSERT INTO otel_logs (Timestamp, Body) SELECT ${at}, 'late' FROM numbers(500)`,
      );
    if (page === 6)
      await api.run(
        `INSERT INTO otel_logs (Timestamp, Body) SELECT ${at} + 1, 'newer' FROM numbers(500)`,
      );
    if (page === 8) await api.run('OPTIMIZE TABLE otel_logs FINAL');
  });
  expect(bodies.toSorted()).toEqual(expected(10_000));
  expect(pages.slice(0, -1).every(({ rows }) => rows === 700)).toBe(true);
});

test('late rows that belong to later pages are found there', async () => {
  await api.run(numbered(10, `toDateTime64('2026-02-03 12:00:00', 9, 'UTC') + number`));
  const range = { from: '2026-02-03T00:00:00Z', to: '2026-02-04T00:00:00Z', limit: 4 };
  const { bodies } = await readAll(range, async (page) => {
    if (page === 1)
      await api.run(
        `INSERT INTO otel_logs (Timestamp, Body) VALUES ('2026-02-03 11:00:00', 'late')`,
      );
  });
  expect(bodies).toEqual([...expected(10).reverse(), 'late']);
});

test('one insert that becomes many parts in many partitions is paged in order', async () => {
  await api.run(
    `${numbered(5_000, `toDateTime64('2026-02-10 00:00:00', 9, 'UTC') + intDiv(number, 10) * 1000`)} SETTINGS max_insert_block_size = 500, min_insert_block_size_rows = 500`,
  );
  const range = { from: '2026-02-10T00:00:00Z', to: '2026-02-20T00:00:00Z', limit: 999 };
  const { bodies } = await readAll(range);
  expect(bodies.toSorted()).toEqual(expected(5_000));
  const seconds = bodies.map((body) => Math.floor(Number(body) / 10));
  expect(seconds).toEqual(seconds.toSorted((a, b) => b - a));
});

test('the range of the first page holds for all, although it was relative to now', async () => {
  await api.run(
    `INSERT INTO otel_logs (Timestamp, Body) SELECT now64(9) - 60 - number, toString(number) FROM numbers(5)`,
  );
  const first = await api.call('/search', { limit: 3 });
  await api.run(`INSERT INTO otel_logs (Timestamp, Body) SELECT now64(9), 'new' FROM numbers(3)`);
  const second = await api.call('/search', { limit: 3, cursor: first.meta.cursor });
  const bodies = [...first.data.rows, ...second.data.rows].map((row: { Body: string }) => row.Body);
  expect(bodies).toEqual(['0', '1', '2', '3', '4']);
});

test('a first screen reads little of a large table', async () => {
  // 40 days of 5,000 rows, a granule each. The newest 200 rows are an hour of the last day.
  await api.run(
    `INSERT INTO otel_logs (Timestamp, ServiceName, Body) SELECT toDateTime64('2025-03-01 00:00:00', 9, 'UTC') + toIntervalDay(number % 40) + toIntervalMillisecond(intDiv(number, 40) * 17280), 's' || (number % 3), 'row ' || number FROM numbers(200000)`,
  );
  const range = { from: '2025-03-01T00:00:00Z', to: '2025-04-10T00:00:00Z' };
  const check = async (body: object, rows: number, mostRead: number) => {
    const { data, meta } = await api.call('/search', { ...range, ...body });
    expect(data.rows.length, JSON.stringify(body)).toBe(rows);
    expect(meta.rowsRead, JSON.stringify(body)).toBeLessThan(mostRead);
  };
  await check({}, 200, 30_000);
  await check({ where: 'ServiceName:"s2"' }, 200, 30_000);
  await check({ where: 'row', limit: 50 }, 50, 30_000);
  // On the oldest day: the text index leads there, and spares the rest.
  await check({ where: '"row 40"' }, 1, 40_000);
});
