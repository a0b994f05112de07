/** What one statement of a view may take of a server. */
export interface StatementLimits {
  readonly timeoutMs: number;
  /** Rows of the log; absent where the statement reads no more than one column. */
  readonly mostRows?: number;
}

/** Parts are read in whole granules, of several parts at a time: not every row that is read counts. */
const granuleRows = 2_000_000;
const memoryBytes = 2_000_000_000;
const resultRows = 50_000;

/**
 * A statement with limits that the server itself keeps. Not for users who may not change settings:
 * theirs are those of their profile.
 */
export function limited(sql: string, { timeoutMs, mostRows }: StatementLimits): string {
  const settings = {
    max_execution_time: Math.ceil(timeoutMs / 1_000),
    max_threads: 2,
    max_memory_usage: memoryBytes,
    max_result_rows: resultRows,
    ...(mostRows === undefined ? {} : { max_rows_to_read: mostRows * 2 + granuleRows }),
  };
  const written = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return `${sql} SETTINGS ${written.join(', ')}`;
}

/** One cell: '0' and '2' let the user change settings, '1' does not. */
export const readonlyStatement = "SELECT value FROM system.settings WHERE name = 'readonly'";

/** Reads the answer of `readonlyStatement`; false also where it says nothing. */
export const mayChangeSettings = (rows: readonly (readonly unknown[])[]): boolean => {
  const value = rows[0]?.[0];
  return value === '0' || value === '2';
};
