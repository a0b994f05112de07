import { sqlTable } from '../../../base/sql-text.ts';
import { rolledUpRange, rollupOf } from '../../../core/search/facet-statement.ts';
import { fieldValue } from '../../../core/search/field-value.ts';
import { sqlInstant, type TimeRange } from '../../../core/search/instants.ts';
import { windowQuery } from '../../../core/search/search-statement.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { Source } from '../../../model/telemetry/search-api.ts';
import { collectRows } from './collect-rows.ts';
import { rangeOf, sourceOf } from './planned-search.ts';
import type { SearchContext } from './search-context.ts';
import type { SearchSource } from './search-source.ts';

export interface ValuesInput {
  readonly source: Source;
  readonly field: string;
  readonly prefix?: string | undefined;
  readonly from?: string | number | undefined;
  readonly to?: string | number | undefined;
  readonly limit: number;
}

/** Values of a field that start with a prefix, most frequent first: for completion. */
export async function searchValues(
  context: SearchContext,
  input: ValuesInput,
  signal: AbortSignal,
): Promise<{ value: string; count: number }[]> {
  const source = await sourceOf(context, input.source);
  const range = rangeOf(context, input);
  const value = fieldValue(input.field, source.searchTable, 'value');
  if (!value.ok)
    throw new RequestFailure('invalid_request', `field: ${value.error}`, {
      details: { field: 'field' },
    });
  const { column, sql, params } = value.value;
  const rolledUp = source.rolledUp && column !== undefined && source.facetColumns.includes(column);
  const whole = rolledUp ? rolledUpRange(widened(range)) : undefined;
  const query = [
    whole ? fromRollup(source, whole) : fromRows(source, range, sql),
    'ORDER BY rows_found DESC, found_value',
    `LIMIT ${input.limit}`,
  ].join('\n');
  const { rows } = await collectRows(
    context,
    {
      query,
      params: {
        ...(whole ? { castellan_column: column } : params),
        castellan_prefix: input.prefix ?? '',
      },
      settings: {
        max_rows_to_read: String(context.limits.sampleRows),
        read_overflow_mode: 'break',
      },
    },
    signal,
  );
  return rows.map(([found, count]) => ({ value: String(found), count: Number(count) }));
}

const quarterNs = 900_000_000_000n;

/** Whole quarter hours around the range: a completion may know a value from just outside of it. */
const widened = (range: TimeRange): TimeRange => ({
  fromNs: range.fromNs - quarterNs,
  toNs: range.toNs + quarterNs,
});

const fromRollup = ({ table }: SearchSource, range: TimeRange): string =>
  [
    'SELECT Value AS found_value, sum(count) AS rows_found',
    `FROM ${sqlTable({ database: table.database, name: rollupOf(table) })}`,
    `WHERE ColumnIdentifier = 'NativeColumn' AND Key = {castellan_column:String}`,
    `  AND Timestamp >= toDateTime(${sqlInstant(range.fromNs)}) AND Timestamp < toDateTime(${sqlInstant(range.toNs)})`,
    '  AND startsWith(Value, {castellan_prefix:String})',
    'GROUP BY found_value',
  ].join('\n');

const fromRows = ({ table }: SearchSource, range: TimeRange, sql: string): string =>
  [
    `SELECT ${sql} AS found_value, count() AS rows_found`,
    `FROM (\n  ${windowQuery(table, range)}\n)`,
    `WHERE found_value != '' AND startsWith(found_value, {castellan_prefix:String})`,
    'GROUP BY found_value',
  ].join('\n');
