import { sqlString, sqlTable } from '../../base/sql-text.ts';
import type { FieldValue } from './field-value.ts';
import { sqlInstant, type TimeRange } from './instants.ts';
import {
  dateTimeEndNs,
  type RowFilter,
  type SearchedTable,
  timeConditions,
  windowQuery,
} from './search-statement.ts';

export interface FacetField {
  readonly name: string;
  readonly value: FieldValue;
}

const quarterNs = 900_000_000_000n;

const byFrequency = (perField: number): string[] => [
  'GROUP BY facet, facet_value',
  'ORDER BY facet, rows_found DESC, facet_value',
  `LIMIT ${perField} BY facet`,
];

const pairs = (fields: readonly FacetField[]): string =>
  `[${fields.map(({ value }, i) => `(${i}, ${value.sql})`).join(', ')}]`;

/**
 * The most frequent values of each field among the rows that match, in one pass. Rows: index of the
 * field, value, count. Absent values (`''`) are left out.
 */
export function facetsStatement(
  table: SearchedTable,
  filter: RowFilter,
  range: TimeRange,
  fields: readonly FacetField[],
  perField: number,
): string {
  return [
    'SELECT pair.1 AS facet, pair.2 AS facet_value, count() AS rows_found',
    'FROM (',
    `  SELECT ${pairs(fields)} AS facet_pairs`,
    `  FROM (\n  ${windowQuery(table, range)}\n)`,
    `  WHERE (${filter.sql}\n)`,
    ')',
    'ARRAY JOIN facet_pairs AS pair',
    `WHERE facet_value != ''`,
    ...byFrequency(perField),
  ].join('\n');
}

/** The facet roll-up of a table: counts by quarter hour of the columns it is kept for. */
export const rollupOf = (table: SearchedTable): string => `${table.name}_kv_rollup_15m`;

/**
 * The whole quarter hours inside a range, which a roll-up can answer, or undefined. The roll-ups
 * keep DateTimes, so what lies outside of 1970–2106 is not theirs to answer.
 */
export function rolledUpRange(range: TimeRange): TimeRange | undefined {
  if (range.fromNs < 0n || range.toNs > dateTimeEndNs) return undefined;
  const fromNs = ((range.fromNs + quarterNs - 1n) / quarterNs) * quarterNs;
  const toNs = (range.toNs / quarterNs) * quarterNs;
  return fromNs < toNs ? { fromNs, toNs } : undefined;
}

/**
 * The same answer without reading the rows between the edges: whole quarter hours from the
 * roll-up, the edges from the table. `fields` are columns that are rolled up.
 */
export function rolledUpFacetsStatement(
  table: SearchedTable,
  range: TimeRange,
  rolledUp: TimeRange,
  fields: readonly FacetField[],
  perField: number,
): string {
  const rollup = sqlTable({ database: table.database, name: rollupOf(table) });
  const keys = fields.map(({ value }) => sqlString(value.column ?? ''));
  const edges = [
    { fromNs: range.fromNs, toNs: rolledUp.fromNs },
    { fromNs: rolledUp.toNs, toNs: range.toNs },
  ].filter((edge) => edge.fromNs < edge.toNs);
  const fromEdges = edges.map((edge) =>
    [
      `SELECT pair.1 AS facet, pair.2 AS facet_value, 1 AS rows_in_part FROM (`,
      `  SELECT ${pairs(fields)} AS facet_pairs FROM ${sqlTable(table)}`,
      `  WHERE ${timeConditions(table, edge).join(' AND ')}`,
      `) ARRAY JOIN facet_pairs AS pair WHERE facet_value != ''`,
    ].join('\n'),
  );
  const fromRollup = [
    `SELECT indexOf([${keys.join(', ')}], Key) - 1 AS facet, Value AS facet_value, count AS rows_in_part`,
    `FROM ${rollup}`,
    `WHERE ColumnIdentifier = 'NativeColumn' AND Key IN (${keys.join(', ')})`,
    `  AND Timestamp >= toDateTime(${sqlInstant(rolledUp.fromNs)}) AND Timestamp < toDateTime(${sqlInstant(rolledUp.toNs)})`,
  ].join('\n');
  return [
    'SELECT facet, facet_value, sum(rows_in_part) AS rows_found',
    `FROM (\n${[fromRollup, ...fromEdges].join('\nUNION ALL\n')}\n)`,
    ...byFrequency(perField),
  ].join('\n');
}
