import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { harmlessTableFunctions } from '../../../core/search/read-only-guard.ts';
import { startTestEngine, type TestEngine } from '../testing/test-engine.ts';
import { encodeBlock } from './compressed-blocks.ts';
import { type PublishedFront, startPublishedFront } from './published-front.ts';

/**
 * The engine executes what follows a blank line in inline data. Here that is tried through every
 * way in; the victim has to survive each of them.
 */
let engine: TestEngine;
let published: PublishedFront;
let outside: string;
const folder = mkdtempSync(join(tmpdir(), 'castellan-attack-'));
const secret = join(folder, 'secret.csv');
const drop = '\n\nDROP TABLE castellan.victim';

beforeAll(async () => {
  engine = await startTestEngine();
  writeFileSync(secret, 'top,secret\n1,2\n');
  await engine.client.command({
    query: 'CREATE TABLE victim (a String) ENGINE = MergeTree ORDER BY a',
  });
  await engine.client.command({
    query: 'CREATE TABLE target (a String) ENGINE = MergeTree ORDER BY a',
  });
  await engine.client.command({ query: "INSERT INTO victim VALUES ('alive')" });
  published = await startPublishedFront({
    host: '127.0.0.1',
    port: 0,
    engine: engine.engine.connection,
    verify: async (token) => token === 'good-token',
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  outside = `http://127.0.0.1:${published.port}`;
});
afterEach(async () => {
  expect(await engine.text('SELECT a FROM victim')).toBe('alive');
});
afterAll(async () => {
  await published.close();
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a blank line in the rows of every format never becomes a statement', async () => {
  const payloads: Record<string, string> = {
    JSONEachRow: `{"a":"1"}${drop}`,
    JSONCompactEachRow: `["1"]${drop}`,
    CSV: `"1"${drop}`,
    TabSeparated: `1${drop}`,
    Values: `('1')${drop}`,
    TSKV: `a=1${drop}`,
    LineAsString: `1${drop}`,
    RawBLOB: `1${drop}`,
    RowBinary: `\x011${drop}`,
    Native: `\x01\x01\x01a\x06String\x011${drop}`,
    Parquet: `PAR1${drop}`,
    XML: `<a/>${drop}`,
  };
  for (const [format, payload] of Object.entries(payloads)) {
    const statement = `INSERT INTO target FORMAT ${format}`;
    await engine.http({ url: { query: statement }, body: payload });
    await engine.http({ body: `${statement}\n${payload}` });
    await engine.http({ url: { query: `${statement} ${payload}` }, body: '' });
    await engine.http({
      url: { query: statement },
      body: gzipSync(payload),
      headers: { 'content-encoding': 'gzip' },
    });
    await engine.http({
      url: { query: statement, decompress: '1' },
      body: encodeBlock(Buffer.from(payload)),
    });
    expect(await engine.text('SELECT count() FROM victim'), format).toBe('1');
  }
  await engine.http({ body: `INSERT INTO target VALUES ('1')${drop}` });
  await engine.http({ body: `INSERT INTO target SELECT '1' FORMAT Values ('1')${drop}` });
  await engine.http({ body: `EXPLAIN INSERT INTO target VALUES ('1')${drop}` });
  await engine.http({ body: `WITH 1 AS x INSERT INTO target VALUES ('1')${drop}` });
  await engine.http({
    body: `INSERT INTO target SELECT '1' PARALLEL WITH INSERT INTO target VALUES ('1')${drop}`,
  });
  await engine.http({ body: `INSERT INTO target (a) FROM INFILE '${secret}' FORMAT CSV${drop}` });
});

test('a second statement is refused however it is hidden', async () => {
  const check = async (query: string) => {
    const answer = await engine.http({ body: query });
    expect([answer.status, answer.text], query).toEqual([
      400,
      expect.stringContaining('Code: 62.'),
    ]);
  };
  await check('SELECT 1; DROP TABLE victim');
  await check('SELECT 1;DROP TABLE victim;');
  await check("SELECT 'a\\'; DROP TABLE victim; --' ; DROP TABLE victim");
  await check('SELECT $a$ ; $a$; DROP TABLE victim');
  await check('SELECT 1 /* ; */; DROP TABLE victim');
  await check('SELECT 1 -- ;\n; DROP TABLE victim');
  await check('SELECT `a;b` FROM victim; DROP TABLE victim');
  await check('SELECT 1 # ;\n; DROP TABLE victim');
  await check('SELECT 1\\G DROP TABLE victim');
  await check("SELECT 'unclosed; DROP TABLE victim");
  await check('SELECT 1 /* unclosed; DROP TABLE victim');
});

test('nothing in the URL becomes SQL', async () => {
  const evil = "1'; DROP TABLE castellan.victim; --";
  for (const name of [
    'param_p',
    'max_threads',
    'database',
    'query_id',
    'log_comment',
    'session_id',
    'default_format',
    'role',
    `x'; DROP TABLE victim; --`,
    'param_x = 1, y',
  ])
    await engine.http({ url: { query: 'SELECT {p:String}', param_p: 'x', [name]: evil } });
  for (const value of [
    "\\'; DROP TABLE castellan.victim",
    `${evil}\\`,
    `\n\n${evil}`,
    '`; DROP TABLE victim',
  ])
    for (const name of ['param_p', 'database', 'query_id', 'max_memory_usage'])
      await engine.http({ url: { query: 'SELECT {p:String}', param_p: 'x', [name]: value } });
  await engine.http({
    body: 'SELECT 1',
    headers: { 'x-clickhouse-database': 'a`; DROP TABLE castellan.victim' },
  });
  await engine.http({
    body: 'SELECT 1',
    headers: { 'x-clickhouse-format': 'CSV; DROP TABLE castellan.victim' },
  });
});

test('INTO OUTFILE writes nothing', async () => {
  const path = join(folder, 'out.csv');
  for (const into of ['INTO OUTFILE', 'into/**/outfile', 'INTO --\n OUTFILE', 'Into\tOutFile'])
    for (const readonly of ['0', '1'])
      for (const query of [`SELECT 1 ${into} '${path}'`, `SELECT 1 ${into} '${path}' FORMAT CSV`])
        expect((await engine.http({ body: query, url: { readonly } })).status).toBe(501);
  expect(existsSync(path)).toBe(false);
});

const fileReads = (path: string): string[] => [
  `SELECT * FROM file('${path}', CSV)`,
  `SELECT * FROM file('${path}')`,
  `DESCRIBE file('${path}')`,
  `DESCRIBE TABLE file('${path}')`,
  `DESC file('${path}', CSVWithNames)`,
  `SELECT file('${path}')`,
  `SELECT FILE('${path}')`,
  `SELECT \`file\`('${path}')`,
  `SELECT "file"('${path}')`,
  `SELECT “file”('${path}')`,
  `SELECT arrayMap(file, ['${path}'])`,
  `SELECT arrayMap(x -> file(x), ['${path}'])`,
  `SELECT arrayMap({f:Identifier}, ['${path}'])`,
  `SELECT * APPLY(file) FROM (SELECT '${path}')`,
  `SELECT * APPLY file FROM (SELECT '${path}')`,
  `SELECT columns('.*') APPLY /**/ (file) FROM (SELECT '${path}')`,
  `WITH file('${path}') AS x SELECT x`,
  `EXPLAIN SELECT file('${path}')`,
  `EXPLAIN SYNTAX SELECT file('${path}')`,
  `SELECT * FROM default.\`${path}\``,
  `SELECT * FROM \`default\` . \`${path}\``,
  `SELECT * FROM {d:Identifier}.\`${path}\``,
  `DESCRIBE default.\`${path}\``,
  `EXISTS default.\`${path}\``,
  `EXISTS TABLE default.\`${path}\``,
  `SELECT * FROM merge('default', '.*')`,
  `SELECT * FROM view(SELECT * FROM file('${path}', CSV))`,
  `SELECT * FROM loop(file('${path}', CSV))`,
  `SELECT * FROM numbers(1), file('${path}', CSV)`,
  `SELECT * FROM numbers(1) CROSS JOIN file('${path}', CSV)`,
  `SELECT 1 IN (SELECT * FROM file('${path}', CSV))`,
  `SELECT * FROM eval('SELECT file(\\'${path}\\')')`,
  `SELECT * FROM sqlite('${path}', 't')`,
  `SELECT * FROM executable('cat ${path}', CSV, 'a String')`,
  `SELECT * FROM filesystem('${path}')`,
  `SELECT * FROM remote('127.0.0.1', file('${path}', CSV))`,
  `SELECT * FROM fileCluster('default', '${path}', CSV)`,
  `SELECT * FROM icebergLocal('${path}')`,
  `CREATE TABLE x ENGINE = File(CSV, '${path}')`,
  `CREATE TEMPORARY TABLE x ENGINE = File(CSV, '${path}')`,
  `INSERT INTO target FROM INFILE '${path}' FORMAT CSV`,
  `COPY target FROM '${path}'`,
  `SELECT * FROM s3('http://127.0.0.1:1/b/x.csv')`,
  `DESCRIBE url('http://127.0.0.1:1/x.csv')`,
];

test('a reader reaches no file: not from outside, not as readonly=1 inside', async () => {
  const params = { param_f: 'file', param_d: 'default' };
  const check = async (query: string, init: object, url: Record<string, string>) => {
    const answer = await engine.http({ body: query, ...init, url: { ...params, ...url } });
    expect(answer.status, query).toBeGreaterThanOrEqual(400);
    expect(answer.text.replaceAll(query, ''), query).not.toMatch(/top|1,2/);
  };
  for (const query of fileReads(secret)) {
    await check(query, {}, { readonly: '1' });
    await check(query, { base: outside, password: 'good-token' }, {});
    await check(
      query,
      { base: outside, password: 'good-token' },
      { readonly: '0', database: 'default' },
    );
    await check(
      query,
      { base: outside, password: 'good-token' },
      { readonly: '2', session_id: 's' },
    );
  }
  await check(
    `SELECT * FROM \`${secret}\``,
    { base: outside, password: 'good-token' },
    { database: 'default' },
  );
});

test('every table function of the engine but the harmless ones is refused to readers', async () => {
  const names = (await engine.text('SELECT name FROM system.table_functions')).split('\n');
  expect(names.length).toBeGreaterThan(50);
  for (const name of names.filter((each) => !harmlessTableFunctions.has(each.toLowerCase()))) {
    const answer = await engine.http({
      body: `SELECT * FROM ${name}('x')`,
      url: { readonly: '1' },
    });
    expect(answer.text, name).toContain('Code: 497.');
  }
});

test('from outside one can read and nothing else, whatever the settings', async () => {
  const check = async (
    query: string,
    url: Record<string, string>,
    status: number,
    expected: string,
  ) => {
    const answer = await engine.http({ base: outside, password: 'good-token', body: query, url });
    expect([answer.status, answer.text.slice(0, expected.length)], query).toEqual([
      status,
      expected,
    ]);
  };
  await check('SELECT a FROM victim', {}, 200, 'alive\n');
  await check('SELECT currentDatabase()', { database: 'default' }, 200, 'castellan\n');
  await check("SELECT getSetting('readonly')", {}, 200, '1\n');
  await check("SELECT getSetting('readonly')", { readonly: '0' }, 200, '1\n');
  await check("SELECT getSetting('max_execution_time')", { max_execution_time: '0' }, 200, '600');
  await check("SELECT getSetting('max_execution_time')", { max_execution_time: '7' }, 200, '7');
  await check('SELECT 1 SETTINGS readonly = 0', {}, 500, 'Code: 164.');
  await check('SELECT 1', { allow_introspection_functions: '1' }, 500, 'Code: 452.');
  await check('SELECT 1', { format_schema_source: 'string' }, 500, 'Code: 452.');
  for (const query of [
    'DROP TABLE victim',
    "INSERT INTO victim VALUES ('x')",
    'SET readonly = 0',
    'USE default',
    'KILL QUERY WHERE 1 ASYNC',
    'SYSTEM STOP MERGES',
    'TRUNCATE TABLE victim',
    'ALTER TABLE victim DELETE WHERE 1',
    'EXECUTE AS default DROP TABLE victim',
    "BACKUP TABLE victim TO Disk('x', 'y')",
  ])
    await check(query, {}, 500, 'Code: 164.');
  const wrong = await engine.http({ base: outside, password: 'bad-token', body: 'SELECT 1' });
  expect([wrong.status, wrong.text.includes('Code: 516.')]).toEqual([403, true]);
  const internal = await engine.http({ base: outside, body: 'SELECT 1' });
  expect(internal.status).toBe(403);
});

test('only Castellan itself may insert by path, and only below its folder', async () => {
  const inside = join(engine.dataDir, 'rows.csv');
  writeFileSync(inside, '"by path"\n');
  const check = async (path: string, init: object, status: number) => {
    const answer = await engine.http({
      url: { query: 'INSERT INTO target FORMAT CSV' },
      body: '',
      headers: { 'x-castellan-insert-file': path },
      ...init,
    });
    expect(answer.status, path).toBe(status);
  };
  await check(inside, {}, 200);
  await check(secret, {}, 500);
  await check('rows.csv', {}, 500);
  await check(join(engine.dataDir, '..', 'secret.csv'), {}, 500);
  await check(inside, { base: outside, password: 'good-token' }, 500);
  expect(await engine.text("SELECT count() FROM target WHERE a = 'by path'")).toBe('1');
});

test('random INSERT texts: what follows never runs', async () => {
  const word = fc.constantFrom(
    'INSERT', 'INTO', 'TABLE', 'FUNCTION', 'target', 'castellan.target', '(a)', '(select)', '(', ')', 'VALUES', 'FORMAT',
    'Values', 'CSV', 'SELECT', "'1'", "('1')", 'FROM', 'SETTINGS', 'async_insert = 1', ',', 'format', 'WITH', 'EXPLAIN',
    '-- c\n', '/* ; */', "null('a String')", 'values', 'AS', 'UNION ALL', 'PARALLEL WITH', '$h$ x $h$', '\n\n', 'INFILE',
  ); // biome-ignore format: a list
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 8 }), async (words) => {
      await engine.http({ body: `INSERT INTO ${words.join(' ')}${drop}` });
      await engine.http({ body: `INSERT INTO target ${words.join(' ')}${drop}` });
      expect(await engine.text('SELECT a FROM victim')).toBe('alive');
    }),
    { numRuns: 120 },
  );
});

test('no result ever reaches another request, failing ones in between', async () => {
  const check = async (n: number) => {
    if (n % 3 === 0) {
      const failed = await engine.http({
        body: `SELECT throwIf(number = 100000, 'f${n}') FROM numbers(200000)`,
      });
      expect(failed.text).toContain(`f${n}`);
      return;
    }
    const answer = await engine.http({
      body: `SELECT ${n} FROM numbers(3)`,
      url: { max_threads: '1' },
    });
    expect(answer.text).toBe(`${n}\n`.repeat(3));
  };
  await Promise.all(Array.from({ length: 60 }, (_, n) => check(n)));
});
