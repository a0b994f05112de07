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
    range ? rowsOf(context, 'traces', id.value, range, signal) : none,
    // Logs find a trace by their index on its id, also those of a trace without a span.
    rowsOf(context, 'logs', id.value, range && aroundTrace(range), signal),
  ]);
  return { spans: spans.rows, logs: logs.rows, complete: !spans.cut && !logs.cut };
}

interface TraceRows {
  readonly rows: readonly Row[];
  readonly cut: boolean;
}
const none: TraceRows = { rows: [], cut: false };

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
): Promise<TraceRows> {
  const { table, searchTable } = await sourceOf(context, name);
  const { answerBytes, traceRows: most } = context.limits;
  const found = await collectRows(
    context,
    {
      query: traceRowsStatement(table, range, most + 1),
      params: { castellan_trace: id },
      mostBytes: answerBytes / 2,
    },
    signal,
  );
  const types = new Map(searchTable.columns.map((column) => [column.name, column.type]));
  const format = planAnswerFormat(
    table.columns.map((column) => ({ name: column, type: types.get(column) ?? '' })),
  );
  const rows = found.rows.slice(0, most).map(format);
  return { rows, cut: found.cut || found.rows.length > most };
}
