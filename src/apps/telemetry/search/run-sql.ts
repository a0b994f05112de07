import {
  type AnswerColumn,
  distinctNames,
  planAnswerFormat,
} from '../../../core/search/answer-format.ts';
import { guardReadOnly } from '../../../core/search/read-only-guard.ts';
import {
  type GuardError,
  guardStatement,
  type Statement,
} from '../../../core/search/statement-guard.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { Row } from '../../../model/telemetry/search-api.ts';
import { runStatement } from './run-statement.ts';
import { type SearchContext, statementLimits } from './search-context.ts';
import { classifyStoreFailure } from './store-failure.ts';

export interface SqlInput {
  readonly query: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly limit: number;
}

/**
 * Runs one read-only statement as it was written. It is cut off, not rewritten, when the answer has
 * `limit` rows. Throws RequestFailure.
 */
export async function runSql(context: SearchContext, input: SqlInput, signal: AbortSignal) {
  const query = readOnlyStatement(context, input);
  const startedMs = context.now().getTime();
  const { answerBytes, sqlTimeoutMs } = context.limits;
  let columns: AnswerColumn[] = [];
  let format: (values: readonly unknown[]) => Row = () => ({});
  const rows: Row[] = [];
  const cost = { rowsRead: 0, bytesRead: 0 };
  let bytes = 0;
  let complete = true;
  const statement = {
    query,
    ...(input.params ? { params: input.params } : {}),
    settings: {
      // Stops the query soon after the last row that is wanted; `break` gives whole blocks.
      max_result_rows: String(input.limit + 1),
      result_overflow_mode: 'break' as const,
    },
    ...statementLimits(context, sqlTimeoutMs),
  };
  try {
    for await (const event of runStatement(context, statement, signal)) {
      if (event.kind === 'columns') {
        columns = distinctNames(event.columns);
        format = planAnswerFormat(columns);
      } else if (event.kind === 'progress') {
        cost.rowsRead = event.rowsRead;
        cost.bytesRead = event.bytesRead;
      } else {
        for (const [i, values] of event.rows.entries()) {
          bytes += event.rowBytes[i] ?? 0;
          complete = rows.length < input.limit && (bytes <= answerBytes || rows.length === 0);
          if (!complete) break;
          rows.push(format(values));
        }
        if (!complete) break;
      }
    }
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new RequestFailure('limit_exceeded', `The answer is too large: ${cause.message}.`, {
        hint: 'Select fewer or shorter columns.',
        cause,
      });
    throw classifyStoreFailure(cause, { text: input.query, statement: query });
  }
  const elapsedMs = context.now().getTime() - startedMs;
  return { data: { columns, rows }, meta: { ...cost, elapsedMs, complete } };
}

/** The text itself, when it is one statement that only reads. Throws `invalid_query`. */
function readOnlyStatement({ store }: SearchContext, { query, params }: SqlInput): string {
  const guarded = guardStatement(query);
  if (!guarded.ok) throw refuse(guarded.error);
  const statement = guarded.value;
  if (statement.format !== undefined) throw refuseFormat(statement);
  const identifiers = new Map(Object.entries(params ?? {}).map(([name, it]) => [name, String(it)]));
  // A server has users and grants for what reaches beyond its tables; the embedded engine has not.
  const refused =
    statement.kind !== 'read' || store.kind === 'embedded'
      ? guardReadOnly(statement, identifiers)
      : undefined;
  if (refused) throw refuse(refused);
  return statement.sql;
}

const refuse = ({ message, start, end }: GuardError): RequestFailure =>
  new RequestFailure('invalid_query', `${message}.`, { position: { start, end } });

function refuseFormat({ tokens, format }: Statement): RequestFailure {
  const at = tokens.findLastIndex((token) => token.text.toUpperCase() === 'FORMAT');
  const [clause, name] = tokens.slice(at, at + 2);
  return new RequestFailure(
    'invalid_query',
    'A FORMAT clause is not available here: the answer is JSON.',
    {
      ...(clause && name ? { position: { start: clause.start, end: name.end } } : {}),
      hint: `Leave FORMAT ${format} away.`,
    },
  );
}
