import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileWhere } from './compile-where.ts';
import { openEngine, type TestEngine } from './testing/engine.ts';
import { createSampleTables, sampleTable } from './testing/sample-table.ts';

let engine: TestEngine;
beforeAll(() => {
  engine = openEngine();
  createSampleTables(engine);
});
afterAll(() => engine.close());

/** The skip indexes that leave out granules when the query runs inside its window. */
function indexesUsed(where: string): string[] {
  const compiled = compileWhere({ where, language: 'lucene', table: sampleTable });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  const { sql, params } = compiled.value;
  const plan = engine
    .query(
      `EXPLAIN indexes = 1 SELECT id FROM (SELECT *, LogAttributeItems FROM search.sample WHERE Timestamp >= '2020-01-01') WHERE (${sql})`,
      params,
    )
    .map((row) => String(row.explain).trim());
  const used: string[] = [];
  for (const [at, line] of plan.entries()) {
    const name = /^Name: (\w+)$/.exec(line)?.[1];
    const granules = plan.slice(at).find((each) => each.startsWith('Granules: '));
    const [kept = 0, of = 0] = granules?.match(/\d+/g)?.map(Number) ?? [];
    if (name && kept < of) used.push(name);
  }
  return used;
}

test('the index that should answer a query leaves out granules', () => {
  const check = (where: string, ...expected: string[]) =>
    expect(indexesUsed(where), where).toEqual(expected);
  check('platter', 'body');
  check('PLATTER', 'body');
  check('ÉCLAIR', 'body');
  check('"failed to fetch"', 'body');
  check('10.0.0.1:80', 'body');
  check('platter OR "failed to fetch"', 'body');
  check('(platter OR fetch) -foo', 'body');
  check('TraceId:"abcdef"', 'trace');
  check('trace_id:4bf92f3577b34da6a3ce929d0e0e4736', 'trace');
  check('LogAttributes.a.b:"foo"', 'items');
  check('LogAttributes.error.message:fetch', 'keys');
  check('LogAttributes.error.message:*', 'keys');
  check('LogAttributes.error.message:>5', 'keys');
  // What no index can answer.
  check('ServiceName:foo');
  check('-platter');
});
