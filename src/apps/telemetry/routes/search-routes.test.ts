import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-app.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const bodies = (answer: { data: { rows: { Body: string }[] } }) =>
  answer.data.rows.map((row) => row.Body);

/** A day for each test, so that none sees the rows of another. */
const day = (date: string) => ({ from: `${date}T00:00:00Z`, to: `${date}T23:59:59.999999999Z` });

test('rows come newest first, in the form of the contract', async () => {
  await api.run(
    `INSERT INTO otel_logs (Timestamp, ServiceName, Body, SeverityNumber, LogAttributes, ObservedTimestamp)
     SELECT toDateTime64('2026-01-02 03:04:05.123456789', 9, 'UTC') + toIntervalNanosecond(number) AS at, 'shop', 'hello ' || number, 9, map('k', toString(number)), at FROM numbers(3)`,
  );
  const answer = await api.call('/search', { ...day('2026-01-02'), where: 'hello', limit: 2 });
  expect(answer.status).toBe(200);
  expect(bodies(answer)).toEqual(['hello 2', 'hello 1']);
  expect(answer.data.rows[0]).toEqual({
    Timestamp: '2026-01-02T03:04:05.123456791Z',
    TraceId: '',
    SpanId: '',
    TraceFlags: 0,
    SeverityText: '',
    SeverityNumber: 9,
    ServiceName: 'shop',
    Body: 'hello 2',
    ResourceSchemaUrl: '',
    ResourceAttributes: {},
    ScopeSchemaUrl: '',
    ScopeName: '',
    ScopeVersion: '',
    ScopeAttributes: {},
    LogAttributes: { k: '2' },
    EventName: '',
    ObservedTimestamp: '2026-01-02T03:04:05.123456791Z',
    Flags: 0,
    ResourceDroppedAttrCount: 0,
    ScopeDroppedAttrCount: 0,
    DroppedAttrCount: 0,
  });
  expect(answer.meta).toMatchObject({
    explanation: expect.stringContaining('hello'),
    sql: expect.stringContaining('otel_logs'),
    rowsRead: expect.any(Number),
    bytesRead: expect.any(Number),
    elapsedMs: expect.any(Number),
    complete: false,
    cursor: expect.any(String),
    warnings: [],
  });
  expect(answer.meta.rowsRead).toBeGreaterThan(0);
  const { cursor } = answer.meta;
  const last = await api.call('/search', {
    ...day('2026-01-02'),
    where: 'hello',
    limit: 2,
    cursor,
  });
  expect(bodies(last)).toEqual(['hello 0']);
  expect(last.meta).toMatchObject({ complete: true, cursor: null });
});

test('from is inclusive and to exclusive, to the nanosecond', async () => {
  await api.run(
    `INSERT INTO otel_logs (Timestamp, Body) SELECT toDateTime64('2026-01-03 00:05:00.000000000', 9, 'UTC') + toIntervalNanosecond(number), toString(number) FROM numbers(5)`,
  );
  const at = (ns: number) => `2026-01-03T00:05:00.00000000${ns}Z`;
  const check = async (from: number, to: number, expected: string[]) => {
    const answer = await api.call('/search', { from: at(from), to: at(to) });
    expect(bodies(answer)).toEqual(expected);
  };
  await check(0, 5, ['4', '3', '2', '1', '0']);
  await check(1, 4, ['3', '2', '1']);
  await check(4, 5, ['4']);
  await check(5, 6, []);
});

test('times beyond 1970 and 2106 are found, in order', async () => {
  await api.run(
    `INSERT INTO otel_logs (Timestamp, Body) VALUES
     ('1905-06-01 00:00:00', 'a'), ('1969-12-31 23:59:59.999999999', 'b'), ('1970-01-01 00:00:00', 'c'), ('2199-01-01 00:00:00', 'e'), ('2262-04-11 23:47:16.854775806', 'f')`,
  );
  const seen: string[] = [];
  let cursor: string | undefined;
  const where = "SQL: length(Body) = 1 AND Body >= 'a'".slice(5);
  do {
    const answer = await api.call('/search', {
      ...{ from: '0001-01-01T00:00:00Z', to: '9999-01-01T00:00:00Z' },
      ...{ where, language: 'sql', limit: 1, cursor },
    });
    seen.push(...bodies(answer));
    cursor = answer.meta.cursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual(['f', 'e', 'c', 'b', 'a']);
});

test('what is wrong with a request is said, and where', async () => {
  const check = async (body: object, status: number, error: object) => {
    const answer = await api.call('/search', body);
    expect([answer.status, answer.error], JSON.stringify(body)).toEqual([
      status,
      expect.objectContaining(error),
    ]);
    expect(answer.data).toBe(null);
  };
  const query = (message: RegExp, position: object) => ({
    code: 'invalid_query',
    message: expect.stringMatching(message),
    position,
  });
  const request = (message: RegExp) => ({
    code: 'invalid_request',
    message: expect.stringMatching(message),
  });
  await check(
    { where: 'servcename:x' },
    400,
    query(/Did you mean ServiceName/, { start: 0, end: 10 }),
  );
  await check({ where: '(a' }, 400, query(/./, expect.anything()));
  const sql = (where: string) => ({ where, language: 'sql' });
  await check(sql('1 +'), 400, query(/the expression is not complete/, { start: 2, end: 3 }));
  await check(sql("Body = 'é' AND Nope = 1"), 400, { code: 'invalid_query' });
  await check(sql("Body = 'é' 57"), 400, query(/Syntax error at "57"/, { start: 11, end: 13 }));
  await check({ from: 'yesterday' }, 400, request(/"yesterday" is not a time/));
  await check({ from: 5, to: 5 }, 400, request(/must be before/));
  await check({ cursor: 'abc' }, 400, request(/not one that a search gave out/));
  await check({ limit: 0 }, 400, request(/limit/));
  await check({ limit: 10_001 }, 400, request(/limit/));
  await check({ source: 'metrics' }, 400, request(/source/));
  await check({ sorce: 'logs' }, 400, request(/sorce/));
});

test('a cursor belongs to its search', async () => {
  await api.run(
    `INSERT INTO otel_logs (Timestamp, Body) SELECT '2026-01-04 00:00:00', 'x' FROM numbers(3)`,
  );
  const range = day('2026-01-04');
  const { meta } = await api.call('/search', { ...range, limit: 1 });
  const other = await api.call('/search', { ...range, where: 'x', limit: 1, cursor: meta.cursor });
  expect([other.status, other.error.message]).toEqual([
    400,
    expect.stringContaining('belongs to another search'),
  ]);
});

test('no text of the user’s leaves the window, and none writes', async () => {
  await api.run(
    `INSERT INTO otel_logs (Timestamp, Body) VALUES ('2026-01-05 00:00:00', 'inside'), ('2026-01-06 00:00:00', 'outside')`,
  );
  const hostile = [
    '1) OR (1',
    '1)) OR ((1',
    '1 OR 1',
    '1) -- ',
    '1) OR 1 /*',
    '1 /* */ OR 1 --',
    '1 #',
    '1; DROP TABLE otel_logs',
    '1) UNION ALL SELECT * FROM otel_logs WHERE (1',
    '1 LIMIT 100',
    '1) FORMAT Null',
    "1 INTO OUTFILE '/tmp/x'",
    "$a$) OR (1$a$ = ''",
    '1 SETTINGS max_rows_to_read = 0',
    'arrayJoin([1, 1])',
    'Body IN (SELECT Body FROM otel_logs)',
    '"Body" != 1) or (1',
    '\u0000 1) OR (1',
    '1 \\) OR (1',
    '`Body` = `Body`',
  ];
  for (const where of hostile)
    for (const language of ['sql', 'lucene']) {
      const answer = await api.call('/search', { ...day('2026-01-05'), where, language });
      expect([200, 400], `${language} ${where} ${answer.error?.message}`).toContain(answer.status);
      if (answer.status === 200)
        expect(
          bodies(answer).filter((body) => body !== 'inside'),
          where,
        ).toEqual([]);
    }
  const all = await api.call('/search', { ...day('2026-01-06'), where: '' });
  expect(bodies(all)).toEqual(['outside']);
});

test('compile explains without running, and gives every diagnostic', async () => {
  const good = await api.call('/search/compile', {
    where: 'ServiceName:"a" OR LogAttributes.k:"v"',
  });
  expect(good).toMatchObject({ status: 200, data: { diagnostics: [] } });
  expect(good.data.sql).toContain('ServiceName');
  expect(Object.values(good.data.params).length).toBeGreaterThan(0);
  expect(good.data.explanation).not.toBe('');
  const bad = await api.call('/search/compile', { where: 'servcename:x' });
  expect(bad).toMatchObject({
    status: 200,
    data: { sql: '', diagnostics: [{ severity: 'error', start: 0, end: 10 }] },
  });
});

test('a long query is taken, and one that is too long is refused', async () => {
  const long = 'é'.repeat(16_384);
  await api.run(
    `INSERT INTO otel_logs (Timestamp, Body) VALUES ('2026-01-07 00:00:00', 'word399'), ('2026-01-07 00:00:01', '${long}')`,
  );
  const words = Array.from({ length: 400 }, (_, i) => `word${i}`).join(' OR ');
  const check = async (where: string, expected: string[]) => {
    const answer = await api.call('/search', { ...day('2026-01-07'), where });
    expect([answer.error, bodies(answer)]).toEqual([null, expected]);
  };
  await check(words, ['word399']);
  await check(long, [long]);
  const tooLong = await api.call('/search', { where: 'a'.repeat(65_537) });
  expect([tooLong.status, tooLong.error.code]).toEqual([400, 'invalid_request']);
});
