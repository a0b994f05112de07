import { quietExceptionText, withoutLiterals } from '../../base/query-shape.ts';
import { sqlString } from '../../base/sql-text.ts';

/** What one server has in `system`, as far as queries are concerned. */
export interface LogServer {
  /** Tables of `system` that can be read, with their columns. */
  readonly tables: ReadonlyMap<string, ReadonlySet<string>>;
  /** Tables that may not be read, with the statement that would allow it. */
  readonly denied: ReadonlyMap<string, string>;
}

/** One way to compute a column; the first whose columns the server has is taken. */
interface Source {
  readonly needs: readonly string[];
  readonly sql: string;
}

const shapeCharacters = 4_000;
/** Longest text of a query that leaves the server, where texts may. */
const textCharacters = 20_000;

const event = (name: string): readonly Source[] => [
  { needs: ['ProfileEvents'], sql: `ProfileEvents['${name}']` },
  {
    needs: ['ProfileEvents.Names', 'ProfileEvents.Values'],
    sql: `ProfileEvents.Values[indexOf(ProfileEvents.Names, '${name}')]`,
  },
];

/**
 * Names after FROM, JOIN, INTO and TABLE that no parenthesis follows: what servers that do not log
 * tables (before 20.12) leave to be read from the text, literals taken out.
 */
const namesInText = `arrayDistinct(extractAll(${withoutLiterals('query')}, '(?i)\\\\b(?:FROM|JOIN|INTO|TABLE)\\\\s+([\\\\w.\`"]+)\\\\s*(?:[^\\\\w.\`"(\\\\s]|\\\\s[^(\\\\s]|$)'))`;

const code: readonly Source[] = [
  { needs: ['exception_code'], sql: 'toInt32(exception_code)' },
  { needs: ['exception'], sql: "toInt32OrZero(extract(exception, '^Code: ([0-9]+)'))" },
];

/**
 * Of limits that were reached the numbers are the point, and their messages hold nothing of the
 * query: TIMEOUT_EXCEEDED, TOO_MANY_ROWS, TOO_MANY_SIMULTANEOUS_QUERIES, SOCKET_TIMEOUT,
 * MEMORY_LIMIT_EXCEEDED, TOO_MANY_PARTS, TOO_MANY_ROWS_OR_BYTES. Others may quote it.
 */
const numbersMatter = '159, 158, 202, 209, 241, 252, 396';

const saidSql = quietExceptionText(
  "replaceRegexpOne(exception, '^Code: [0-9]+[.,] (?:e[.]displayText[(][)] = )?(?:DB::Exception: )?', '')",
);

const message = (codeSql: string): string =>
  `if(${codeSql} IN (${numbersMatter}), ${saidSql}, ${withoutLiterals(saidSql)})`;

const logColumns = {
  hash: [
    { needs: ['normalized_query_hash'], sql: 'toString(normalized_query_hash)' },
    { needs: ['query'], sql: `toString(cityHash64(${withoutLiterals('query')}))` },
  ],
  shape: [
    { needs: ['normalized_query_hash', 'query'], sql: 'normalizeQuery(query)' },
    { needs: ['query'], sql: withoutLiterals('query') },
  ],
  text: [{ needs: ['query'], sql: `substring(query, 1, ${textCharacters})` }],
  kind: [
    { needs: ['query_kind'], sql: 'lower(toString(query_kind))' },
    { needs: ['query'], sql: "lower(extract(query, '^\\\\s*([a-zA-Z]+)'))" },
  ],
  code,
  tables: [
    { needs: ['tables'], sql: 'tables' },
    { needs: ['query'], sql: namesInText },
  ],
  message: code.map(({ needs, sql }) => ({ needs: [...needs, 'exception'], sql: message(sql) })),
  memory: [{ needs: ['memory_usage'], sql: 'memory_usage' }],
  cpu: event('OSCPUVirtualTimeMicroseconds'),
  client: [
    {
      needs: ['http_user_agent', 'client_name', 'client_hostname'],
      sql: "if(http_user_agent != '', http_user_agent, if(client_hostname != '', concat(client_name, ' on ', client_hostname), client_name))",
    },
    { needs: ['client_name'], sql: 'client_name' },
  ],
} as const satisfies Record<string, readonly Source[]>;

export type LogColumn = keyof typeof logColumns;

/** The expression of a column for what a table has; undefined where it has nothing of it. */
export const columnOf = (name: LogColumn, present: ReadonlySet<string>): string | undefined =>
  firstOf(logColumns[name], present);

const firstOf = (sources: readonly Source[], present: ReadonlySet<string>): string | undefined =>
  sources.find(({ needs }) => needs.every((need) => present.has(need)))?.sql;

/** The shape of one of the queries of a group; taken of one text, not of each. */
export const shapeOfAny = (present: ReadonlySet<string>): string =>
  `substring(${normalizes(present) ? 'normalizeQuery(any(query))' : withoutLiterals('any(query)')}, 1, ${shapeCharacters})`;

/** Whether the server itself takes literals out; otherwise patterns of ours do, on the server. */
export const normalizes = (present: ReadonlySet<string>): boolean =>
  present.has('normalized_query_hash');

/** Aggregates of a set of ended queries, in the order in which `parseMeasures` reads them. */
export function measureColumns(present: ReadonlySet<string>): string {
  const sum = (name: string): string => (present.has(name) ? `sum(${name})` : '0');
  const memory = columnOf('memory', present);
  const cpu = columnOf('cpu', present);
  const failed = columnOf('code', present) ?? '0';
  return [
    'count() AS runs',
    `countIf(NOT ${finished}) AS failed`,
    `sumMapIf([${durationBucket}], [toUInt64(1)], ${finished}) AS durations`,
    'sum(query_duration_ms) AS totalMs',
    `${sum('read_rows')} AS readRows`,
    `${sum('read_bytes')} AS readBytes`,
    `${sum('written_rows')} AS writtenRows`,
    `${sum('result_rows')} AS resultRows`,
    `${memory === undefined ? 'NULL' : `max(${memory})`} AS memoryBytes`,
    `${cpu === undefined ? 'NULL' : `sum(${cpu})`} AS cpuMicroseconds`,
    `sumMapIf([${failed}], [toUInt64(1)], NOT ${finished}) AS codes`,
  ].join(', ');
}

/** Of ended queries: 2 finished, 3 failed before it started, 4 failed while it ran. */
export const finished = '(toInt8(type) = 2)';
const durationBucket = 'toUInt16(floor(log2(toFloat64(query_duration_ms) + 1) * 16))';

/**
 * The log to read from. After an upgrade the server keeps its older rows as `query_log_0` and so
 * on, which `merge` reads along.
 */
export function logTable(server: LogServer): string {
  const rotated = [...server.tables.keys()].some((name) => /^query_log_\d+$/.test(name));
  return rotated ? `merge('system', ${sqlString('^query_log(_[0-9]+)?$')})` : 'system.query_log';
}
