import type { TimeRange } from './instants.ts';
import { type RowFilter, type SearchedTable, windowQuery } from './search-statement.ts';

/**
 * Rows of a range by slice of `sliceMs`, the first of which begins at `fromMs`. With `among`, rows
 * that both conditions find beside those that `among` finds. Rows: slice, found, among.
 */
export function countStatement(
  table: SearchedTable,
  filter: RowFilter,
  among: RowFilter | undefined,
  range: TimeRange,
  slices: { readonly fromMs: number; readonly sliceMs: number },
): string {
  return [
    `SELECT intDiv(toUnixTimestamp64Milli(Timestamp) - (${slices.fromMs}), ${slices.sliceMs}) AS slice,`,
    among
      ? `  countIf((${filter.sql}\n)) AS found, count() AS among`
      : '  count() AS found, found AS among',
    `FROM (\n  ${windowQuery(table, range)}\n)`,
    `WHERE (${(among ?? filter).sql}\n)`,
    'GROUP BY slice',
    'ORDER BY slice',
  ].join('\n');
}
