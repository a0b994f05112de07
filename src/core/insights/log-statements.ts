import { sqlString } from '../../base/sql-text.ts';
import type { Grouping, QueryFilter, QuerySort } from '../../model/fleet/query-insights.ts';
import {
  columnOf,
  finished,
  type LogColumn,
  type LogServer,
  logTable,
  measureColumns,
  normalizes,
  shapeOfAny,
} from './log-columns.ts';
import type { LogWindow } from './window.ts';

/** What is asked of one server's query_log. */
export interface LogQuestion {
  readonly server: LogServer;
  readonly window: LogWindow;
  readonly filter: Omit<QueryFilter, 'node'> & { readonly hash?: string | undefined };
  /** Begins the ids of the monitor's own statements, which are left out. */
  readonly ownPrefix: string;
}

/** A statement, or the name of what the server does not log and would have to. */
export type LogStatement =
  | { readonly ok: true; readonly sql: string }
  | { readonly ok: false; readonly missing: string };

/** Columns of the log without which nothing can be said; every version since 18.16 has them. */
const needed = ['type', 'event_date', 'event_time', 'query_duration_ms', 'query_id', 'user'];

const presentOf = ({ tables }: LogServer): ReadonlySet<string> =>
  tables.get('query_log') ?? new Set<string>();

/** Parts of a step by which the log is measured: it is cut off between them. */
const sizeParts = 10;

/** Rows by part of a step, whatever they are: what reading the rest would take. Reads one column. */
export const sizesStatement = (question: LogQuestion): string => {
  const { server, window } = question;
  const at = stepSql({
    ...window,
    stepSeconds: Math.max(1, Math.floor(window.stepSeconds / sizeParts)),
  });
  return `SELECT ${at} AS at, count() AS size FROM ${logTable(server)} WHERE ${timeBounds(window)} GROUP BY at ORDER BY at DESC LIMIT 1000`;
};

export interface GroupsQuestion extends LogQuestion {
  readonly by: Grouping;
  readonly sort: QuerySort;
  readonly limit: number;
}

/** One row for each group: key, shape, kind, users, tables, first and last time, measures. */
export function groupsStatement(question: GroupsQuestion): LogStatement {
  const { by, sort, limit } = question;
  const present = presentOf(question.server);
  const key = keySql(by, present);
  if (key === undefined) return { ok: false, missing: by };
  // Where the hash is logged, no text has to be read for the sums: `shapesStatement` asks for few.
  const shaped = by === 'fingerprint' && !normalizes(present);
  const tables = columnOf('tables', present);
  const columns = [
    `${key} AS key`,
    `${shaped ? shapeOfAny(present) : "''"} AS shape`,
    `any(${columnOf('kind', present) ?? "''"}) AS kind`,
    `topK(${listed})(user) AS userNames`,
    `${tables === undefined ? '[]' : `topKArray(${listed})(${tables})`} AS tableNames`,
    'toUnixTimestamp(min(event_time)) AS firstSeen',
    'toUnixTimestamp(max(event_time)) AS lastSeen',
    measureColumns(present),
  ];
  return finish(
    question,
    columns,
    `GROUP BY key ORDER BY ${sortSql(sort, present)} DESC LIMIT ${limit + 1}`,
  );
}

/**
 * One row for each fingerprint: key, shape. Reads the texts of the second in which each was seen
 * last. Undefined where the groups have their shapes already. `groups`: rows of a groups statement.
 */
export function shapesStatement(
  question: LogQuestion,
  groups: readonly (readonly unknown[])[],
): LogStatement | undefined {
  const present = presentOf(question.server);
  if (groups.length === 0 || !normalizes(present)) return undefined;
  const hashes = groups.map(([key]) => sqlString(String(key)));
  const times = new Set(groups.map((row) => `toDateTime(${Number(row[lastSeenCell])})`));
  const key = 'toString(normalized_query_hash)';
  return finish(
    question,
    [`${key} AS key`, `${shapeOfAny(present)} AS shape`],
    `GROUP BY key LIMIT ${groups.length}`,
    [`event_time IN (${[...times].join(', ')})`, `${key} IN (${hashes.join(', ')})`],
  );
}

/** The rows of a groups statement with the shapes of a shapes statement. */
export function withShapes(
  groups: readonly (readonly unknown[])[],
  shapes: readonly (readonly unknown[])[],
): readonly (readonly unknown[])[] {
  const known = new Map(shapes.map(([key, shape]) => [String(key), shape]));
  return groups.map(([key, shape, ...rest]) => [key, known.get(String(key)) ?? shape, ...rest]);
}

const lastSeenCell = 6;

/** Users and tables that a group names at most. */
const listed = 20;

/** One row for each step and kind: at, kind, measures. */
export function trendStatement(question: LogQuestion): LogStatement {
  const present = presentOf(question.server);
  const kind = columnOf('kind', present) ?? "''";
  const columns = [`${stepSql(question.window)} AS at`, `${kind} AS kind`, measureColumns(present)];
  return finish(question, columns, 'GROUP BY at, kind ORDER BY at LIMIT 2000');
}

/** Rows of one query's details that a server gives at most; more fold into fewer steps. */
export const detailRows = 5_000;

/** One row for each step, user and set of tables: at, user, tables, measures. */
export function detailStatement(question: LogQuestion): LogStatement {
  const present = presentOf(question.server);
  const columns = [
    `${stepSql(question.window)} AS at`,
    'user AS name',
    `${columnOf('tables', present) ?? 'emptyArrayString()'} AS names`,
    measureColumns(present),
  ];
  return finish(
    question,
    columns,
    `GROUP BY at, name, names ORDER BY at DESC LIMIT ${detailRows + 1}`,
  );
}

/** One row for each error code: code, message of the newest, when that was, how many. */
export function errorsStatement(question: LogQuestion): LogStatement {
  const present = presentOf(question.server);
  const code = columnOf('code', present);
  const message = columnOf('message', present);
  if (code === undefined || message === undefined) return { ok: false, missing: 'error' };
  const columns = [
    `${code} AS code`,
    `argMax(${message}, event_time) AS message`,
    'toUnixTimestamp(max(event_time)) AS lastSeen',
    'count() AS runs',
  ];
  return finish(question, columns, 'GROUP BY code ORDER BY runs DESC LIMIT 50', [
    `NOT ${finished}`,
  ]);
}

/** The newest executions, in the order in which `parseExecutions` reads them. */
export function executionsStatement(
  question: LogQuestion,
  options: { readonly limit: number; readonly fullText: boolean },
): LogStatement {
  const present = presentOf(question.server);
  const or = (name: LogColumn, other: string): string => columnOf(name, present) ?? other;
  const plain = (name: string): string => (present.has(name) ? name : '0');
  const columns = [
    'query_id AS queryId',
    `${present.has('event_time_microseconds') ? 'toUnixTimestamp64Milli(toDateTime64(event_time_microseconds, 3))' : 'toUInt64(toUnixTimestamp(event_time)) * 1000'} AS atMs`,
    'user AS name',
    `${or('client', "''")} AS client`,
    'query_duration_ms AS durationMs',
    `${plain('read_rows')} AS readRows`,
    `${plain('read_bytes')} AS readBytes`,
    `${plain('written_rows')} AS writtenRows`,
    `${plain('result_rows')} AS resultRows`,
    `${or('memory', 'NULL')} AS memoryBytes`,
    `if(${finished}, 0, ${or('code', '0')}) AS code`,
    `if(${finished}, '', ${or('message', "''")}) AS error`,
    `${options.fullText ? or('text', "''") : "''"} AS text`,
  ];
  return finish(question, columns, `ORDER BY event_time DESC LIMIT ${options.limit}`);
}

function finish(
  question: LogQuestion,
  columns: readonly string[],
  end: string,
  more: readonly string[] = [],
): LogStatement {
  const { server } = question;
  const present = presentOf(server);
  const lacking = needed.find((name) => !present.has(name));
  if (lacking !== undefined) return { ok: false, missing: lacking };
  const where = conditions(question, present);
  if (!where.ok) return where;
  return {
    ok: true,
    sql: `SELECT ${columns.join(', ')} FROM ${logTable(server)} WHERE ${[...where.parts, ...more].join(' AND ')} ${end}`,
  };
}

type Conditions =
  | { readonly ok: true; readonly parts: readonly string[] }
  | { readonly ok: false; readonly missing: string };

function conditions(question: LogQuestion, present: ReadonlySet<string>): Conditions {
  const { filter, window, ownPrefix } = question;
  const parts = [
    timeBounds(window),
    'toInt8(type) > 1',
    `NOT startsWith(query_id, ${sqlString(ownPrefix)})`,
  ];
  if (filter.scope === 'initial' && present.has('is_initial_query'))
    parts.push('is_initial_query = 1');
  if (filter.user !== undefined) parts.push(`user = ${sqlString(filter.user)}`);
  const asked: readonly [LogColumn, boolean, (sql: string) => string][] = [
    ['kind', filter.kind !== undefined, (sql) => `${sql} = ${sqlString(filter.kind ?? '')}`],
    ['code', filter.code !== undefined, (sql) => codeCondition(sql, filter.code ?? 0)],
    [
      'tables',
      filter.table !== undefined,
      (sql) => `has(${sql}, ${sqlString(filter.table ?? '')})`,
    ],
    ['hash', filter.hash !== undefined, (sql) => `${sql} = ${sqlString(filter.hash ?? '')}`],
    [
      'shape',
      filter.text !== undefined,
      (sql) => `positionCaseInsensitiveUTF8(${sql}, ${sqlString(filter.text ?? '')}) > 0`,
    ],
  ];
  for (const [name, wanted, condition] of asked) {
    if (!wanted) continue;
    const sql = columnOf(name, present);
    if (sql === undefined) return { ok: false, missing: name };
    parts.push(condition(sql));
  }
  return { ok: true, parts };
}

const codeCondition = (sql: string, code: number): string =>
  code === 0 ? finished : `NOT ${finished} AND ${sql} = ${code}`;

/** By the server's own clock and zone; the date is the log's first key. */
const timeBounds = ({ fromSeconds, toSeconds }: LogWindow): string =>
  [
    `event_date >= toDate(toDateTime(${fromSeconds}))`,
    `event_date <= toDate(toDateTime(${toSeconds}))`,
    `event_time >= toDateTime(${fromSeconds})`,
    `event_time < toDateTime(${toSeconds})`,
  ].join(' AND ');

const stepSql = ({ stepSeconds }: LogWindow): string =>
  `intDiv(toUInt64(toUnixTimestamp(event_time)), ${stepSeconds}) * ${stepSeconds}`;

function keySql(by: Grouping, present: ReadonlySet<string>): string | undefined {
  const tables = columnOf('tables', present);
  const code = columnOf('code', present);
  switch (by) {
    case 'fingerprint':
      return columnOf('hash', present);
    case 'user':
      return 'user';
    case 'kind':
      return columnOf('kind', present);
    case 'error':
      return code === undefined ? undefined : `toString(if(${finished}, 0, ${code}))`;
    case 'table':
      return tables === undefined ? undefined : `arrayJoin(if(empty(${tables}), [''], ${tables}))`;
    case 'node':
      return "''";
  }
}

function sortSql(sort: QuerySort, present: ReadonlySet<string>): string {
  const quantile = (level: number): string =>
    `quantileIf(${level})(query_duration_ms, ${finished})`;
  const sorts: Readonly<Record<QuerySort, string>> = {
    total: 'totalMs',
    runs: 'runs',
    failed: 'failed',
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    readRows: 'readRows',
    readBytes: 'readBytes',
    writtenRows: 'writtenRows',
    memory: columnOf('memory', present) === undefined ? 'runs' : 'memoryBytes',
    cpu: columnOf('cpu', present) === undefined ? 'runs' : 'cpuMicroseconds',
  };
  return sorts[sort];
}
