import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataFormat } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../testing/test-engine.ts';

/** What the unmodified official client does, on the real engine. */
let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

test('answers ping, with and without a statement', async () => {
  expect((await engine.client.ping()).success).toBe(true);
  expect((await engine.client.ping({ select: true })).success).toBe(true);
});

test('every JSON format of the client reads back the rows', async () => {
  const check = async (format: DataFormat, expected: unknown) => {
    const query = "SELECT number AS n, concat('v', toString(number)) AS s FROM numbers(3)";
    const answer = await engine.client.query({ query, format });
    expect(pickData(await answer.json()), format).toEqual(expected);
  };
  const objects = [0, 1, 2].map((n) => ({ n, s: `v${n}` }));
  const strings = [0, 1, 2].map((n) => ({ n: String(n), s: `v${n}` }));
  const lists = [0, 1, 2].map((n) => [n, `v${n}`]);
  const listsOfStrings = [0, 1, 2].map((n) => [String(n), `v${n}`]);
  await check('JSON', objects);
  await check('JSONStrings', strings);
  await check('JSONCompact', lists);
  await check('JSONCompactStrings', listsOfStrings);
  await check('JSONColumnsWithMetadata', { n: [0, 1, 2], s: ['v0', 'v1', 'v2'] });
  await check('JSONObjectEachRow', { row_1: objects[0], row_2: objects[1], row_3: objects[2] });
  await check('JSONEachRow', objects);
  await check('JSONStringsEachRow', strings);
  await check('JSONCompactEachRow', lists);
  await check('JSONCompactStringsEachRow', listsOfStrings);
  await check('JSONCompactEachRowWithNames', [['n', 's'], ...lists]);
  const types = ['UInt64', 'String'];
  await check('JSONCompactEachRowWithNamesAndTypes', [['n', 's'], types, ...lists]);
  await check('JSONCompactStringsEachRowWithNames', [['n', 's'], ...listsOfStrings]);
  await check('JSONCompactStringsEachRowWithNamesAndTypes', [['n', 's'], types, ...listsOfStrings]);
});

const pickData = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : answer;

test('text formats', async () => {
  const check = async (format: DataFormat, expected: string) => {
    const answer = await engine.client.query({ query: "SELECT 1 AS a, 'x' AS b", format });
    expect(await answer.text(), format).toBe(expected);
  };
  await check('CSV', '1,"x"\n');
  await check('CSVWithNames', '"a","b"\n1,"x"\n');
  await check('CSVWithNamesAndTypes', '"a","b"\n"UInt8","String"\n1,"x"\n');
  await check('TabSeparated', '1\tx\n');
  await check('TabSeparatedWithNames', 'a\tb\n1\tx\n');
  await check('CustomSeparated', '1\tx\n');
});

test('a stream of a million rows arrives whole and in order', async () => {
  const answer = await engine.client.query({
    query: 'SELECT number FROM numbers(1000000)',
    format: 'JSONEachRow',
  });
  let rows = 0;
  let ordered = true;
  for await (const part of answer.stream<{ number: number }>())
    for (const row of part) ordered = row.json().number === rows++ && ordered;
  expect([rows, ordered]).toEqual([1_000_000, true]);
});

test('parameters of every kind come back as they were sent', async () => {
  const check = async (type: string, value: unknown, expected: unknown = value) => {
    const answer = await engine.client.query({
      query: `SELECT {p:${type}} AS v`,
      format: 'JSONEachRow',
      query_params: { p: value },
      clickhouse_settings: { date_time_output_format: 'iso' },
    });
    const [row] = await answer.json<{ v: unknown }>();
    expect(row?.v, `${type} ${JSON.stringify(value)}`).toEqual(expected);
  };
  for (const text of [
    '',
    'it\'s "q"',
    'a\\b\\n',
    'tab\tline\nend\r\0',
    '日本 🦀',
    "'); DROP TABLE t --",
    '\\',
    "\\'",
  ])
    await check('String', text);
  await check('Int64', -5);
  await check('Array(String)', ["a'b", 'c\n']);
  await check('Map(String, String)', { k: "v'" });
  await check('Nullable(String)', null);
  await check('Bool', true);
  await check('DateTime64(3)', new Date(0), '1970-01-01T00:00:00.000Z');
});

test('inserts objects, streams, column subsets; defaults apply', async () => {
  const { client } = engine;
  await client.command({
    query:
      "CREATE TABLE ins (a UInt32, s String DEFAULT 'none', t String DEFAULT concat(s, '!')) ENGINE = MergeTree ORDER BY a",
  });
  await client.insert({
    table: 'ins',
    values: [{ a: 1 }, { a: 2, s: 'x\n\ny' }],
    format: 'JSONEachRow',
  });
  await client.insert({
    table: 'ins',
    values: [[3]],
    columns: ['a'],
    format: 'JSONCompactEachRow',
  });
  await client.insert({
    table: 'ins',
    values: [['s4', 4]],
    columns: ['s', 'a'],
    format: 'JSONCompactEachRow',
  });
  await client.insert({
    table: 'ins',
    values: [{ a: 5, s: 'five' }],
    columns: { except: ['t'] },
    format: 'JSONEachRow',
  });
  await client.insert({
    table: 'ins',
    values: Readable.from([{ a: 6 }, { a: 7 }], { objectMode: true }),
    format: 'JSONEachRow',
  });
  await client.insert({
    table: 'ins',
    values: Readable.from(['8,"csv","t"\n'], { objectMode: false }),
    format: 'CSV',
  });
  await client.command({
    query: "INSERT INTO ins (a, s) VALUES (9, 'nine'), (10, 'te''n\n\nend')",
  });
  await client.command({ query: 'INSERT INTO ins (a) SELECT 11' });
  const raw = await client.exec({
    query: 'INSERT INTO ins (s, a) FORMAT TabSeparated',
    values: Readable.from(['tsv\t12\n']),
  });
  raw.stream.resume();
  const answer = await client.query({
    query: 'SELECT * FROM ins ORDER BY a',
    format: 'JSONCompactEachRow',
  });
  expect(await answer.json()).toEqual([
    [1, 'none', 'none!'],
    [2, 'x\n\ny', 'x\n\ny!'],
    [3, 'none', 'none!'],
    [4, 's4', 's4!'],
    [5, 'five', 'five!'],
    [6, 'none', 'none!'],
    [7, 'none', 'none!'],
    [8, 'csv', 't'],
    [9, 'nine', 'nine!'],
    [10, "te'n\n\nend", "te'n\n\nend!"],
    [11, 'none', 'none!'],
    [12, 'tsv', 'tsv!'],
  ]);
});

test('binary formats round-trip: what is selected can be inserted', async () => {
  const { client } = engine;
  const check = async (format: string) => {
    const table = `bin_${format.toLowerCase()}`;
    const columns = '(n UInt64, s String, m Map(String, String), d DateTime64(9))';
    await client.command({
      query: `CREATE TABLE ${table} ${columns} ENGINE = MergeTree ORDER BY n`,
    });
    const rows =
      "SELECT number AS n, repeat('\\n\\n', number % 3) AS s, map('k', 'v\\n\\n') AS m, toDateTime64(number, 9) AS d FROM numbers(5000)";
    const answer = await client.exec({ query: `${rows} FORMAT ${format}` });
    const stored = await client.exec({
      query: `INSERT INTO ${table} FORMAT ${format}`,
      values: answer.stream,
    });
    stored.stream.resume();
    const sum = 'SELECT count(), sum(cityHash64(n, s, m, d))';
    expect(await engine.text(`${sum} FROM ${table}`), format).toBe(
      await engine.text(`${sum} FROM (${rows})`),
    );
  };
  for (const format of [
    'Native',
    'RowBinary',
    'RowBinaryWithNames',
    'RowBinaryWithNamesAndTypes',
    'Parquet',
    'Arrow',
    'ArrowStream',
    'MsgPack',
    'JSONEachRow',
    'CSVWithNames',
    'TSVWithNamesAndTypes',
  ])
    await check(format);
});

test('an insert without rows stores nothing and is no error', async () => {
  const { client } = engine;
  await client.command({ query: 'CREATE TABLE empty (a UInt32) ENGINE = MergeTree ORDER BY a' });
  const check = async (format: string) => {
    const answer = await engine.http({
      url: { query: `INSERT INTO empty FORMAT ${format}` },
      body: '',
    });
    expect([answer.status, answer.text], format).toEqual([200, '']);
  };
  for (const format of ['JSONEachRow', 'TabSeparated', 'CSV', 'Native', 'RowBinary', 'Values'])
    await check(format);
  expect(
    (await engine.http({ url: { query: 'INSERT INTO nosuch FORMAT CSV' }, body: '' })).status,
  ).toBe(404);
  expect(await engine.text('SELECT count() FROM empty')).toBe('0');
});

test('the summary tells rows and bytes read and written, views included', async () => {
  const { client } = engine;
  await client.command({ query: 'CREATE TABLE sums (a UInt32) ENGINE = MergeTree ORDER BY a' });
  await client.command({ query: 'CREATE TABLE sums2 (a UInt32) ENGINE = MergeTree ORDER BY a' });
  await client.command({
    query: 'CREATE MATERIALIZED VIEW sums_mv TO sums2 AS SELECT a FROM sums',
  });
  const stored = await client.insert({
    table: 'sums',
    values: [{ a: 1 }, { a: 2 }],
    format: 'JSONEachRow',
  });
  expect(stored.summary).toMatchObject({ written_rows: '4', written_bytes: '16' });
  const check = async (format: string, query: string) => {
    const answer = await engine.http({ body: `${query} FORMAT ${format}` });
    const summary = JSON.parse(answer.headers.get('x-clickhouse-summary') ?? '{}');
    expect(summary, format).toMatchObject({
      read_rows: '2',
      read_bytes: '8',
      result_rows: '1',
      written_rows: '0',
    });
    expect(Number(summary.elapsed_ns)).toBeGreaterThan(0);
  };
  for (const format of ['JSON', 'JSONEachRow', 'Native', 'CSV', 'Parquet'])
    await check(format, 'SELECT sum(a) FROM sums');
});

test('a session keeps its temporary table, and settings of a request do not stay', async () => {
  const session = { session_id: 'temporary-1' };
  await engine.client.command({ query: 'CREATE TEMPORARY TABLE tmp (a UInt8)', ...session });
  await engine.client.insert({
    table: 'tmp',
    values: [{ a: 7 }],
    format: 'JSONEachRow',
    ...session,
  });
  const read = async (query: string, settings = {}, ids: { session_id?: string } = session) => {
    const answer = await engine.client.query({
      query,
      format: 'TabSeparated',
      clickhouse_settings: settings,
      ...ids,
    });
    return (await answer.text()).trim();
  };
  expect(await read('SELECT a FROM tmp')).toBe('7');
  expect(await read("SELECT getSetting('max_threads')", { max_threads: 3 })).toBe('3');
  expect(await read("SELECT getSetting('max_threads')")).not.toBe('3');
  await expect(read('SELECT nonsense')).rejects.toMatchObject({ code: '47' });
  expect(await read('SELECT a FROM tmp')).toBe('7');
  await expect(read('SELECT a FROM tmp', {}, {})).rejects.toMatchObject({ code: '60' });
  const slow = read('SELECT sleep(1)');
  await pause(300);
  await expect(read('SELECT 1')).rejects.toMatchObject({ code: '373', type: 'SESSION_IS_LOCKED' });
  await slow;
});

test('errors have their code, name, status and text', async () => {
  const check = async (query: string, code: number, type: string, status: number, url = {}) => {
    const answer = await engine.http({ body: query, url });
    expect([answer.status, answer.headers.get('x-clickhouse-exception-code')], query).toEqual([
      status,
      String(code),
    ]);
    expect(answer.text).toMatch(
      new RegExp(
        `^Code: ${code}\\. DB::Exception: [\\s\\S]+\\. \\(${type}\\) \\(version \\d+\\.\\d+`,
      ),
    );
    const failed = engine.client.query({ query, clickhouse_settings: url });
    await expect(failed).rejects.toMatchObject({ code: String(code), type });
  };
  await check('SELECT * FROM nosuch', 60, 'UNKNOWN_TABLE', 404);
  await check('SELECT * FROM nosuch.t', 81, 'UNKNOWN_DATABASE', 404);
  await check('selec 1', 62, 'SYNTAX_ERROR', 400);
  await check('SELECT nofunction(1)', 46, 'UNKNOWN_FUNCTION', 404);
  await check('SELECT 1', 115, 'UNKNOWN_SETTING', 404, { no_such_setting: '1' });
  await check('SELECT {p:UInt8}', 456, 'UNKNOWN_QUERY_PARAMETER', 500);
  await check('SELECT sleep(2)', 159, 'TIMEOUT_EXCEEDED', 408, { max_execution_time: '1' });
  await check("SELECT 1 INTO OUTFILE '/tmp/castellan-outfile'", 48, 'NOT_IMPLEMENTED', 501);
});

test('an error after the first bytes reaches the client as that error', async () => {
  const failing = 'SELECT number, throwIf(number = 3000000) FROM numbers(10000000)';
  const answer = await engine.client.query({ query: failing, format: 'JSONEachRow' });
  const consume = async () => {
    let rows = 0;
    for await (const part of answer.stream()) rows += part.length;
    return rows;
  };
  await expect(consume()).rejects.toMatchObject({ code: '395' });
  const text = await engine.client.query({ query: failing, format: 'TabSeparated' });
  await expect(text.text()).rejects.toThrow();
});

test('wait_end_of_query: an error comes as a status, the summary is final', async () => {
  const failing = await engine.http({
    body: 'SELECT throwIf(number = 3000000) FROM numbers(10000000) FORMAT JSONEachRow',
    url: { wait_end_of_query: '1' },
  });
  expect(failing.status).toBe(500);
  const counted = await engine.http({
    body: 'SELECT number FROM numbers(1000000) FORMAT JSONEachRow',
    url: { wait_end_of_query: '1' },
  });
  expect(JSON.parse(counted.headers.get('x-clickhouse-summary') ?? '{}')).toMatchObject({
    read_rows: '1000000',
    result_rows: '1000000',
  });
});

test('the query in the URL, in the body, in both; GET only reads', async () => {
  const check = async (
    init: Parameters<TestEngine['http']>[0],
    status: number,
    expected: string,
  ) => {
    const answer = await engine.http(init);
    expect([answer.status, answer.text.slice(0, expected.length)]).toEqual([status, expected]);
  };
  await check({ url: { query: 'SELECT 1' } }, 200, '1\n');
  await check({ body: 'SELECT 2' }, 200, '2\n');
  await check({ url: { query: 'SELECT 3,' }, body: '4' }, 200, '3\t4\n');
  await check({ method: 'GET', url: { query: 'SELECT 5' } }, 200, '5\n');
  await check(
    { method: 'GET', url: { query: 'SELECT 5', default_format: 'JSONEachRow' } },
    200,
    '{"5":5}\n',
  );
  await check(
    { method: 'GET', url: { query: 'CREATE TABLE g (a UInt8) ENGINE = Memory' } },
    500,
    'Code: 164.',
  );
  await check({ method: 'GET' }, 200, 'Ok.\n');
  await check({ method: 'GET', path: '/ping' }, 200, 'Ok.\n');
  await check({ method: 'GET', path: '/nosuch' }, 404, 'There is no handle /nosuch');
  await check({ method: 'DELETE' }, 405, 'DELETE');
  await check({ body: '' }, 400, 'Code: 62.');
  await check({ url: { query: 'SELECT currentDatabase()', database: 'system' } }, 200, 'system\n');
  await check({ url: { query: 'SELECT currentDatabase()' } }, 200, 'castellan\n');
  await check({ body: 'SELECT 1', headers: { 'x-clickhouse-key': 'wrong' } }, 403, 'Code: 516.');
  await check({ url: { query: 'SELECT 1', readonly: '1', max_threads: '1' } }, 200, '1\n');
  await check(
    { url: { query: 'SELECT 1 SETTINGS readonly = 0', readonly: '1' } },
    500,
    'Code: 164.',
  );
});

test('headers name query, format and zone', async () => {
  const answer = await engine.http({
    body: 'SELECT 1',
    url: { query_id: 'my-id', default_format: 'CSV' },
  });
  expect(answer.headers.get('x-clickhouse-query-id')).toBe('my-id');
  expect(answer.headers.get('x-clickhouse-format')).toBe('CSV');
  expect(answer.headers.get('x-clickhouse-timezone')).toBeTruthy();
  expect(answer.headers.get('content-type')).toContain('text/csv');
});
