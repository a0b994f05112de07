import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exceptionText, quietExceptionText, withoutLiterals } from '../../../base/query-shape.ts';
import { sqlString } from '../../../base/sql-text.ts';
import { type EmbeddedNode, openEmbeddedNode } from '../testing/embedded-node.ts';
import { shapeText } from './query-text.ts';

let engine: EmbeddedNode;
beforeAll(() => {
  engine = openEmbeddedNode();
});
afterAll(() => engine.close());

const evaluated = (sql: string): string => String(engine.rows(`SELECT ${sql}`)[0]?.[0]);

test('old servers: literals and comments are taken out by patterns', () => {
  const check = (query: string, shape: string) =>
    expect(evaluated(withoutLiterals(sqlString(query))), query).toBe(shape);
  check('SELECT 1', 'SELECT ?');
  check('SELECT a1, b FROM t2 WHERE x = 15', 'SELECT a1, b FROM t2 WHERE x = ?');
  check("SELECT 'a', 'it''s', 'it\\'s'", 'SELECT ?..');
  check("SELECT * FROM t WHERE p = 'unclosed", 'SELECT * FROM t WHERE p = ?');
  check("SELECT '--', 1 -- secret\nFROM t", 'SELECT ?.. ? FROM t');
  check("SELECT /* ' */ 1 /* secret", 'SELECT ? ? ?');
  check('INSERT INTO t VALUES (1, 2), (3, 4)', 'INSERT INTO t VALUES (?..)');
  check("SELECT x IN ('a', 'b', 'c')", 'SELECT x IN (?..)');
  check('SELECT 0x1F, 1.5e3, 2020', 'SELECT ?..');
  check("CREATE USER u IDENTIFIED BY 'pw'", 'CREATE USER u IDENTIFIED BY ?');
  check('SELECT\n\t1', 'SELECT ?');
});

const query = fc.array(
  fc.oneof(
    fc.constantFrom(
      'SELECT ',
      ' FROM t ',
      '(',
      ')',
      ', ',
      '\n',
      'a',
      '`b`',
      '= ',
      '1',
      '-',
      '/',
      '*',
    ),
    fc.string({ maxLength: 6 }).map((text) => `'${text.replace(/[\\']/g, '\\$&')}SECRET'`),
    fc.string({ maxLength: 6 }).map((text) => `'${text.replace(/[\\']/g, (c) => c + c)}SECRET'`),
  ),
  { maxLength: 12 },
);

test('no literal leaves the server, whatever the query', () => {
  const [newer, older] = shapeText('q', []).sources.map(({ sql }) => sql);
  const property = fc.property(fc.array(query, { minLength: 20, maxLength: 20 }), (queries) => {
    const texts = queries.map((parts) => sqlString(parts.join(''))).join(', ');
    const shapes = engine.rows(
      `SELECT ${newer}, ${older} FROM (SELECT arrayJoin([${texts}]) AS q)`,
    );
    for (const [place, row] of shapes.entries())
      for (const shape of row)
        expect(String(shape), JSON.stringify(queries[place])).not.toContain('SECRET');
  });
  fc.assert(property, { numRuns: 30 });
});

test('exceptions: without the stack trace, and values where they may be', () => {
  const check = (text: string, expected: string, quiet = expected) => {
    expect(evaluated(exceptionText(sqlString(text)))).toBe(expected);
    expect(evaluated(quietExceptionText(sqlString(text)))).toBe(quiet);
  };
  check('Code: 60. DB::Exception: no. (X)', 'Code: 60. DB::Exception: no. (X)');
  check('Code: 1. a, Stack trace (when copying):\n0. x', 'Code: 1. a');
  check('Code: 1, e.displayText() = a, e.what() = DB::Exception', 'Code: 1, e.displayText() = a');
  check(
    "Cannot parse 'secret \\' x' as Int8",
    "Cannot parse 'secret \\' x' as Int8",
    "Cannot parse '?' as Int8",
  );
  check('x'.repeat(999), 'x'.repeat(300));
});
