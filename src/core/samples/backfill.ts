import { sqlName, sqlString } from '../../base/sql-text.ts';
import type { BackfillWindow } from './backfill-window.ts';
import type { FleetSample } from './encode-samples.ts';

/** Columns by table of `system`. */
type Tables = ReadonlyMap<string, ReadonlySet<string>>;

const sources = ['metric_log', 'asynchronous_metric_log', 'query_log'] as const;
export type BackfillSource = (typeof sources)[number];

/** Logs that the server has and that tell of its past. */
export const backfillSources = (tables: Tables): BackfillSource[] =>
  sources.filter((name) => {
    const columns = tables.get(name);
    return columns?.has('event_date') === true && columns.has('event_time');
  });

/**
 * Row `[since, rows]`: the time in epoch seconds of the oldest row of a log that is no older than
 * `fromSeconds`, and 0 rows where there is none.
 */
export function oldestStatement(
  source: BackfillSource,
  tables: Tables,
  fromSeconds: number,
): string {
  const table = fromTable(source, tables);
  const days = `event_date >= toDate(toDateTime(${fromSeconds}))`;
  return `SELECT toUnixTimestamp(min(event_time)) AS since, count() AS rows FROM ${table} WHERE event_date = (SELECT min(event_date) FROM ${table} WHERE ${days}) AND ${days}`;
}

/**
 * What a window of a log says: rows `[kind, at, name, value]`, `at` in epoch seconds. Kind `gauge`
 * is a mean; `counter` an increase; `logged` an increase as the log of queries has it, for where the
 * server does not log the counter itself. Undefined where it has none of `names`.
 */
export function backfillStatement(
  source: BackfillSource,
  tables: Tables,
  names: readonly string[],
  window: BackfillWindow,
): string | undefined {
  const columns = tables.get(source) ?? new Set();
  const from = `FROM ${fromTable(source, tables)} WHERE ${within(window)}`;
  const at = bucket(window);
  if (source === 'asynchronous_metric_log') {
    const name = columns.has('metric') ? 'metric' : 'name';
    if (names.length === 0) return undefined;
    return `SELECT 'gauge' AS kind, ${at} AS at, toString(${name}) AS name, toString(avg(value)) AS value ${from} AND ${name} IN (${names.map(sqlString).join(', ')}) GROUP BY at, name`;
  }
  const pairs = source === 'metric_log' ? metricPairs(columns, names) : queryPairs(columns);
  if (pairs.length === 0) return undefined;
  const where = source === 'query_log' ? ` AND ${ended}` : '';
  return `SELECT pair.1 AS kind, at, pair.2 AS name, toString(pair.3) AS value FROM (SELECT ${at} AS at, [${pairs.join(', ')}] AS pairs ${from}${where} GROUP BY at) ARRAY JOIN pairs AS pair`;
}

const metricPairs = (columns: ReadonlySet<string>, names: readonly string[]): string[] =>
  names.flatMap((name) => [
    ...(columns.has(`ProfileEvent_${name}`)
      ? [pairOf('counter', name, `sum(\`ProfileEvent_${name}\`)`)]
      : []),
    ...(columns.has(`CurrentMetric_${name}`)
      ? [pairOf('gauge', name, `avg(\`CurrentMetric_${name}\`)`)]
      : []),
  ]);

/** 2 finished, 3 failed before it started, 4 failed while it ran. */
const ended = 'toInt8(type) > 1';
const failed = 'toInt8(type) > 2';

/** Counters of the server as its log of queries has them. */
function queryPairs(columns: ReadonlySet<string>): string[] {
  const kind = columns.has('query_kind')
    ? 'lower(toString(query_kind))'
    : "lower(extract(query, '^\\\\s*([a-zA-Z]+)'))";
  const sums = {
    SelectedRows: 'read_rows',
    SelectedBytes: 'read_bytes',
    InsertedRows: 'written_rows',
    InsertedBytes: 'written_bytes',
  };
  return [
    pairOf('logged', 'Query', 'count()'),
    pairOf('logged', 'SelectQuery', `countIf(${kind} = 'select')`),
    pairOf('logged', 'InsertQuery', `countIf(${kind} = 'insert')`),
    pairOf('logged', 'FailedQuery', `countIf(${failed})`),
    pairOf('logged', 'FailedSelectQuery', `countIf(${failed} AND ${kind} = 'select')`),
    pairOf('logged', 'FailedInsertQuery', `countIf(${failed} AND ${kind} = 'insert')`),
    ...Object.entries(sums).flatMap(([name, column]) =>
      columns.has(column) ? [pairOf('logged', name, `sum(${column})`)] : [],
    ),
    ...(columns.has('query_duration_ms')
      ? [pairOf('logged', 'QueryTimeMicroseconds', 'sum(query_duration_ms) * 1000')]
      : []),
  ];
}

const pairOf = (kind: string, name: string, sql: string): string =>
  `('${kind}', ${sqlString(name)}, toFloat64(${sql}))`;

const bucket = ({ bucketSeconds }: BackfillWindow): string =>
  `intDiv(toUnixTimestamp(event_time), ${bucketSeconds}) * ${bucketSeconds}`;

const within = ({ fromSeconds, toSeconds }: BackfillWindow): string =>
  `event_date >= toDate(toDateTime(${fromSeconds})) AND event_date <= toDate(toDateTime(${toSeconds})) AND event_time >= toDateTime(${fromSeconds}) AND event_time < toDateTime(${toSeconds})`;

/** After an upgrade the server keeps the older rows of a log as `query_log_0` and so on. */
function fromTable(source: BackfillSource, tables: Tables): string {
  const rotated = [...tables.keys()].some(
    (name) => name.startsWith(`${source}_`) && /^\d+$/.test(name.slice(source.length + 1)),
  );
  return rotated
    ? `merge('system', ${sqlString(`^${source}(_[0-9]+)?$`)})`
    : `system.${sqlName(source)}`;
}

export interface BackfillOf
  extends Pick<FleetSample, 'cluster' | 'node' | 'hostName' | 'startedMs'> {
  /** How far the server's clock is ahead: samples have the collector's time. */
  readonly skewMs: number;
  /** From when on the log of queries is there: where it has no row, there was no query. */
  readonly queriesSinceSeconds: number | undefined;
}

interface Bucket {
  readonly gauges: Map<string, number>;
  readonly counters: Map<string, number>;
  readonly logged: Map<string, number>;
}

/**
 * One sample for each bucket of a window of which something is known, oldest first. Rows of another
 * shape are left out. A counter that the server logged itself comes before that of the query log.
 */
export function backfillSamples(
  rows: readonly (readonly unknown[])[],
  window: BackfillWindow,
  of: BackfillOf,
): FleetSample[] {
  const { bucketSeconds } = window;
  const { skewMs, queriesSinceSeconds, ...sample } = of;
  const buckets = new Map<number, Bucket>();
  const bucketAt = (at: number): Bucket => {
    const known = buckets.get(at) ?? { gauges: new Map(), counters: new Map(), logged: new Map() };
    buckets.set(at, known);
    return known;
  };
  for (const [kind, atCell, name, valueCell] of rows) {
    const [at, value] = [Number(atCell), Number(valueCell)];
    if (typeof name !== 'string' || !Number.isFinite(at) || !Number.isFinite(value)) continue;
    if (kind === 'gauge') bucketAt(at).gauges.set(name, value);
    else if (kind === 'counter') bucketAt(at).counters.set(name, value);
    else if (kind === 'logged') bucketAt(at).logged.set(name, value);
  }
  const first = Math.floor(window.fromSeconds / bucketSeconds) * bucketSeconds;
  const since = queriesSinceSeconds ?? Number.POSITIVE_INFINITY;
  for (let at = first; at < window.toSeconds; at += bucketSeconds) if (at >= since) bucketAt(at);
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([at, { gauges, counters, logged }]) => {
      const fromSeconds = Math.max(at, window.fromSeconds);
      const toSeconds = Math.min(at + bucketSeconds, window.toSeconds);
      const counted = counters.size + logged.size > 0 || at >= since;
      return {
        ...sample,
        // A sample stands for the time before it, and lies within its bucket.
        atMs: Math.round(toSeconds * 1_000 - 1 - skewMs),
        elapsedMs: counted ? (toSeconds - fromSeconds) * 1_000 : 0,
        gauges,
        increases: new Map([...logged, ...counters].filter(([, increase]) => increase > 0)),
      };
    });
}
