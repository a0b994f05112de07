import { sqlString } from '../../base/sql-text.ts';
import type { FleetSample } from './encode-samples.ts';

/** How far back a server's own logs are read when a node is first seen. */
const backfillDays = 7;
const bucketSeconds = 600;

/** Half-open, epoch seconds. */
export interface BackfillSpan {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** The last days before `nowMs`, the newest first, each on whole buckets. */
export function backfillSpans(nowMs: number): BackfillSpan[] {
  const end = Math.floor(nowMs / 1_000 / bucketSeconds) * bucketSeconds;
  return Array.from({ length: backfillDays }, (_, day) => ({
    fromSeconds: end - (day + 1) * 86_400,
    toSeconds: end - day * 86_400,
  }));
}

/**
 * Statements that read a span of `metric_log` and `asynchronous_metric_log`, as far as the server
 * has them: rows `[kind, at, name, value]`, kind `gauge` (mean) or `counter` (increase), at in epoch
 * seconds. `names`: metrics and events that are wanted.
 */
export function backfillStatements(
  tables: ReadonlyMap<string, ReadonlySet<string>>,
  names: readonly string[],
  span: BackfillSpan,
): string[] {
  const metricLog = tables.get('metric_log');
  const pairs = names.flatMap((name) => [
    ...(metricLog?.has(`ProfileEvent_${name}`)
      ? [`('counter', ${sqlString(name)}, toFloat64(sum(\`ProfileEvent_${name}\`)))`]
      : []),
    ...(metricLog?.has(`CurrentMetric_${name}`)
      ? [`('gauge', ${sqlString(name)}, toFloat64(avg(\`CurrentMetric_${name}\`)))`]
      : []),
  ]);
  const asyncLog = tables.get('asynchronous_metric_log');
  const column = asyncLog?.has('metric') ? 'metric' : 'name';
  return [
    ...(pairs.length > 0
      ? [
          `SELECT pair.1 AS kind, at, pair.2 AS name, toString(pair.3) AS value FROM (SELECT ${bucket} AS at, [${pairs.join(', ')}] AS pairs FROM system.metric_log WHERE ${within(span)} GROUP BY at) ARRAY JOIN pairs AS pair`,
        ]
      : []),
    ...(asyncLog && names.length > 0
      ? [
          `SELECT 'gauge' AS kind, ${bucket} AS at, toString(${column}) AS name, toString(avg(value)) AS value FROM system.asynchronous_metric_log WHERE ${within(span)} AND ${column} IN (${names.map(sqlString).join(', ')}) GROUP BY at, name`,
        ]
      : []),
  ];
}

const bucket = `intDiv(toUnixTimestamp(event_time), ${bucketSeconds}) * ${bucketSeconds}`;

const within = ({ fromSeconds, toSeconds }: BackfillSpan): string =>
  `event_date >= toDate(toDateTime(${fromSeconds})) AND event_date <= toDate(toDateTime(${toSeconds})) AND event_time >= toDateTime(${fromSeconds}) AND event_time < toDateTime(${toSeconds})`;

/** One sample for each bucket of the answers, oldest first. Rows of another shape are left out. */
export function backfillSamples(
  rows: readonly (readonly unknown[])[],
  of: Pick<FleetSample, 'cluster' | 'node' | 'hostName' | 'startedMs'>,
): FleetSample[] {
  const buckets = new Map<
    number,
    { gauges: Map<string, number>; increases: Map<string, number> }
  >();
  for (const [kind, atCell, name, valueCell] of rows) {
    const [at, value] = [Number(atCell), Number(valueCell)];
    if (typeof name !== 'string' || !Number.isFinite(at) || !Number.isFinite(value)) continue;
    const known = buckets.get(at) ?? { gauges: new Map(), increases: new Map() };
    buckets.set(at, known);
    if (kind === 'gauge') known.gauges.set(name, value);
    else if (kind === 'counter' && value > 0) known.increases.set(name, value);
  }
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([at, { gauges, increases }]) => ({
      ...of,
      atMs: at * 1_000,
      elapsedMs: bucketSeconds * 1_000,
      gauges,
      increases,
    }));
}
