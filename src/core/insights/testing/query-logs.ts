import type { LogServer } from '../log-columns.ts';

/** One row of a log look-alike. */
export interface LoggedQuery {
  readonly at: number;
  readonly query: string;
  readonly type?: 1 | 2 | 3 | 4;
  readonly user?: string;
  readonly durationMs?: number;
  readonly readRows?: number;
  readonly writtenRows?: number;
  readonly memory?: number;
  readonly initial?: 0 | 1;
  readonly id?: string;
  readonly exception?: string;
  readonly cpu?: number;
  readonly tables?: readonly string[];
}

const shared =
  'event_date Date, event_time DateTime, query_duration_ms UInt64, read_rows UInt64, read_bytes UInt64, written_rows UInt64, result_rows UInt64, memory_usage UInt64, query String, exception String, user String, query_id String, is_initial_query UInt8, client_name String, client_hostname String, http_user_agent String';

/** The columns of 18.16 that matter here, and those of a new server. */
export const logTables = {
  old: `${shared}, type UInt8, \`ProfileEvents.Names\` Array(String), \`ProfileEvents.Values\` Array(UInt64)`,
  new: `${shared}, type Enum8('QueryStart' = 1, 'QueryFinish' = 2, 'ExceptionBeforeStart' = 3, 'ExceptionWhileProcessing' = 4), ProfileEvents Map(String, UInt64), normalized_query_hash UInt64, query_kind String, exception_code Int32, tables Array(String), event_time_microseconds DateTime64(6)`,
} as const;

export const serverWith = (...columns: readonly string[]): LogServer => ({
  tables: new Map([['query_log', new Set(columns)]]),
  denied: new Map(),
});

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;

/** INSERTs of rows into `system.query_log`, as it was made with `logTables`. */
export function insertOf(kind: keyof typeof logTables, queries: readonly LoggedQuery[]): string[] {
  const code = (text: string): string => /^Code: (\d+)/.exec(text)?.[1] ?? '0';
  return queries.map((each, place) => {
    const { at, query, type = 2, user = 'default', exception = '', cpu = 0 } = each;
    const numbers = [
      each.durationMs ?? 1,
      each.readRows ?? 0,
      (each.readRows ?? 0) * 8,
      each.writtenRows ?? 0,
      1,
      each.memory ?? 0,
    ];
    const cells = [
      `toDate(toDateTime(${at}))`,
      `toDateTime(${at})`,
      ...numbers,
      quoted(query),
      quoted(exception),
      quoted(user),
      quoted(each.id ?? `q${place}`),
      each.initial ?? 1,
      "'client', 'host', ''",
      type,
    ];
    const own =
      kind === 'old'
        ? `['OSCPUVirtualTimeMicroseconds'], [${cpu}]`
        : `map('OSCPUVirtualTimeMicroseconds', ${cpu}), normalizedQueryHash(${quoted(query)}), ${quoted(query.split(' ')[0]!)}, ${code(exception)}, [${(each.tables ?? []).map(quoted).join(', ')}], toDateTime64(${at}.5, 6)`;
    return `INSERT INTO system.query_log SELECT ${cells.join(', ')}, ${own}`;
  });
}
