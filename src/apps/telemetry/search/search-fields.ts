import { sqlName, sqlTable } from '../../../base/sql-text.ts';
import { timeConditions } from '../../../core/search/search-statement.ts';
import type { Source } from '../../../model/telemetry/search-api.ts';
import { collectRows } from './collect-rows.ts';
import { sourceOf } from './planned-search.ts';
import type { SearchContext } from './search-context.ts';
import type { SearchSource } from './search-source.ts';
import { readExtent } from './time-extent.ts';

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly indexed: boolean;
}

/** Keys of one map that are offered; the most frequent ones. */
const mostKeys = 1_000;
const dayNs = 86_400_000_000_000n;

/** Everything that a query may name: columns, and the keys of the maps, most frequent first. */
export async function searchFields(
  context: SearchContext,
  name: Source,
  signal: AbortSignal,
): Promise<Field[]> {
  const source = await sourceOf(context, name);
  const { columns, itemsOf } = source.searchTable;
  const own = columns
    .filter((column) => column.kind !== 'alias' && !column.name.startsWith('__hdx_materialized_'))
    .map(({ name, type }) => ({ name, type, indexed: isIndexed(source, name) }));
  const maps = columns.filter(({ type, kind }) => kind === 'stored' && type.startsWith('Map('));
  const keys = await Promise.all(
    maps.map(async (map) => {
      const found = await keysOf(context, source, map.name, signal);
      const indexed = itemsOf[map.name] !== undefined;
      return found.map((key) => ({ name: `${map.name}.${key}`, type: 'String', indexed }));
    }),
  );
  return [...own, ...keys.flat()];
}

const isIndexed = (source: SearchSource, column: string): boolean =>
  source.indexedExpressions.some((expression) => expression.match(/[\w.]+/g)?.includes(column));

async function keysOf(
  context: SearchContext,
  source: SearchSource,
  map: string,
  signal: AbortSignal,
): Promise<string[]> {
  const index = source.keyIndexes[map];
  const fromIndex = index && (await indexedKeys(context, source, index, signal));
  if (fromIndex) return fromIndex;
  // Without a text index the newest rows have to do, a day of them at most.
  const extent = await readExtent(context, source, signal);
  if (!extent) return [];
  const newest = { fromNs: extent.toNs - dayNs, toNs: extent.toNs };
  const conditions = timeConditions(source.table, newest);
  const query = [
    `SELECT arrayJoin(mapKeys(${sqlName(map)})) AS key, count() AS rows_found`,
    `FROM (SELECT ${sqlName(map)} FROM ${sqlTable(source.table)} WHERE ${conditions.join(' AND ')})`,
    `GROUP BY key ORDER BY rows_found DESC, key LIMIT ${mostKeys}`,
  ].join('\n');
  const settings = {
    max_rows_to_read: String(context.limits.sampleRows),
    read_overflow_mode: 'break' as const,
  };
  const { rows } = await collectRows(context, { query, settings }, signal);
  return rows.map(([key]) => String(key));
}

/** The dictionary of the text index counts rows by key, without reading a row. */
async function indexedKeys(
  context: SearchContext,
  source: SearchSource,
  index: string,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const query = [
    'SELECT token, sum(cardinality) AS rows_found',
    'FROM mergeTreeTextIndex({castellan_database:String}, {castellan_table:String}, {castellan_index:String})',
    `GROUP BY token ORDER BY rows_found DESC, token LIMIT ${mostKeys}`,
  ].join('\n');
  const params = {
    castellan_database: source.table.database,
    castellan_table: source.table.name,
    castellan_index: index,
  };
  try {
    const { rows } = await collectRows(context, { query, params, ours: true }, signal);
    return rows.map(([token]) => String(token));
  } catch (error) {
    if (signal.aborted) throw error;
    // Servers before 26.3 do not know the function.
    context.logger.debug('key_index_not_readable', { index, error: String(error) });
    return undefined;
  }
}
