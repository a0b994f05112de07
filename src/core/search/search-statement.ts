import { sqlName, sqlTable } from '../../base/sql-text.ts';
import { sqlInstant, type TimeRange } from './instants.ts';
import type { RowPlace } from './search-cursor.ts';

/** What the statements need to know of the table that is searched. */
export interface SearchedTable {
  readonly database: string;
  readonly name: string;
  /** Columns of an answer, in order. */
  readonly columns: readonly string[];
  /** Columns that `*` leaves out and a filter may name (MATERIALIZED and ALIAS). */
  readonly computedColumns: readonly string[];
  /** The sorting key starts with `toStartOfFiveMinutes(Timestamp)`. */
  readonly keyedByFiveMinutes: boolean;
  /** The table spreads over shards: block numbers are then unique within a shard only. */
  readonly distributed: boolean;
}

/** A condition of the user's, compiled: its parameters are bound, none of it is our text. */
export interface RowFilter {
  readonly sql: string;
}

/** Columns that say where a row was first stored; they follow the answer's columns in each row. */
export const placeColumns = (table: SearchedTable): readonly string[] => [
  'Timestamp',
  ...(table.distributed ? ['_shard_num'] : []),
  '_block_number',
  '_block_offset',
];

/** Last second of a DateTime. */
export const dateTimeEndNs = 4_294_967_295_000_000_000n;

/**
 * Conditions for the rows of `[fromNs, toNs)`. ClickHouse does not derive a bound on
 * `toStartOfFiveMinutes(Timestamp)` from one on Timestamp (EXPLAIN shows every granule), so it is
 * given as well, where that function is monotonic: it wraps outside of 1970–2106.
 */
export function timeConditions(table: SearchedTable, range: TimeRange): string[] {
  const from = sqlInstant(range.fromNs);
  const to = sqlInstant(range.toNs);
  const conditions = [`Timestamp >= ${from}`, `Timestamp < ${to}`];
  if (hasFiveMinuteKey(table, range))
    conditions.push(
      `toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(${from})`,
      `toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(${to})`,
    );
  return conditions;
}

const hasFiveMinuteKey = (table: SearchedTable, range: TimeRange): boolean =>
  table.keyedByFiveMinutes && range.fromNs >= 0n && range.toNs <= dateTimeEndNs;

/** Rows that come after `place` in the answer's order, newest first. */
function afterCondition(table: SearchedTable, place: RowPlace): string {
  const rest: [string, bigint | number][] = [
    ...(table.distributed ? [['_shard_num', place.shard] as [string, number]] : []),
    ['_block_number', place.block],
    ['_block_offset', place.offset],
  ];
  const names = ['Timestamp', ...rest.map(([name]) => name)].join(', ');
  const values = [sqlInstant(place.timeNs), ...rest.map(([, value]) => String(value))].join(', ');
  return `(${names}) < (${values})`;
}

/**
 * The time window as a query of its own, which no text of the user's can leave: a filter only ever
 * sees its rows.
 */
export function windowQuery(table: SearchedTable, range: TimeRange, after?: RowPlace): string {
  const virtual = placeColumns(table).slice(1);
  const columns = ['*', ...table.computedColumns.map(sqlName), ...virtual];
  const conditions = [
    ...timeConditions(table, range),
    ...(after ? [afterCondition(table, after)] : []),
  ];
  return `SELECT ${columns.join(', ')}\n  FROM ${sqlTable(table)}\n  WHERE ${conditions.join('\n    AND ')}`;
}

/**
 * The newest rows of a window that match, at most `limit`. The first sort key is the table's own,
 * so that ClickHouse reads the newest granules first and stops when it has enough.
 */
export function rowsStatement(
  table: SearchedTable,
  filter: RowFilter,
  range: TimeRange,
  page: { readonly limit: number; readonly after?: RowPlace },
): string {
  const place = placeColumns(table);
  const order = [
    ...(hasFiveMinuteKey(table, range) ? ['toStartOfFiveMinutes(Timestamp)'] : []),
    ...place,
  ];
  return [
    `SELECT ${[...table.columns.map(sqlName), ...place].join(', ')}`,
    `FROM (\n  ${windowQuery(table, range, page.after)}\n)`,
    `WHERE (${filter.sql}\n)`,
    `ORDER BY ${order.map((name) => `${name} DESC`).join(', ')}`,
    `LIMIT ${page.limit}`,
  ].join('\n');
}

/** The same search for people to read and run: without what only paging needs. */
export function shownStatement(
  table: SearchedTable,
  filter: RowFilter,
  range: TimeRange,
  limit: number,
): string {
  const computed = table.computedColumns.filter((name) => filter.sql.includes(name));
  return [
    'SELECT *',
    `FROM (\n  SELECT ${['*', ...computed.map(sqlName)].join(', ')}\n  FROM ${sqlTable(table)}`,
    `  WHERE ${timeConditions(table, range).join('\n    AND ')}\n)`,
    `WHERE (${filter.sql}\n)`,
    'ORDER BY Timestamp DESC',
    `LIMIT ${limit}`,
  ].join('\n');
}

/** First and last time stored, from the parts' metadata: to skip windows that hold nothing. */
export const extentStatement = (table: SearchedTable): string =>
  `SELECT toString(toUnixTimestamp64Nano(min(Timestamp))), toString(toUnixTimestamp64Nano(max(Timestamp))), count() > 0 FROM ${sqlTable(table)}`;
