import { err, ok, type Result } from '../../base/result.ts';
import { sqlName, sqlTable } from '../../base/sql-text.ts';
import type { TimeRange } from './instants.ts';
import { type SearchedTable, timeConditions } from './search-statement.ts';

/** 32 hexadecimal digits, not all zero, lower-cased as stored. The error is a sentence. */
export function parseTraceId(text: string): Result<string, string> {
  const id = text.toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id))
    return err(`"${text.slice(0, 80)}" is not a trace id: it has 32 hexadecimal digits`);
  if (/^0+$/.test(id)) return err('a trace id of zeros is what OpenTelemetry writes for none');
  return ok(id);
}

/** Table that knows when each trace began and ended; it is fed by a view over the spans. */
const lookupTable = 'otel_traces_trace_id_ts';

/** First and last span of `{castellan_trace:String}`, nanoseconds; no rows found: count 0. */
export const lookupStatement = (database: string): string =>
  [
    'SELECT toString(toUnixTimestamp64Nano(min(Start))), toString(toUnixTimestamp64Nano(max(End))), count()',
    `FROM ${sqlTable({ database, name: lookupTable })}`,
    'WHERE TraceId = {castellan_trace:String}',
  ].join('\n');

/** Rows of `{castellan_trace:String}`, oldest first, within a range where one is known. */
export const traceRowsStatement = (
  table: SearchedTable,
  range: TimeRange | undefined,
  limit: number,
): string =>
  [
    `SELECT ${table.columns.map(sqlName).join(', ')}`,
    `FROM ${sqlTable(table)}`,
    `WHERE ${['TraceId = {castellan_trace:String}', ...(range ? timeConditions(table, range) : [])].join('\n  AND ')}`,
    'ORDER BY Timestamp, SpanId',
    `LIMIT ${limit}`,
  ].join('\n');

const minuteNs = 60_000_000_000n;

/**
 * Where to look for the logs of a trace: some are written after the last span has ended, or before
 * the first was started, by clocks that differ.
 */
export const aroundTrace = (range: TimeRange): TimeRange => ({
  fromNs: range.fromNs - 10n * minuteNs,
  toNs: range.toNs + 60n * minuteNs,
});
