import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileWhere } from '../../../core/search/compile-where.ts';
import { parseInstantNs } from '../../../core/search/instants.ts';
import { rowsStatement } from '../../../core/search/search-statement.ts';
import { startTestStore } from '../testing/test-store.ts';
import { createSourceCatalog } from './search-source.ts';

let store: Awaited<ReturnType<typeof startTestStore>>;
beforeAll(async () => {
  store = await startTestStore({ textIndexes: true });
  await store.run(
    `INSERT INTO otel_logs (Timestamp, ServiceName, Body, LogAttributes) SELECT toDateTime64('2026-06-01 00:00:00', 9, 'UTC') + toIntervalMillisecond(number * 1728), 's' || (number % 9), 'row ' || number, map('k', toString(number)) FROM numbers(100000)`,
  );
});
afterAll(() => store.stop());

const at = (text: string): bigint => {
  const instant = parseInstantNs(text);
  if (!instant.ok) throw new Error(instant.error);
  return instant.value;
};

/** The plan of a page, with the indexes that it uses. */
async function explain(where: string, from: string, to: string): Promise<string> {
  const { table, searchTable } = await createSourceCatalog(store.store, () => new Date())('logs');
  const compiled = compileWhere({ where, language: 'lucene', table: searchTable });
  if (!compiled.ok) throw new Error(compiled.error[0]?.message);
  const range = { fromNs: at(from), toNs: at(to) };
  const query = `EXPLAIN indexes = 1 ${rowsStatement(table, compiled.value, range, { limit: 201 })}`;
  const query_params = { ...compiled.value.params };
  const result = await store.store.reader.query({
    query,
    query_params,
    format: 'TSVRaw' as 'TabSeparatedRaw',
  });
  return result.text();
}

/** Granules that are left after an index: `4/13`. */
const granules = (plan: string, index: string): number[] => {
  const part = plan.slice(plan.indexOf(index));
  return (/Granules: (\d+)\/(\d+)/.exec(part) ?? []).slice(1).map(Number);
};

test('through the window’s subquery, every index is used', async () => {
  const narrow = ['2026-06-01T12:00:00Z', '2026-06-01T12:15:00Z'] as const;
  const [left = 0, all = 0] = granules(await explain('', ...narrow), 'PrimaryKey');
  expect(all).toBeGreaterThan(5);
  expect(left).toBeLessThan(4);
  const whole = ['2026-06-01T00:00:00Z', '2026-06-03T00:00:00Z'] as const;
  const check = async (where: string, index: string) => {
    const [kept = 99, of = 0] = granules(await explain(where, ...whole), index);
    expect(kept, where).toBeLessThan(of);
  };
  await check('LogAttributes.k:"777"', 'Name: idx_log_attr_items');
  await check('"row 777"', 'Name: idx_lower_body');
  await check('TraceId:"0af7651916cd43dd8448eb211c80319c"', 'Name: idx_trace_id');
});
