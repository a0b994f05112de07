import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-app.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.run(
    `INSERT INTO otel_logs (Timestamp, ServiceName, SeverityText, Body, ResourceAttributes, LogAttributes)
     SELECT toDateTime64('2026-04-01 00:00:00', 9, 'UTC') + number * 10, 's' || (number % 7), ['info', 'warn', 'error', ''][number % 4 + 1], 'row ' || number,
       map('k8s.pod.name', 'pod-' || (number % 3)), map('user', 'u' || (number % 50), 'odd key ''quoted''', toString(number % 2)) FROM numbers(8640)`,
  );
  await api.run(
    `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ServiceName, SpanName, StatusCode, Duration)
     SELECT toDateTime64('2026-04-01 00:00:00', 9, 'UTC') + number, 't', toString(number), 'shop', 'GET /' || (number % 30), ['Ok', 'Error'][number % 2 + 1], number FROM numbers(3600)`,
  );
});
afterAll(() => api.stop());

const day = { from: '2026-04-01T00:00:00Z', to: '2026-04-02T00:00:00Z' };
type Point = [string, number];
interface Series {
  name: string;
  other?: true;
  points: Point[];
}
const sum = (series: Series[]) =>
  series.flatMap(({ points }) => points).reduce((total, [, count]) => total + count, 0);

const count = async (where: string): Promise<number> => {
  const result = await api.store.client.query({ query: where, format: 'JSONEachRow' });
  const [row] = await result.json<{ n: string | number }>();
  return Number(row?.n);
};

test('the histogram’s total is the count of the same search, on any range', async () => {
  const check = async (body: object, buckets: number, sql: string) => {
    const { status, data, error } = await api.call('/search/histogram', body);
    expect([status, error]).toEqual([200, null]);
    const total = await count(`SELECT count() AS n FROM otel_logs WHERE ${sql}`);
    expect(data.total).toBe(total);
    expect(sum(data.series)).toBe(total);
    expect(data.series[0]?.points).toHaveLength(buckets);
    return data;
  };
  const between = (from: string, to: string) =>
    `Timestamp >= toDateTime64('${from}', 9, 'UTC') AND Timestamp < toDateTime64('${to}', 9, 'UTC')`;
  const all = await check(day, 48, '1');
  expect(all.intervalMs).toBe(1_800_000);
  expect(all.series.map(({ name }: Series) => name).toSorted()).toEqual([
    '',
    'error',
    'info',
    'warn',
  ]);
  expect(all.series[0].points[0]).toEqual(['2026-04-01T00:00:00.000000000Z', 45]);
  await check(
    { from: '2026-04-01T03:07:10Z', to: '2026-04-01T05:11:00.000000001Z', where: 'ServiceName:s1' },
    26,
    `${between('2026-04-01 03:07:10', '2026-04-01 05:11:00.000000001')} AND ServiceName = 's1'`,
  );
  await check(
    { from: '2026-04-01T03:00:00Z', to: '2026-04-01T03:00:00.000000001Z' },
    1,
    between('2026-04-01 03:00:00', '2026-04-01 03:00:00.000000001'),
  );
});

test('series are capped, and the rest is one of its own', async () => {
  const { data } = await api.call('/search/histogram', { ...day, groupBy: 'LogAttributes.user' });
  expect(data.series).toHaveLength(11);
  const other = data.series.at(-1);
  expect([other.name, other.other]).toEqual(['other', true]);
  expect(sum([other])).toBe(8_640 - 10 * 173);
  expect(data.total).toBe(8_640);
  const one = await api.call('/search/histogram', { ...day, groupBy: '', where: 'nothing' });
  expect(one.data).toMatchObject({ series: [], total: 0 });
  const spans = await api.call('/search/histogram', { ...day, source: 'traces' });
  expect(spans.data.series.map(({ name }: Series) => name).toSorted()).toEqual(['Error', 'Ok']);
});

test('a group that is no field is refused, and SQL in it stays a name', async () => {
  const check = async (groupBy: string, status: number, message: RegExp) => {
    const answer = await api.call('/search/histogram', { ...day, groupBy });
    expect([answer.status, answer.error?.message ?? '']).toEqual([
      status,
      expect.stringMatching(message),
    ]);
  };
  await check('servicename', 400, /Did you mean ServiceName/);
  await check('LogAttributes', 400, /holds many values/);
  await check('count()', 400, /is not a column/);
  await check("LogAttributes.odd key 'quoted'", 200, /^$/);
  await check("LogAttributes.x'] OR 1 OR LogAttributes['y", 200, /^$/);
});

test('facets without a filter come from the roll-ups, exactly, whatever the edges', async () => {
  const check = async (from: string, to: string) => {
    const { data, meta } = await api.call('/search/facets', {
      from,
      to,
      fields: ['ServiceName', 'ResourceAttributes.k8s.pod.name'],
    });
    const rows = await api.call('/search/facets', {
      from,
      to,
      where: '*',
      fields: ['ServiceName', 'ResourceAttributes.k8s.pod.name'],
    });
    expect(data.facets.map(({ sampled }: { sampled: boolean }) => sampled)).toEqual([false, false]);
    expect(data.facets).toEqual(rows.data.facets);
    return meta.rowsRead;
  };
  const read = await check(day.from, day.to);
  expect(read).toBeLessThan(8_640);
  await check('2026-04-01T03:07:10Z', '2026-04-01T05:11:00.000000001Z');
  await check('2026-04-01T03:07:10Z', '2026-04-01T03:08:00Z');
  await check('2026-04-01T03:00:00Z', '2026-04-01T03:30:00Z');
});

test('facets offer what people filter by, without absent values', async () => {
  const { data } = await api.call('/search/facets', { ...day, perField: 2 });
  const byField = Object.fromEntries(
    data.facets.map((facet: { field: string; values: object[] }) => [facet.field, facet.values]),
  );
  expect(byField.SeverityText).toEqual([
    { value: 'error', count: 2_160 },
    { value: 'info', count: 2_160 },
  ]);
  expect(byField['ResourceAttributes.k8s.pod.name']).toHaveLength(2);
  expect(byField.ScopeName).toEqual([]);
  const filtered = await api.call('/search/facets', {
    ...day,
    where: 'ServiceName:"s3"',
    fields: ['LogAttributes.user', 'ServiceName'],
    perField: 100,
  });
  const [users, services] = filtered.data.facets;
  expect(users.values).toHaveLength(50);
  expect(services.values).toEqual([{ value: 's3', count: 1_234 }]);
  expect([users.sampled, services.sampled]).toEqual([false, false]);
});

test('a facet that read its share says that it is a sample', async () => {
  const sampling = await startTestApi({ limits: { sampleRows: 20_000 } });
  try {
    for (let i = 0; i < 5; i++)
      await sampling.run(
        `INSERT INTO otel_logs (Timestamp, ServiceName) SELECT toDateTime64('2026-04-01 00:00:00', 9, 'UTC') + number, 'a' FROM numbers(20000)`,
      );
    const { data } = await sampling.call('/search/facets', {
      ...day,
      where: 'ServiceName:a',
      fields: ['ServiceName'],
    });
    expect(data.facets[0].sampled).toBe(true);
    expect(data.facets[0].values[0].count).toBeLessThan(100_000);
  } finally {
    await sampling.stop();
  }
});

test('fields are the columns and the keys of the maps', async () => {
  const { data } = await api.call('/search/fields?source=logs');
  const field = (name: string) => data.fields.find((each: { name: string }) => each.name === name);
  expect(field('ServiceName')).toEqual({
    name: 'ServiceName',
    type: 'LowCardinality(String)',
    indexed: true,
  });
  expect(field('Body').indexed).toBe(true);
  expect(field('Flags').indexed).toBe(false);
  expect(field('LogAttributes.user')).toEqual({
    name: 'LogAttributes.user',
    type: 'String',
    indexed: true,
  });
  expect(field("LogAttributes.odd key 'quoted'")).toBeDefined();
  expect(field('ResourceAttributes.k8s.pod.name')).toBeDefined();
  expect(
    data.fields.some(({ name }: { name: string }) => /^(__hdx|_block|.*Items$)/.test(name)),
  ).toBe(false);
  const bad = await api.call('/search/fields?source=nothing');
  expect(bad.status).toBe(400);
});

test('values complete a prefix, the most frequent first', async () => {
  const check = async (body: object, expected: object[]) => {
    const { data, error } = await api.call('/search/values', { ...day, ...body });
    expect([data?.values, error]).toEqual([expected, null]);
  };
  await check({ field: 'ServiceName', limit: 2 }, [
    { value: 's0', count: 1_235 },
    { value: 's1', count: 1_235 },
  ]);
  await check({ field: 'SeverityText', prefix: 'wa' }, [{ value: 'warn', count: 2_160 }]);
  await check({ field: 'LogAttributes.user', prefix: 'u4', limit: 1 }, [
    { value: 'u4', count: 173 },
  ]);
  await check({ field: 'ServiceName', prefix: "' OR 1" }, []);
  await check({ field: 'SpanName', source: 'traces', prefix: 'GET /29' }, [
    { value: 'GET /29', count: 120 },
  ]);
  const bad = await api.call('/search/values', { field: 'nope' });
  expect([bad.status, bad.error.code]).toEqual([400, 'invalid_request']);
});

test('a store without text indexes gives the same answers, the slower way', async () => {
  const plain = await startTestApi({}, { textIndexes: false });
  try {
    await plain.run(
      `INSERT INTO otel_logs (Timestamp, ServiceName, Body, LogAttributes) SELECT toDateTime64('2026-04-01 00:00:00', 9, 'UTC') + number, 'a', 'row ' || number, map('user', 'u' || (number % 5)) FROM numbers(100)`,
    );
    const fields = await plain.call('/search/fields');
    const user = fields.data.fields.find(
      (each: { name: string }) => each.name === 'LogAttributes.user',
    );
    expect(user).toEqual({ name: 'LogAttributes.user', type: 'String', indexed: false });
    const found = await plain.call('/search', { ...day, where: '"row 7" LogAttributes.user:"u2"' });
    expect(found.data.rows).toHaveLength(1);
    const values = await plain.call('/search/values', { ...day, field: 'LogAttributes.user' });
    expect(values.data.values).toHaveLength(5);
  } finally {
    await plain.stop();
  }
});
