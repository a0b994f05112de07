import { planAnswerFormat } from '../../../core/search/answer-format.ts';
import type { TimeRange } from '../../../core/search/instants.ts';
import {
  aroundTrace,
  lookupStatement,
  parseTraceId,
  traceRowsStatement,
} from '../../../core/search/trace-statement.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { Row, Source } from '../../../model/telemetry/search-api.ts';
import { collectRows } from './collect-rows.ts';
import { sourceOf } from './planned-search.ts';
import type { SearchContext } from './search-context.ts';

/** Spans and logs of a trace, oldest first. Empty lists when nothing of it is stored. */
export async function searchTrace(context: SearchContext, text: string, signal: AbortSignal) {
  const id = parseTraceId(text);
  if (!id.ok)
    throw new RequestFailure('invalid_request', id.error, { details: { field: 'traceId' } });
  const range = await lookUp(context, id.value, signal);
  const [spans, logs] = await Promise.all([
    // Spans are stored by service and name, so that without the lookup nothing bounds the search.
    range ? rowsOf(context, 'traces', id.value, range, signal) : [],
    // Logs find a trace by their index on its id, also those of a trace without a span.
    rowsOf(context, 'logs', id.value, range && aroundTrace(range), signal),
  ]);
  const most = context.limits.traceRows;
  return {
    spans: spans.slice(0, most),
    logs: logs.slice(0, most),
    complete: spans.length <= most && logs.length <= most,
  };
}

async function lookUp(
  context: SearchContext,
  id: string,
  signal: AbortSignal,
): Promise<TimeRange | undefined> {
  const query = lookupStatement(context.store.database);
  const { rows } = await collectRows(context, { query, params: { castellan_trace: id } }, signal);
  const [first, last, count] = rows[0] as [string, string, string];
  return Number(count) > 0 ? { fromNs: BigInt(first), toNs: BigInt(last) + 1n } : undefined;
}

async function rowsOf(
  context: SearchContext,
  name: Source,
  id: string,
  range: TimeRange | undefined,
  signal: AbortSignal,
): Promise<Row[]> {
  const { table, searchTable } = await sourceOf(context, name);
  const query = traceRowsStatement(table, range, context.limits.traceRows + 1);
  const { rows } = await collectRows(context, { query, params: { castellan_trace: id } }, signal);
  const types = new Map(searchTable.columns.map((column) => [column.name, column.type]));
  const format = planAnswerFormat(
    table.columns.map((column) => ({ name: column, type: types.get(column) ?? '' })),
  );
  return rows.map(format);
}
