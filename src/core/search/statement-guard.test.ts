import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guardReadOnly } from './read-only-guard.ts';
import { guardStatement } from './statement-guard.ts';

test('one statement: its kind, its verb, its format, without what follows', () => {
  const check = (text: string, kind: string, verb: string, format?: string, sql = text) => {
    const guarded = guardStatement(text);
    expect(
      guarded.ok && [
        guarded.value.kind,
        guarded.value.verb,
        guarded.value.format,
        guarded.value.sql,
      ],
      text,
    ).toEqual([kind, verb, format, sql]);
  };
  check('SELECT 1', 'read', 'SELECT');
  check('select 1 ;;  -- end', 'read', 'SELECT', undefined, 'select 1');
  check(
    '/* a */ WITH 1 AS x SELECT x FORMAT JSONEachRow',
    'read',
    'WITH',
    'JSONEachRow',
    'WITH 1 AS x SELECT x FORMAT JSONEachRow',
  );
  check('SELECT 1 FORMAT CSV SETTINGS max_threads = 1', 'read', 'SELECT', 'CSV');
  check('SELECT format FROM t', 'read', 'SELECT');
  check("SELECT 'FORMAT CSV'", 'read', 'SELECT');
  check('SELECT * FROM (SELECT 1 FORMAT CSV)', 'read', 'SELECT');
  check('(SELECT 1)', 'read', '(');
  check('EXPLAIN SELECT 1', 'read', 'EXPLAIN');
  check('SHOW TABLES', 'read', 'SHOW');
  check('DROP TABLE t', 'write', 'DROP');
  check('KILL QUERY WHERE 1', 'write', 'KILL');
  check('SET a = 1', 'session', 'SET');
  check('INSERT INTO t SELECT 1', 'write', 'INSERT');
  check(
    'INSERT INTO t SELECT 1\nFORMAT JSONEachRow',
    'write',
    'INSERT',
    undefined,
    'INSERT INTO t SELECT 1',
  );
  check('INSERT INTO t (SELECT 1)', 'write', 'INSERT');
  check('WITH 1 AS x INSERT INTO t SELECT x', 'write', 'WITH');
});

test('what is refused, and where', () => {
  const check = (text: string, code: string, start: number, end = text.length) =>
    expect(guardStatement(text), text).toMatchObject({ ok: false, error: { code, start, end } });
  check('', 'empty', 0);
  check(' -- a', 'empty', 0);
  check('SELECT 1; SELECT 2', 'multiple_statements', 10);
  check("SELECT 1; 'x", 'syntax', 10);
  check("SELECT 1 INTO OUTFILE 'x'", 'into_outfile', 9, 21);
  check("SELECT 1 into/**/outfile 'x'", 'into_outfile', 9, 24);
  check("SELECT (SELECT 1 INTO OUTFILE 'x')", 'into_outfile', 17, 29);
  check("SELECT 'a", 'syntax', 7);
  check('SELECT 1\\G', 'syntax', 8, 9);
  check('INSERT INTO t', 'inline_data', 0);
  check('EXPLAIN INSERT INTO t VALUES (1)', 'inline_data', 22);
  check('INSERT INTO t SELECT 1 FORMAT CSV 1', 'inline_data', 34);
  check('INSERT INTO t SELECT 1 PARALLEL WITH INSERT INTO t VALUES (1)', 'inline_data', 51);
});

test('the rows of an INSERT are told apart', () => {
  const check = (text: string, format: string, head: string, rows: string) => {
    const guarded = guardStatement(text);
    const found = guarded.ok ? guarded.value.rows : undefined;
    expect(found && [found.format, found.head.trim(), text.slice(found.start)], text).toEqual([
      format,
      head,
      rows,
    ]);
  };
  check('INSERT INTO t VALUES (1)', 'Values', 'INSERT INTO t', ' (1)');
  check(
    "insert into d.t(a, b) values (1, ';')\n\ndrop",
    'Values',
    'insert into d.t(a, b)',
    " (1, ';')\n\ndrop",
  );
  check('INSERT INTO t FORMAT CSV\n1\n\n2', 'CSV', 'INSERT INTO t', '1\n\n2');
  check('INSERT INTO t FORMAT CSV \r\n1', 'CSV', 'INSERT INTO t', '1');
  check('INSERT INTO t FORMAT CSV 1', 'CSV', 'INSERT INTO t', '1');
  check('INSERT INTO t FORMAT CSV', 'CSV', 'INSERT INTO t', '');
  check('INSERT INTO t FORMAT Values (1)', 'Values', 'INSERT INTO t', '(1)');
  check(
    "INSERT INTO t (a) SETTINGS x = 1 FORMAT JSONEachRow {'",
    'JSONEachRow',
    'INSERT INTO t (a) SETTINGS x = 1',
    "{'",
  );
  check(
    'INSERT INTO t (select, format, values) VALUES (1)',
    'Values',
    'INSERT INTO t (select, format, values)',
    ' (1)',
  );
  check('INSERT INTO t (select) FORMAT CSV 1', 'CSV', 'INSERT INTO t (select)', '1');
  check('INSERT INTO values VALUES (1)', 'Values', 'INSERT INTO values', ' (1)');
  check('INSERT INTO format VALUES (1)', 'Values', 'INSERT INTO format', ' (1)');
  check('INSERT INTO `select`.`from` VALUES (1)', 'Values', 'INSERT INTO `select`.`from`', ' (1)');
  check('INSERT INTO select VALUES (1)', 'Values', 'INSERT INTO select', ' (1)');
  check(
    "INSERT INTO FUNCTION null('a Int8') VALUES (1)",
    'Values',
    "INSERT INTO FUNCTION null('a Int8')",
    ' (1)',
  );
  check(
    'INSERT /* VALUES */ INTO t -- FORMAT CSV\n VALUES (1)',
    'Values',
    'INSERT /* VALUES */ INTO t -- FORMAT CSV',
    ' (1)',
  );
  check(
    "INSERT INTO t SELECT a FROM input('a Int8') FORMAT CSV 1",
    'CSV',
    "INSERT INTO t SELECT a FROM input('a Int8')",
    '1',
  );
});

test('input() of an INSERT SELECT is found with its structure', () => {
  const text = "/**/ INSERT INTO t SELECT a FROM input('a Int8') WHERE a > 1 FORMAT CSV 1";
  const guarded = guardStatement(text);
  const rows = guarded.ok ? guarded.value.rows : undefined;
  expect(rows?.input && rows.head.slice(rows.input.start, rows.input.end)).toBe("input('a Int8')");
  expect(rows?.input?.structure).toBe("'a Int8'");
});

test('an INSERT that is passed on whole has nothing after its SELECT that could be rows', () => {
  const word = fc.constantFrom(
    'INTO',
    't',
    '(a)',
    '(',
    ')',
    'VALUES',
    'FORMAT',
    'CSV',
    'SELECT',
    "'1'",
    'FROM',
    ',',
    '\n\n',
    'DROP TABLE v',
    ';',
    '$$',
    '`',
    "'",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 9 }), (words) => {
      const guarded = guardStatement(`INSERT ${words.join(' ')}\n\nDROP TABLE v`);
      if (!guarded.ok || guarded.value.rows) return;
      // ClickHouse takes rows after VALUES or FORMAT only where no SELECT came before.
      expect(guarded.value.sql).toMatch(/SELECT|FROM/);
    }),
    { numRuns: 3_000 },
  );
});

test('readers: what reaches beyond the tables is refused, the rest is not', () => {
  const check = (
    text: string,
    expected: RegExp | undefined,
    identifiers: Record<string, string> = {},
  ) => {
    const guarded = guardStatement(text);
    if (!guarded.ok) throw new Error(`${text}: ${guarded.error.message}`);
    const refused = guardReadOnly(guarded.value, new Map(Object.entries(identifiers)));
    if (expected) expect(refused?.message, text).toMatch(expected);
    else expect(refused, text).toBeUndefined();
  };
  check("SELECT count() FROM otel_logs WHERE Body LIKE '%file(%'", undefined);
  check(
    "SELECT LogAttributes['file'], t.file FROM otel_logs AS t ARRAY JOIN mapKeys(LogAttributes) AS k, mapValues(LogAttributes) AS v",
    undefined,
  );
  check('SELECT a, b FROM t WHERE x IN (1, 2) GROUP BY toStartOfHour(a), lower(b)', undefined);
  check('SELECT * FROM numbers(3), generateSeries(1, 2) JOIN view(SELECT 1) USING (a)', undefined);
  check('SELECT default FROM t', undefined);
  check('DESCRIBE TABLE otel_logs', undefined);
  check('EXPLAIN indexes = 1 SELECT 1', undefined);
  check("SELECT file('x')", /function file is not available.*t\.file/);
  check("SELECT `File`('x')", /function File/);
  check('SELECT arrayMap({f:Identifier}, x)', /function file/, { f: 'file' });
  check("SELECT * FROM url('x')", /table function url/);
  check("SELECT * FROM t, s3('x')", /table function s3/);
  check("SELECT * FROM t JOIN remote('x') USING a", /table function remote/);
  check("DESCRIBE s3('x')", /table function s3/);
  check('SELECT * FROM default.`x`', /database "default"/);
  check('SELECT * FROM {d:Identifier}.x', /database "default"/, { d: 'default' });
  check('KILL QUERY WHERE 1', /KILL is not available: this is read-only/);
  check('SET readonly = 0', /SET is not available/);
});
