import { expect, test } from 'vitest';
import { compileWhere } from './compile-where.ts';
import { sampleTable } from './testing/sample-table.ts';

const compile = (where: string) => compileWhere({ where, language: 'sql', table: sampleTable });

test('one expression, put in brackets on lines of its own', () => {
  const check = (where: string, sql = `(\n${where}\n)`) => {
    const compiled = compile(where);
    expect(compiled.ok ? compiled.value.sql : compiled.error, where).toBe(sql);
  };
  check('', '1');
  check('  \n', '1');
  check('-- nothing but a comment', '1');
  check("Body LIKE '%foo%'");
  check("SeverityNumber > 9 AND (ServiceName = 'a' OR ServiceName IN ('b', 'c'))");
  check("Body = '); DROP TABLE t --'");
  check('a = 1 -- a comment');
  check('a = 1 # a comment');
  check('a /* ) */ = 1');
  check('a = $x$ ) ; ( $x$');
  check("LogAttributes['a.b'] = 'x'");
  check('has([1, 2], 1)');
  check("format('{}', Body) = 'x'");
  check('limit = 5 AND t.offset > 3 AND `from` = 1');
  check("(SELECT max(Timestamp) FROM otel_logs) > '2024-01-01'");
  check('CASE WHEN a THEN b ELSE c END');
  check('tupleElement(x, 1) = 2 AND arrayExists(x -> x > 1, y)');
  check("domain(Body) = 'y' AND url = 'x'");
});

test('what leaves the expression is refused, and where', () => {
  const check = (where: string, start: number, end: number, message: RegExp) => {
    const compiled = compile(where);
    if (compiled.ok) throw new Error(`${where} was taken`);
    const [first] = compiled.error;
    expect(first?.message, where).toMatch(message);
    expect([first?.start, first?.end], where).toEqual([start, end]);
  };
  check('1) OR (1', 1, 2, /closes nothing/);
  check('(1', 0, 1, /never closed/);
  check('[1)', 2, 3, /does not fit/);
  check('1; DROP TABLE x', 1, 2, /; is not part/);
  check("Body = 'x", 7, 9, /never closed/);
  check('1 /* x', 2, 6, /never closed/);
  check('1 /* /* */ )', 2, 12, /never closed/);
  check('1 UNION ALL SELECT 2', 2, 7, /UNION is not part/);
  check('1 ORDER BY x', 2, 7, /ORDER is not part/);
  check('SELECT 1', 0, 6, /stand after WHERE/);
  check('1 LIMIT 5', 2, 7, /LIMIT is not part/);
  check('1 FORMAT Null', 2, 8, /FORMAT/);
  check('1 SETTINGS readonly = 0', 2, 10, /SETTINGS/);
  check('a IN (SELECT 1 SETTINGS readonly = 0)', 15, 23, /SETTINGS/);
  check("a IN (SELECT 1 INTO OUTFILE 'x')", 15, 19, /OUTFILE/);
  check("a IN (SELECT 1 into/**/outfile 'x')", 15, 19, /OUTFILE/);
  check("a IN (SELECT * FROM file('/etc/passwd'))", 20, 24, /not available/);
  check("a IN (SELECT * FROM numbers(1), URL('http://x'))", 32, 35, /not available/);
  check("a IN (SELECT * FROM `s3` ('x'))", 20, 24, /not available/);
  check("a IN (SELECT 1 FROM x JOIN remote('h', y) USING z)", 27, 33, /not available/);
  check("a IN file('x')", 5, 9, /not available/);
  check("Body LIKE file('/etc/passwd')", 10, 14, /not available/);
  check("Body = `file`/* */('/etc/passwd')", 7, 13, /not available/);
  check("a IN (SELECT * FROM eval('SELECT 1'))", 20, 24, /not available/);
  check("aiGenerate('x') = 'y'", 0, 10, /not available/);
  check('a = {p0:String}', 4, 15, /parameters/);
  check(`${'('.repeat(101)}1${')'.repeat(101)}`, 100, 101, /nested more than 100/);
  check('x'.repeat(65_537), 65_536, 65_537, /at most 65536/);
});
