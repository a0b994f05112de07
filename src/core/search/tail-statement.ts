import { sqlName, sqlString, sqlTable } from '../../base/sql-text.ts';
import type { RowFilter, SearchedTable } from './search-statement.ts';
import type { FreshPart } from './tail-position.ts';

/** Where the parts of a table are listed: `cluster` where it spreads over shards. */
export interface PartsPlace {
  readonly database: string;
  readonly table: string;
  readonly cluster: string | undefined;
}

/** Rows: shard, partition, name, first and last block, rows. */
export const partsStatement = (place: PartsPlace): string =>
  [
    `SELECT ${place.cluster === undefined ? '0' : '_shard_num'}, partition_id, name, min_block_number, max_block_number, rows`,
    `FROM ${place.cluster === undefined ? 'system.parts' : `cluster(${sqlString(place.cluster)}, system.parts)`}`,
    `WHERE active AND database = ${sqlString(place.database)} AND table = ${sqlString(place.table)}`,
  ].join('\n');

/** The newest rows of fresh parts that match. The parts are chosen where no filter can reach. */
export const tailRowsStatement = (
  table: SearchedTable,
  filter: RowFilter,
  fresh: readonly FreshPart[],
  limit: number,
): string =>
  [
    `SELECT ${table.columns.map(sqlName).join(', ')}`,
    `FROM (\n  ${freshQuery(table, fresh)}\n)`,
    `WHERE (${filter.sql}\n)`,
    'ORDER BY Timestamp DESC',
    `LIMIT ${limit}`,
  ].join('\n');

export const tailCountStatement = (
  table: SearchedTable,
  filter: RowFilter,
  fresh: readonly FreshPart[],
): string => `SELECT count()\nFROM (\n  ${freshQuery(table, fresh)}\n)\nWHERE (${filter.sql}\n)`;

function freshQuery(table: SearchedTable, fresh: readonly FreshPart[]): string {
  const columns = ['*', ...table.computedColumns.map(sqlName)];
  return `SELECT ${columns.join(', ')}\n  FROM ${sqlTable(table)}\n  WHERE ${freshRowsCondition(fresh)}`;
}

/** A condition for exactly the rows of fresh parts that were not seen. */
function freshRowsCondition(fresh: readonly FreshPart[]): string {
  const names = fresh.map(({ part }) => sqlString(part.name));
  const conditions = [`_part IN (${names.join(', ')})`];
  const shards = new Set(fresh.map(({ part }) => part.shard));
  if (!shards.has(0))
    conditions.push(
      `(_shard_num, _part) IN (${fresh.map(({ part }) => `(${part.shard}, ${sqlString(part.name)})`).join(', ')})`,
    );
  for (const { part, seen } of fresh) {
    const known = [
      ...(part.minBlock <= seen.floor ? [`_block_number <= ${seen.floor}`] : []),
      ...seen.ranges
        .filter(([from, to]) => to >= part.minBlock && from <= part.maxBlock)
        .map(([from, to]) => `_block_number BETWEEN ${from} AND ${to}`),
    ];
    const shard = part.shard === 0 ? '' : `_shard_num = ${part.shard} AND `;
    if (known.length > 0)
      conditions.push(`NOT (${shard}_part = ${sqlString(part.name)} AND (${known.join(' OR ')}))`);
  }
  return conditions.join('\n    AND ');
}
