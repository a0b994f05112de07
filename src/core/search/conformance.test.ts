import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CompiledWhere, compileWhere } from './compile-where.ts';
import type { SearchTable } from './search-table.ts';
import { type ConformanceRow, conformanceRows, twoColumnRows } from './testing/conformance-rows.ts';
import { openEngine, type TestEngine } from './testing/engine.ts';
import { repairedRows } from './testing/repaired-rows.ts';
import { sampleRows } from './testing/sample-rows.ts';
import { createSampleTables, plainTable, sampleTable } from './testing/sample-table.ts';

let engine: TestEngine;
beforeAll(() => {
  engine = openEngine();
  createSampleTables(engine);
});
afterAll(() => engine.close());

const compile = (where: string, table: SearchTable) =>
  compileWhere({ where, language: 'lucene', table });

/** How the same question is put: each way must find the same rows. */
const ways: readonly (readonly [string, SearchTable, string])[] = [
  ['with indexes', sampleTable, ''],
  ['without reading indexes', sampleTable, 'use_skip_indexes = 0'],
  ['without direct reads', sampleTable, 'query_plan_direct_read_from_text_index = 0'],
  ['on a table without indexes', plainTable, ''],
];

function idsOf(compiled: CompiledWhere, table: SearchTable, settings: string): number[] {
  const name = table.textIndexes.length > 0 ? 'search.sample' : 'search.plain';
  const sql = `SELECT id FROM (SELECT *, \`__hdx_materialized_k8s.pod.name\`, LogAttributeItems FROM ${name} WHERE Timestamp >= '2020-01-01') WHERE (${compiled.sql}) ORDER BY id ${settings && `SETTINGS ${settings}`}`;
  return engine.query(sql, compiled.params).map((row) => Number(row.id));
}

function check(row: ConformanceRow, change: (table: SearchTable) => SearchTable): void {
  const [number, query, meaning] = row;
  const about = `row ${number}: ${query}`;
  for (const [way, table, settings] of ways) {
    const compiled = compile(query, change(table));
    if (typeof meaning !== 'function') {
      expect(compiled.ok, about).toBe(false);
      expect(compiled.ok ? '' : compiled.error.map((each) => each.message).join(), about).toMatch(
        meaning.error,
      );
      continue;
    }
    if (!compiled.ok) throw new Error(`${about}: ${JSON.stringify(compiled.error)}`);
    const expected = sampleRows.filter(meaning).map((each) => each.id);
    expect(idsOf(compiled.value, change(table), settings), `${about}, ${way}`).toEqual(expected);
  }
}

test.each(conformanceRows)('row %i: %s', (...row) => check(row, (table) => table));

test.each(twoColumnRows)('row %i, two implicit columns: %s', (...row) =>
  check(row, (table) => ({ ...table, implicitColumns: ['Body', 'Other'] })),
);

test.each(repairedRows)('repaired %i: %s', (...row) => check(row, (table) => table));

test('each row tells right from wrong: no meaning is that of another row by accident', () => {
  const numbers = new Set([...conformanceRows, ...twoColumnRows].map(([number]) => number));
  expect([...numbers].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 100 }, (_, at) => at + 1),
  );
  const trivial = conformanceRows.filter(([number, , meaning]) => {
    if (typeof meaning !== 'function' || number === 41 || number === 42) return false;
    const found = sampleRows.filter(meaning).length;
    return found === 0 || found === sampleRows.length;
  });
  expect(trivial).toEqual([]);
});

test('SQL, explanations and diagnostics of every row, as customers see them', async () => {
  const render = (rows: readonly ConformanceRow[], table: SearchTable): string[] =>
    rows.flatMap(([number, query]) => {
      const compiled = compile(query, table);
      const printable = query.replaceAll(/\p{Cc}/gu, (each) => JSON.stringify(each).slice(1, -1));
      const shown = printable.length > 80 ? `${printable.slice(0, 80)}…` : printable;
      const diagnostics = compiled.ok ? compiled.value.diagnostics : compiled.error;
      return [
        `${number}  ${shown}`,
        ...(compiled.ok
          ? [
              `    sql     ${compiled.value.sql}`,
              `    params  ${JSON.stringify(compiled.value.params).slice(0, 200)}`,
              `    means   ${compiled.value.explanation.slice(0, 200)}`,
            ]
          : []),
        ...diagnostics.map(
          ({ severity, start, end, message }) => `    ${severity} [${start}, ${end}) ${message}`,
        ),
        '',
      ];
    });
  const text = [
    '# The conformance table, with text indexes',
    '',
    ...render(conformanceRows, sampleTable),
    '# Two implicit columns',
    '',
    ...render(twoColumnRows, { ...sampleTable, implicitColumns: ['Body', 'Other'] }),
    '# What other dialects get wrong',
    '',
    ...render(repairedRows, sampleTable),
    '# A server without text indexes',
    '',
    ...render(conformanceRows.slice(0, 8), plainTable),
  ].join('\n');
  await expect(text).toMatchFileSnapshot('conformance.golden.txt');
});
