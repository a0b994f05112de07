import { rollups } from '../../../adapters/clickhouse/schema/ddl.ts';
import type { Store } from '../../../adapters/clickhouse/store.ts';
import type { SearchedTable } from '../../../core/search/search-statement.ts';
import type { SearchColumn, SearchTable } from '../../../core/search/search-table.ts';
import type { PartsPlace } from '../../../core/search/tail-statement.ts';
import type { Source } from '../../../model/telemetry/search-api.ts';

/** A table as it really is in the store: what the compiler and the statements need of it. */
export interface SearchSource {
  readonly source: Source;
  /** For the compiler. */
  readonly searchTable: SearchTable;
  /** For the statements. */
  readonly table: SearchedTable;
  /** UUID of the table that holds the rows: one that was made anew has another. */
  readonly tableId: string;
  readonly partsPlace: PartsPlace;
  /** Expressions with an index that equality can use. */
  readonly indexedExpressions: readonly string[];
  /** Columns that facets are offered for, and whether their roll-up is there. */
  readonly facetColumns: readonly string[];
  readonly rolledUp: boolean;
  /** Name of the text index on the keys of a map, by map column; none on a distributed table. */
  readonly keyIndexes: Readonly<Record<string, string>>;
}

const tableOf = { logs: 'otel_logs', traces: 'otel_traces' } as const;
const implicitColumns = { logs: ['Body'], traces: ['SpanName'] } as const;
const keptMs = 30_000;

/** Reads the tables' shape from the store, and keeps it for half a minute. */
export function createSourceCatalog(store: Store, now: () => Date) {
  const kept = new Map<
    Source,
    { readonly value: Promise<SearchSource>; readonly untilMs: number }
  >();
  return (source: Source): Promise<SearchSource> => {
    const known = kept.get(source);
    if (known && known.untilMs > now().getTime()) return known.value;
    const value = loadSource(store, source);
    kept.set(source, { value, untilMs: now().getTime() + keptMs });
    value.catch(() => kept.delete(source));
    return value;
  };
}
export type SourceCatalog = ReturnType<typeof createSourceCatalog>;

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly default_kind: string;
  readonly default_expression: string;
}
interface IndexRow {
  readonly name: string;
  readonly type_full: string;
  readonly expr: string;
}

async function loadSource(store: Store, source: Source): Promise<SearchSource> {
  const name = tableOf[source];
  const [columns, engine] = await Promise.all([
    select<ColumnRow>(
      store,
      'SELECT name, type, default_kind, default_expression FROM system.columns WHERE database = {database:String} AND table = {table:String} ORDER BY position',
      name,
    ),
    select<{ engine: string; engine_full: string; sorting_key: string }>(
      store,
      'SELECT engine, engine_full, sorting_key FROM system.tables WHERE database = {database:String} AND name = {table:String}',
      name,
    ),
  ]);
  const distributed = engine[0]?.engine === 'Distributed';
  // A Distributed table has neither key nor index of its own: the shards' table has them.
  const over = distributed ? distributedOver(engine[0]?.engine_full ?? '') : undefined;
  const local = over?.table ?? name;
  const rollup = rollups.find((each) => each.source === name);
  const [indexes, localEngine, rollupEngine] = await Promise.all([
    select<IndexRow>(
      store,
      'SELECT name, type_full, expr FROM system.data_skipping_indices WHERE database = {database:String} AND table = {table:String}',
      local,
    ),
    select<{ sorting_key: string; uuid: string }>(
      store,
      'SELECT sorting_key, uuid FROM system.tables WHERE database = {database:String} AND name = {table:String}',
      local,
    ),
    select<{ name: string }>(
      store,
      'SELECT name FROM system.tables WHERE database = {database:String} AND name = {table:String}',
      rollup?.table ?? '',
    ),
  ]);
  const names = new Set(columns.map((column) => column.name));
  const sortingKey = localEngine[0]?.sorting_key ?? '';
  return {
    source,
    searchTable: describeTable(source, columns, indexes),
    table: {
      database: store.database,
      name,
      columns: columns.filter(isStored).map((column) => column.name),
      computedColumns: columns.filter((column) => !isStored(column)).map((column) => column.name),
      keyedByFiveMinutes: sortingKey.startsWith('toStartOfFiveMinutes(Timestamp)'),
      distributed,
    },
    tableId: localEngine[0]?.uuid ?? '',
    partsPlace: {
      database: over?.database ?? store.database,
      table: local,
      cluster: over?.cluster,
    },
    indexedExpressions: [...indexes.map((index) => index.expr), ...sortingKey.split(', ')],
    facetColumns: Object.keys(rollup?.keys ?? {}).filter((column) => names.has(column)),
    rolledUp: rollupEngine.length > 0,
    keyIndexes: distributed ? {} : keyIndexesOf(indexes),
  };
}

const isStored = (column: ColumnRow): boolean =>
  column.default_kind === '' || column.default_kind === 'DEFAULT';

function describeTable(
  source: Source,
  columns: readonly ColumnRow[],
  indexes: readonly IndexRow[],
): SearchTable {
  const names = new Set(columns.map((column) => column.name));
  const text = indexes.filter((index) => index.type_full.startsWith('text('));
  const itemsOf: Record<string, string> = {};
  const materializedKeys: Record<string, Record<string, string>> = {};
  for (const column of columns) {
    const map = /^arrayMap\(.*mapValues\((\w+)\)\)$/s.exec(column.default_expression)?.[1];
    const indexed = text.some(
      ({ expr }) => expr === column.name || expr === column.default_expression,
    );
    if (map && names.has(map) && indexed) itemsOf[map] = column.name;
    const key = /^(\w+)\['((?:[^'\\])+)'\]$/.exec(column.default_expression);
    if (column.default_kind === 'MATERIALIZED' && key?.[1] && key[2])
      materializedKeys[key[1]] = { ...materializedKeys[key[1]], [key[2]]: column.name };
  }
  return {
    name: tableOf[source],
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      kind: kindOf(column.default_kind),
    })),
    implicitColumns: implicitColumns[source].filter((name) => names.has(name)),
    textIndexes: text.map(({ expr, type_full }) => ({
      column:
        columns.find((each) => each.default_expression === expr)?.name ?? columnIn(expr, names),
      expression: expr,
      tokenizer: type_full.includes('splitByNonAlpha') ? 'splitByNonAlpha' : 'array',
    })),
    itemsOf,
    materializedKeys,
  };
}

const kindOf = (defaultKind: string): SearchColumn['kind'] =>
  defaultKind === 'MATERIALIZED' ? 'materialized' : defaultKind === 'ALIAS' ? 'alias' : 'stored';

/** The column in `lowerUTF8(Body)`, `mapKeys(LogAttributes)`, `TraceId`. */
const columnIn = (expression: string, names: ReadonlySet<string>): string =>
  expression.match(/\w+/g)?.find((word) => names.has(word)) ?? expression;

function keyIndexesOf(indexes: readonly IndexRow[]): Record<string, string> {
  const found = indexes.flatMap(({ name, expr, type_full }) => {
    const map = /^mapKeys\((\w+)\)$/.exec(expr)?.[1];
    return map && type_full.startsWith('text(') ? [[map, name] as const] : [];
  });
  return Object.fromEntries(found);
}

/** The tables on the shards, from `Distributed('cluster', 'database', 'table', …)`. */
function distributedOver(
  engineFull: string,
): { cluster: string; database: string; table: string } | undefined {
  const match = /^Distributed\('([^']*)', '([^']*)', '([^']*)'/.exec(engineFull);
  const [, cluster, database, table] = match ?? [];
  return cluster && database && table ? { cluster, database, table } : undefined;
}

async function select<Row>(store: Store, query: string, table: string): Promise<Row[]> {
  const result = await store.client.query({
    query,
    query_params: { database: store.database, table },
    format: 'JSONEachRow',
  });
  return result.json<Row>();
}
