import type { ClickHouseSettings } from '@clickhouse/client';
import { runStatement } from './run-statement.ts';
import { type SearchContext, statementLimits } from './search-context.ts';
import { classifyStoreFailure } from './store-failure.ts';

/** The whole answer of a statement that is known to be small, and what it cost. */
export interface CollectedRows {
  readonly rows: readonly (readonly unknown[])[];
  /** Rows were left out because the answer would have had more than `mostBytes`. */
  readonly cut: boolean;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly elapsedMs: number;
}

export interface CollectedStatement {
  readonly query: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly settings?: ClickHouseSettings;
  readonly ours?: boolean;
  /** The user's text in the query, so that an objection to it is a bad query with a position. */
  readonly where?: string;
  /** Stops before the answer is larger; default: the limit of any answer. */
  readonly mostBytes?: number;
}

/** Runs it and keeps every row. Throws RequestFailure. */
export async function collectRows(
  context: SearchContext,
  { where, mostBytes = context.limits.answerBytes, ...statement }: CollectedStatement,
  signal: AbortSignal,
): Promise<CollectedRows> {
  const startedMs = context.now().getTime();
  const rows: (readonly unknown[])[] = [];
  let bytes = 0;
  let cut = false;
  let rowsRead = 0;
  let bytesRead = 0;
  const limits = statementLimits(context, context.limits.searchTimeoutMs);
  try {
    for await (const event of runStatement(context, { ...statement, ...limits }, signal)) {
      if (event.kind === 'progress') {
        rowsRead = event.rowsRead;
        bytesRead = event.bytesRead;
      }
      if (event.kind !== 'rows') continue;
      for (const [i, row] of event.rows.entries()) {
        bytes += event.rowBytes[i] ?? 0;
        if (bytes > mostBytes && rows.length > 0) break;
        rows.push(row);
      }
      cut = bytes > mostBytes && rows.length > 0;
      if (cut) break;
    }
  } catch (cause) {
    const written = where === undefined ? undefined : { text: where, statement: statement.query };
    throw classifyStoreFailure(cause, written);
  }
  return { rows, cut, rowsRead, bytesRead, elapsedMs: context.now().getTime() - startedMs };
}
