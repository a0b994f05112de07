import type { ClickHouseSettings } from '@clickhouse/client';
import { runStatement } from './run-statement.ts';
import { type SearchContext, statementLimits } from './search-context.ts';
import { classifyStoreFailure } from './store-failure.ts';

/** The whole answer of a statement that is known to be small, and what it cost. */
export interface CollectedRows {
  readonly rows: (readonly unknown[])[];
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly elapsedMs: number;
}

export interface CollectedStatement {
  readonly query: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly settings?: ClickHouseSettings;
  /** The user's text in the query, so that an objection to it is a bad query with a position. */
  readonly where?: string;
}

/** Runs it and keeps every row. Throws RequestFailure. */
export async function collectRows(
  context: SearchContext,
  { where, ...statement }: CollectedStatement,
  signal: AbortSignal,
): Promise<CollectedRows> {
  const startedMs = context.now().getTime();
  const rows: (readonly unknown[])[] = [];
  let rowsRead = 0;
  let bytesRead = 0;
  const limits = statementLimits(context, context.limits.searchTimeoutMs);
  try {
    for await (const event of runStatement(context.store, { ...statement, ...limits }, signal)) {
      if (event.kind === 'rows') for (const row of event.rows) rows.push(row);
      if (event.kind !== 'progress') continue;
      rowsRead = event.rowsRead;
      bytesRead = event.bytesRead;
    }
  } catch (cause) {
    const written = where === undefined ? undefined : { text: where, statement: statement.query };
    throw classifyStoreFailure(cause, written);
  }
  return { rows, rowsRead, bytesRead, elapsedMs: context.now().getTime() - startedMs };
}
