import { err, ok, type Result } from '../../base/result.ts';
import { sqlName } from '../../base/sql-text.ts';
import { type SampleTable, sampleTables } from '../../model/fleet/sample-store.ts';

/** Statement of a series: rows `node, at (epoch ms), value`, by node and time. */
export interface SeriesPlan {
  readonly sql: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly stepMs: number;
}

export interface SeriesRequest {
  readonly database: string;
  readonly cluster: string;
  /** `gauge:<name>` or `rate:<name>`. */
  readonly metric: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  /** Between two samples. */
  readonly vitalsMs: number;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const steps = [
  15 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  24 * hour,
];
/** About as many points as a chart has room for. */
const mostPoints = 360;

/** Decides table and step, and renders the statement. The error says what a metric looks like. */
export function planSeries(request: SeriesRequest): Result<SeriesPlan, string> {
  const match = /^(gauge|rate):(.+)$/s.exec(request.metric);
  if (!match)
    return err(`metric: expected gauge:NAME or rate:NAME, got "${request.metric.slice(0, 60)}"`);
  const [, kind, name] = match as unknown as [string, 'gauge' | 'rate', string];
  const table = chooseTable(request);
  const stepMs = chooseStep(request, table);
  const value = kind === 'gauge' ? gaugeOf(table) : rateOf;
  const column = kind === 'gauge' ? (table.stepMs === 0 ? 'Gauges' : 'Count') : undefined;
  const sql = [
    `SELECT Node AS node, intDiv(toUnixTimestamp64Milli(toDateTime64(Time, 3)), {step:UInt64}) * {step:UInt64} AS at, ${value} AS value`,
    `FROM ${sqlName(request.database)}.${sqlName(table.table)}`,
    'WHERE Cluster = {cluster:String} AND Time >= fromUnixTimestamp64Milli({from:Int64}) AND Time < fromUnixTimestamp64Milli({to:Int64})',
    // A sample without a sample before it says nothing of growth.
    column ? `AND mapContains(${column}, {name:String})` : 'AND ElapsedMs > 0',
    'GROUP BY node, at',
    'ORDER BY node, at',
  ].join('\n');
  const { cluster, toMs } = request;
  const fromMs = Math.floor(request.fromMs / stepMs) * stepMs;
  return ok({ sql, params: { cluster, name, from: fromMs, to: toMs, step: stepMs }, stepMs });
}

const gaugeOf = ({ stepMs }: SampleTable): string =>
  stepMs === 0
    ? 'avg(Gauges[{name:String}])'
    : 'sum(Sum[{name:String}]) / sum(Count[{name:String}])';

const rateOf = 'sum(Increases[{name:String}]) * 1000 / sum(ElapsedMs)';

/** The finest table that still has the beginning, and is not finer than a chart needs. */
function chooseTable({ fromMs, toMs, nowMs }: SeriesRequest): SampleTable {
  const wantedMs = (toMs - fromMs) / mostPoints;
  const kept = sampleTables.filter(({ keptMs }) => nowMs - fromMs <= keptMs);
  const fine = kept.findLast(({ stepMs }) => stepMs <= wantedMs) ?? kept[0];
  return fine ?? sampleTables[sampleTables.length - 1]!;
}

function chooseStep({ fromMs, toMs, vitalsMs }: SeriesRequest, table: SampleTable): number {
  const least = Math.max((toMs - fromMs) / mostPoints, table.stepMs, vitalsMs);
  const known = steps.find((step) => step >= least);
  return known ?? Math.ceil(least / (24 * hour)) * 24 * hour;
}

/** Puts rows on the grid of the step: a moment without a row is null. */
export function fillSeries(
  rows: readonly { readonly node: string; readonly at: number; readonly value: number | null }[],
  stepMs: number,
): { node: string; points: [number, number | null][] }[] {
  const byNode = Map.groupBy(rows, ({ node }) => node);
  return [...byNode].map(([node, own]) => {
    const points: [number, number | null][] = [];
    for (const { at, value } of own) {
      const last = points.at(-1);
      // One empty point breaks the line; a long silence needs no more of them.
      if (last && at - last[0] > stepMs) points.push([last[0] + stepMs, null]);
      points.push([at, value]);
    }
    return { node, points };
  });
}
