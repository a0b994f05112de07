import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CompiledWhere, compileWhere } from './compile-where.ts';
import { luceneTokens } from './lucene/editor-tokens.ts';
import { type SearchTable, searchLimits } from './search-table.ts';
import { lexSql, type SqlToken } from './sql-lexer.ts';
import { openEngine, type TestEngine } from './testing/engine.ts';
import { sampleRows } from './testing/sample-rows.ts';
import { createSampleTables, plainTable, sampleTable } from './testing/sample-table.ts';

let engine: TestEngine;
beforeAll(() => {
  engine = openEngine();
  createSampleTables(engine);
});
afterAll(() => engine.close());

const outfile = join(tmpdir(), `castellan-outfile-${process.pid}`);
const runs = Number(process.env.FUZZ_RUNS ?? 150);
const windowStart = '2024-01-10';
const inWindow = sampleRows.filter((row) => row.Timestamp >= windowStart).length;

/** Everything that means something to either language, and what does not. */
const fragments = [
  'foo', 'bar', 'AND', 'OR', 'NOT', '&&', '||', '-', '!', '+', '(', ')', '"', '"foo bar"', ':', '*', '?', '~2', '^3',
  '[', ']', '{', '}', '[1 TO 5]', '{* TO "x"}', ' TO ', '>', '>=5', '<', '\\', '\\"', "'", '`', ';', '--', '/*', '*/',
  '#', '$$', '{p0:String}', '\n', '\t', '\0', ' ', '\u3000', '\ud800', '💥', 'İ', 'ΟΔΟΣ', '日本', '%', '_', '1', '-5', '1e9',
  'ServiceName:', 'Body:', 'Body.a.b:', 'Duration:', 'SeverityNumber:', 'Timestamp:', '2024-01-01', 'IsError:', 'true',
  'LogAttributes.n:', 'LogAttributes.', 'Num.count:', 'J.a.b:', 'J:', 'Events.Name:', 'Events.Attributes.k:', 'level:',
  'ResourceAttributes.k8s.pod.name:', 'LogAttributeItems:', 'http://x/y?z=1:2', '10.0.0.1:80', '1) OR (1', "') OR 1=1 --",
  'DROP TABLE sample', 'constructor:', '__proto__:', 'toString:',
]; // biome-ignore format: a table
const text = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...fragments) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

const vocabulary = new Set(
  'AND OR NOT LIKE lowerUTF8 hasAllTokens hasPhrase hasToken match has notEmpty arrayExists x0 x1 mapContains ifNull isNotNull toString toFloat64OrNull getSubcolumn dynamicType JSONExtract JSONHas parseDateTime64BestEffort'.split(
    ' ',
  ),
);
const strings = new Set(["'UTC'", "'Nullable(String)'", "'^(U?Int|Float|Decimal)'"]);
const punctuation = new Set(['(', ')', '[', ']', ',', '=', '<', '<=', '>', '>=', '->']);

/** What a token of our own SQL may be; an answer is an objection. */
function objection(token: SqlToken, table: SearchTable, compiled: CompiledWhere) {
  switch (token.kind) {
    case 'word':
      return !vocabulary.has(token.text);
    case 'quoted_identifier':
      return !table.columns.some((column) => column.name === token.value);
    case 'string':
      return !strings.has(token.text);
    case 'number':
      return !/^[0139]$/.test(token.text);
    case 'parameter':
      return !Object.hasOwn(compiled.params, token.value);
    case 'punctuation':
      return !punctuation.has(token.text);
    default:
      return true;
  }
}

function checkSql(compiled: CompiledWhere, table: SearchTable): void {
  const lexed = lexSql(compiled.sql);
  if (!lexed.ok) throw new Error(lexed.error.message);
  expect(lexed.value.filter((token) => objection(token, table, compiled))).toEqual([]);
  let depth = 0;
  for (const token of lexed.value) {
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    expect(depth).toBeGreaterThanOrEqual(0);
  }
  expect(depth).toBe(0);
}

/** Rows found by the expression and by its negation, of those in the window. */
function found(sql: string, params: Readonly<Record<string, string>>, table: SearchTable) {
  const name = table.textIndexes.length > 0 ? 'search.sample' : 'search.plain';
  const [row] = engine.query(
    `SELECT countIf(f) AS yes, countIf(NOT f) AS no, countIf(Timestamp < '${windowStart}') AS outside FROM (SELECT Timestamp, (${sql}) AS f FROM (SELECT *, \`__hdx_materialized_k8s.pod.name\`, LogAttributeItems FROM ${name} WHERE Timestamp >= '${windowStart}'))`,
    params,
  );
  return { yes: Number(row?.yes), no: Number(row?.no), outside: Number(row?.outside) };
}

test('no text makes the compiler throw, or say anything but its own words', () => {
  fc.assert(
    fc.property(text, (where) => {
      for (const table of [sampleTable, plainTable]) {
        const compiled = compileWhere({ where, language: 'lucene', table });
        if (compiled.ok) checkSql(compiled.value, table);
        const diagnostics = compiled.ok ? compiled.value.diagnostics : compiled.error;
        for (const { start, end } of diagnostics) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start - 1);
          expect(end).toBeLessThanOrEqual(where.length);
        }
        if (!compiled.ok)
          expect(compiled.error.some((each) => each.severity === 'error')).toBe(true);
      }
    }),
    { numRuns: runs * 10 },
  );
});

test('whatever compiles runs, stays in the window, and NOT is its complement', () => {
  fc.assert(
    fc.property(text, fc.boolean(), (where, plain) => {
      const table = plain ? plainTable : sampleTable;
      const compiled = compileWhere({ where, language: 'lucene', table });
      if (!compiled.ok) return;
      const { yes, no, outside } = found(compiled.value.sql, compiled.value.params, table);
      expect(outside).toBe(0);
      expect(yes + no).toBe(inWindow);
      if (compiled.value.matchesAll) expect(yes).toBe(inWindow);
    }),
    { numRuns: runs },
  );
});

test('a table with indexes and one without find the same', () => {
  fc.assert(
    fc.property(text, (where) => {
      const counts = [sampleTable, plainTable].map((table) => {
        const compiled = compileWhere({ where, language: 'lucene', table });
        return compiled.ok && found(compiled.value.sql, compiled.value.params, table).yes;
      });
      expect(counts[0]).toBe(counts[1]);
    }),
    { numRuns: runs },
  );
});

test('SQL expressions do not leave their brackets', () => {
  const sqlText = fc
    .array(
      fc.constantFrom(
        ...fragments, '1', '0', ' = ', 'Body', " LIKE '%a%' ", ' IN (1, 2)', '(SELECT 1)', ' UNION ALL SELECT 1',
        ' FORMAT Null', ' SETTINGS max_threads = 1', ` INTO OUTFILE '${outfile}'`, '$x$ ) OR ( $x$', '/* ) */', '-- )\n', ' LIMIT 1',
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')); // biome-ignore format: a list
  fc.assert(
    fc.property(sqlText, (where) => {
      const compiled = compileWhere({ where, language: 'sql', table: sampleTable });
      if (!compiled.ok) return;
      try {
        expect(found(compiled.value.sql, {}, sampleTable).outside).toBe(0);
      } catch (error) {
        // The server may refuse names and types; what is said must be one statement.
        expect(String(error)).not.toMatch(/Multi-statements are not/);
        if (!/Code: \d+/.test(String(error))) throw error;
      }
    }),
    { numRuns: runs * 2 },
  );
  expect(existsSync(outfile)).toBe(false);
});

test('huge and deep input is refused or answered, and the answer runs', () => {
  const repeat = (part: string, times: number) => part.repeat(times);
  const check = (where: string, expected: RegExp | 'runs') => {
    for (const table of [sampleTable, plainTable]) {
      const compiled = compileWhere({ where, language: 'lucene', table });
      const message = compiled.ok ? 'runs' : (compiled.error[0]?.message ?? '');
      expect(message, where.slice(0, 40)).toMatch(expected);
      if (compiled.ok) found(compiled.value.sql, compiled.value.params, table);
    }
    luceneTokens(where);
  };
  const { maxDepth, maxLength, maxTerms } = searchLimits;
  check(repeat('(', 8_000), /nested more than/);
  check(`${repeat('(', maxDepth)}a${repeat(')', maxDepth)}`, 'runs');
  check(`${repeat('-(', maxDepth)}a${repeat(')', maxDepth)}`, 'runs');
  check(`${repeat('(a OR -(b ', maxDepth / 2)}c${repeat('))', maxDepth / 2)}`, 'runs');
  check(repeat('ServiceName:(', 1_200), /nested more than/);
  check(repeat('NOT ', 4_000), 'runs');
  check(`${repeat('NOT ', 4_001)}foo`, 'runs');
  check(repeat('-+', 8_000), 'runs');
  check(repeat(')', 8_000), /closes nothing/);
  check(repeat('[ ', 8_000), /more than \d+ terms/);
  check(repeat('["', 8_000), /never closed|terms/);
  check(repeat('a ', maxTerms), 'runs');
  check(repeat('a ', maxTerms + 1), /more than 500 terms/);
  check(repeat('a OR ', maxTerms), 'runs');
  check(repeat('ServiceName:a ', maxTerms), 'runs');
  check(Array.from({ length: 1_001 }, (_, index) => `w${index}`).join('-'), /more than 1000 words/);
  check(Array.from({ length: 1_000 }, (_, index) => `w${index}`).join('-'), 'runs');
  check(`"${Array.from({ length: 1_000 }, (_, index) => `w${index}`).join(' ')}"`, 'runs');
  check(repeat('a', maxLength), 'runs');
  check(repeat('a', maxLength + 1), /at most 16384/);
  check(repeat('💥', maxLength / 2), 'runs');
  check(`*${repeat('a*', 8_000)}`, /wildcards/);
  check(`*${repeat('a*', 49)}`, 'runs');
  check(`*${repeat('a', 8_000)}*${repeat('b', 8_000)}*`, 'runs');
  check(`${repeat('é%_\\\\', 3_000)}*x*`, 'runs');
  check(`Body.${repeat('a.', 8_000)}b:x`, /deep/);
  check(`LogAttributes.${repeat('a.', 8_000)}b:x`, 'runs');
  check(`SeverityNumber:${repeat('9', 16_000)}`, 'runs');
  check(`SeverityNumber:>0.${repeat('0', 16_000)}1`, 'runs');
  check(`SeverityNumber:1e9999`, 'runs');
  check(`${repeat('x', 16_000)}:y`, /is not a column/);
  check(repeat('\\', maxLength), 'runs');
  check(repeat('"a" ', maxTerms), 'runs');
});
