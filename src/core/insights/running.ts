import { withoutLiterals } from '../../base/query-shape.ts';
import { sqlString } from '../../base/sql-text.ts';
import type { RunningIdentity, RunningQuery } from '../../model/fleet/query-kill.ts';
import type { LogServer } from './log-columns.ts';

/** Running queries of one node that are shown at most. */
export const runningRows = 500;
const shapeCharacters = 4_000;
const textCharacters = 20_000;

/** When a running query began, epoch seconds by the server's clock. */
const startedSql = 'toInt64(floor(toFloat64(toUnixTimestamp(now())) - elapsed))';

/**
 * The hash of a running query's shape; the same as in the log where the server keeps one. Servers
 * whose `ProfileEvents` is a map (21.9) have the functions that normalise.
 */
function hashSql(present: ReadonlySet<string>): string {
  if (present.has('normalized_query_hash')) return 'toString(normalized_query_hash)';
  return present.has('ProfileEvents')
    ? 'toString(normalizedQueryHash(query))'
    : `toString(cityHash64(${withoutLiterals('query')}))`;
}

const shapeSql = (present: ReadonlySet<string>): string =>
  `substring(${present.has('ProfileEvents') ? 'normalizeQuery(query)' : withoutLiterals('query')}, 1, ${shapeCharacters})`;

const presentOf = ({ tables }: LogServer): ReadonlySet<string> =>
  tables.get('processes') ?? new Set<string>();

/** What runs on a server now, the longest first, without this statement itself. */
export function runningStatement(
  server: LogServer,
  options: { readonly fullText: boolean },
): string {
  const present = presentOf(server);
  const kind = present.has('query_kind')
    ? 'lower(toString(query_kind))'
    : "lower(extract(query, '^\\\\s*([a-zA-Z]+)'))";
  const columns = [
    'query_id AS queryId',
    'user AS name',
    `${hashSql(present)} AS hash`,
    `${startedSql} AS started`,
    `${kind} AS kind`,
    `${shapeSql(present)} AS shape`,
    `${options.fullText ? `substring(query, 1, ${textCharacters})` : "''"} AS text`,
    'elapsed AS elapsedSeconds',
    'read_rows AS readRows',
    'read_bytes AS readBytes',
    'written_rows AS writtenRows',
    'total_rows_approx AS totalRows',
    'memory_usage AS memoryBytes',
    'is_cancelled AS cancelled',
    'is_initial_query AS initial',
    `if(http_user_agent != '', http_user_agent, client_name) AS client`,
    'length(query) AS textBytes',
  ];
  return `SELECT ${columns.join(', ')} FROM system.processes WHERE position(query, ${sqlString(runningMark)}) = 0 ORDER BY elapsed DESC LIMIT ${runningRows + 1}`;
}

/** By which the statement above knows itself. */
const runningMark = 'AS elapsedSeconds, read_rows AS readRows';

/** Reads the rows of a running statement. `ownPrefix` begins the ids of the monitor's statements. */
export function parseRunning(
  node: string,
  rows: readonly (readonly unknown[])[],
  ownPrefix: string,
): RunningQuery[] {
  return rows.slice(0, runningRows).map((row) => {
    const [queryId, user, hash, started, kind, shape] = row.map(String) as [string, ...string[]];
    const text = String(row[6] ?? '');
    const readRows = Number(row[8]);
    const totalRows = Number(row[11]) > 0 ? Number(row[11]) : null;
    const own = queryId.startsWith(ownPrefix);
    return {
      node,
      queryId,
      user: user ?? '',
      hash: hash ?? '',
      textBytes: Number(row[16]),
      startedSeconds: Number(started),
      kind: kind ?? '',
      shape: shape ?? '',
      ...(text === '' ? {} : { text }),
      elapsedMs: Math.round(Number(row[7]) * 1_000),
      readRows,
      readBytes: Number(row[9]),
      writtenRows: Number(row[10]),
      totalRows,
      progress: totalRows === null ? null : Math.min(1, readRows / totalRows),
      memoryBytes: Number(row[12]),
      cancelled: Number(row[13]) !== 0,
      initial: Number(row[14]) !== 0,
      client: String(row[15] ?? ''),
      ...(own ? { protected: 'It is a statement of the monitor itself.' } : {}),
    };
  });
}

/** `now()` has whole seconds, so that the start of one query is seen up to a second apart. */
const startSlackSeconds = 2;

/** What is true of exactly the query that was seen: not of one that took its id since. */
const sameQuery = (identity: RunningIdentity): string =>
  [
    `query_id = ${sqlString(identity.queryId)}`,
    `user = ${sqlString(identity.user)}`,
    `length(query) = ${identity.textBytes}`,
    `elapsed > toUnixTimestamp(now()) - ${identity.startedSeconds + startSlackSeconds}`,
  ].join(' AND ');

/** The statement that ends one running query, and nothing else. */
export const killStatement = (identity: RunningIdentity): string =>
  `KILL QUERY WHERE ${sameQuery(identity)} ASYNC`;

/** The same as a trial: the server checks the right, and tells which queries it would end. */
export const killTrial = (identity: RunningIdentity): string =>
  `KILL QUERY WHERE ${sameQuery(identity)} TEST`;

/** The shape of the query that was seen: one row, or none where it has ended. */
export const seenStatement = (identity: RunningIdentity, server: LogServer): string =>
  `SELECT ${shapeSql(presentOf(server))} AS shape FROM system.processes WHERE ${sameQuery(identity)}`;

/** Why a query must not be killed from here, before the server is asked; undefined where it may. */
export function killObjection(
  identity: RunningIdentity,
  confirm: string | undefined,
  ownPrefix: string,
): string | undefined {
  if (identity.queryId.startsWith(ownPrefix))
    return 'It is a statement of the monitor itself: those end by their own limits.';
  if (confirm !== identity.queryId)
    return confirm === undefined
      ? 'Nothing was killed: "confirm" has to be the id of the query.'
      : `Nothing was killed: "confirm" is "${confirm.slice(0, 100)}", which is not the id of the query.`;
  return undefined;
}
