import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-app.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({
    limits: { sqlTimeoutMs: 2_000, traceRows: 20, memoryBytes: 100 << 20 },
  });
});
afterAll(() => api.stop());

const sql = (query: string, more: object = {}) => api.call('/sql', { query, ...more });

test('every kind of value has one form', async () => {
  const check = async (expression: string, expected: unknown) => {
    const { data, error } = await sql(`SELECT ${expression} AS v`);
    expect([data?.rows[0].v, error], expression).toEqual([expected, null]);
  };
  await check('1::UInt8', 1);
  await check('-1::Int32', -1);
  await check('1::Int64', '1');
  await check('18446744073709551615', '18446744073709551615');
  await check('(1::UInt64, [1::Int128])', ['1', ['1']]);
  await check("map('a', 1::UInt64)", { a: '1' });
  await check('1.5::Decimal(10, 3)', '1.5');
  await check('nan', 'NaN');
  await check('[inf, -inf, 0.1]', ['Infinity', '-Infinity', 0.1]);
  await check('true', true);
  await check('NULL', null);
  await check('[1, NULL]::Array(Nullable(UInt8))', [1, null]);
  await check("toIPv4('10.0.0.1')", '10.0.0.1');
  await check("'x'::Enum8('x' = 1)", 'x');
  await check("toDate('2026-01-02')", '2026-01-02');
  await check("toDateTime('2026-01-02 12:04:05', 'Asia/Tokyo')", '2026-01-02T03:04:05.000000000Z');
  await check("toDateTime64('2026-01-02 03:04:05.12', 2, 'UTC')", '2026-01-02T03:04:05.120000000Z');
  await check("[toDateTime64('1905-01-02 03:04:05', 9, 'UTC')]", [
    '1905-01-02T03:04:05.000000000Z',
  ]);
  await check("tuple(toDateTime(0, 'UTC') AS t)::Tuple(t DateTime('UTC'))", {
    t: '1970-01-01T00:00:00.000000000Z',
  });
  await check(`'{"a": {"b": 9007199254740993}}'::JSON`, { a: { b: '9007199254740993' } });
  await check('toDateTime64(0, 3)::Dynamic', '1970-01-01T00:00:00.000000000Z');
  await check("'2026-01-02T03:04:05Z'", '2026-01-02T03:04:05Z');
  await check("'é\\n\"\\\\'", 'é\n"\\');
  await check("repeat('x', 100000)", 'x'.repeat(100_000));
});

test('columns have names and types, also where names repeat or there is no row', async () => {
  const twice = await sql('SELECT 1 AS a, number, number FROM numbers(1)');
  expect(twice.data).toEqual({
    columns: [
      { name: 'a', type: 'UInt8' },
      { name: 'number', type: 'UInt64' },
      { name: 'number_2', type: 'UInt64' },
    ],
    rows: [{ a: 1, number: '0', number_2: '0' }],
  });
  const none = await sql('SELECT 1 AS a WHERE 0');
  expect(none.data).toEqual({ columns: [{ name: 'a', type: 'UInt8' }], rows: [] });
});

test('parameters are bound', async () => {
  const { data } = await sql(
    'SELECT {a:String} AS a, {b:UInt8} AS b, {c:Array(String)} AS c, {d:Nullable(String)} AS d',
    {
      params: { a: "'; DROP TABLE otel_logs", b: 7, c: ["x'y", 'z'], d: null },
    },
  );
  expect(data.rows).toEqual([{ a: "'; DROP TABLE otel_logs", b: 7, c: ["x'y", 'z'], d: null }]);
  const missing = await sql('SELECT {a:String}');
  expect([missing.status, missing.error.message]).toEqual([
    400,
    expect.stringMatching(/Substitution `a` is not set/),
  ]);
});

test('an answer is cut at the limit, and says so', async () => {
  const check = async (query: string, limit: number, rows: number, complete: boolean) => {
    const { data, meta } = await sql(query, { limit });
    expect([data.rows.length, meta.complete], query).toEqual([rows, complete]);
  };
  await check('SELECT number FROM numbers(10)', 10, 10, true);
  await check('SELECT number FROM numbers(11)', 10, 10, false);
  await check('SELECT number FROM system.numbers', 10_000, 10_000, false);
  await check('SELECT number FROM numbers(1000000) ORDER BY number DESC', 3, 3, false);
  const large = await sql("SELECT repeat('x', 1000000) AS x FROM numbers(1000)", { limit: 1_000 });
  expect(large.meta?.complete ?? large.error.code).toSatisfy(
    (it) => it === false || it === 'limit_exceeded',
  );
});

test('only one statement, and only reading', async () => {
  const check = async (query: string, message: RegExp, position?: object) => {
    const { status, error } = await sql(query);
    expect([status, error?.code, error?.message], query).toEqual([
      400,
      'invalid_query',
      expect.stringMatching(message),
    ]);
    if (position) expect(error.position, query).toEqual(position);
  };
  await check('SELECT 1; SELECT 2', /only one statement/, { start: 10, end: 18 });
  await check('INSERT INTO otel_logs (Body) VALUES (1)', /this is read-only/, { start: 0, end: 6 });
  await check('drop table otel_logs', /this is read-only/);
  await check('/* x */ TRUNCATE TABLE otel_logs', /this is read-only/, { start: 8, end: 16 });
  await check('SET readonly = 0', /this is read-only/);
  await check('SYSTEM FLUSH LOGS', /this is read-only/);
  await check('KILL QUERY WHERE 1', /this is read-only/);
  await check("SELECT 1 INTO/**/OUTFILE '/tmp/x'", /INTO OUTFILE/);
  await check('SELECT 1 FORMAT CSV', /FORMAT clause/, { start: 9, end: 19 });
  await check('SELECT 1 FORMAT/**/Native SETTINGS x = 1', /FORMAT clause/);
  await check(
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    /function file is not available/,
    {
      start: 14,
      end: 18,
    },
  );
  await check("SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')", /./);
  await check('SELECT 1 SETTINGS readonly = 0', /readonly/);
  await check('SELECT 1 SETTINGS max_execution_time = 0', /./);
  await check(' ', /no statement/);
  await check('-- nothing', /./);
  await check('SELEC 1', /this is read-only/);
  await check('SELECT nope FROM otel_logs', /^Unknown expression.*nope(?!.* in scope )/);
  await check('SELECT 1 +', /not complete/, { start: 9, end: 10 });
  await check("SELECT 'é' 5", /Syntax error at "5"/, { start: 11, end: 12 });
});

test('what reads besides SELECT works too', async () => {
  const check = async (query: string, column: string) => {
    const { status, data, error } = await sql(query);
    expect([status, error]).toEqual([200, null]);
    expect(data.columns[0].name).toBe(column);
    expect(data.rows.length).toBeGreaterThan(0);
  };
  await check('SHOW TABLES', 'name');
  await check('DESCRIBE TABLE otel_logs;', 'name');
  await check('EXISTS TABLE otel_logs', 'result');
  await check('EXPLAIN SELECT 1', 'explain');
  await check('WITH 1 AS x SELECT x', 'x');
  await check('SELECT 1 AS one -- a comment', 'one');
  await check('SELECT count() AS n FROM otel_logs', 'n');
  await check('SELECT count() AS n FROM system.query_log', 'n');
});

test('time and memory are limited', async () => {
  const slow = await sql(
    'SELECT sum(sleepEachRow(0.01)) FROM numbers(100000) SETTINGS max_block_size = 10',
  );
  const fast = await sql(
    'SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))',
  );
  expect([slow.status, fast.status, fast.error.code]).toEqual([400, 504, 'timeout']);
  const big = await sql('SELECT groupArray(number) FROM numbers(100000000)');
  expect([big.status, big.error.code]).toEqual([422, 'limit_exceeded']);
  expect(big.error.hint).toMatch(/fewer/);
});

const id = '0af7651916cd43dd8448eb211c80319c';

test('a trace has its spans and its logs, oldest first', async () => {
  await api.run(
    `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, Duration, Events.Timestamp, Events.Name, Events.Attributes)
     SELECT toDateTime64('2026-05-01 12:00:00', 9, 'UTC') + toIntervalMillisecond(10 - number) AS at, '${id}', leftPad(toString(number), 16, '0'), 'span ' || number, number, [at], ['event'], [map('k', 'v')] FROM numbers(10)`,
  );
  await api.run(
    `INSERT INTO otel_logs (Timestamp, TraceId, Body) SELECT toDateTime64('2026-05-01 12:00:00.1', 9, 'UTC') + number, '${id}', 'log ' || number FROM numbers(5)`,
  );
  const { data, error } = await api.call(`/traces/${id.toUpperCase()}`);
  expect(error).toBe(null);
  expect(data.complete).toBe(true);
  expect(data.spans.map((span: { SpanName: string }) => span.SpanName)).toEqual(
    Array.from({ length: 10 }, (_, i) => `span ${9 - i}`),
  );
  expect(data.spans[0]).toMatchObject({
    Timestamp: '2026-05-01T12:00:00.001000000Z',
    Duration: '9',
    'Events.Timestamp': ['2026-05-01T12:00:00.001000000Z'],
    'Events.Attributes': [{ k: 'v' }],
  });
  expect(data.logs.map((log: { Body: string }) => log.Body)).toEqual(
    Array.from({ length: 5 }, (_, i) => `log ${i}`),
  );
});

test('spans are searched like logs', async () => {
  const range = { from: '2026-05-01T12:00:00Z', to: '2026-05-01T12:01:00Z', source: 'traces' };
  const names: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const where = 'span Duration:>2';
    const answer = await api.call('/search', { ...range, where, limit: 3, cursor });
    expect(answer.error).toBe(null);
    names.push(...answer.data.rows.map((row: { SpanName: string }) => row.SpanName));
    cursor = answer.meta.cursor;
  }
  expect(names).toEqual([3, 4, 5, 6, 7, 8, 9].map((i) => `span ${i}`));
});

test('a trace without spans still has its logs; one that is too long says so', async () => {
  const lonely = id.replace('0a', '0b');
  await api.run(
    `INSERT INTO otel_logs (Timestamp, TraceId, Body) VALUES ('2026-05-01 12:00:00', '${lonely}', 'alone')`,
  );
  const alone = await api.call(`/traces/${lonely}`);
  expect([alone.data.spans.length, alone.data.logs.length, alone.data.complete]).toEqual([
    0,
    1,
    true,
  ]);
  const long = id.replace('0a', '0c');
  await api.run(
    `INSERT INTO otel_traces (Timestamp, TraceId, SpanId) SELECT toDateTime64('2026-05-01 12:00:00', 9, 'UTC') + number, '${long}', toString(number) FROM numbers(21)`,
  );
  const cut = await api.call(`/traces/${long}`);
  expect([cut.data.spans.length, cut.data.complete]).toEqual([20, false]);
  const none = await api.call(`/traces/${id.replace('0a', '0d')}`);
  expect([none.status, none.data]).toEqual([200, { spans: [], logs: [], complete: true }]);
});

test('what is no trace id is refused', async () => {
  for (const text of ['1', 'x'.repeat(32), '0'.repeat(32), `${id}0`, `${id.slice(1)}'`]) {
    const { status, error } = await api.call(`/traces/${encodeURIComponent(text)}`);
    expect([status, error.code], text).toEqual([400, 'invalid_request']);
  }
});
