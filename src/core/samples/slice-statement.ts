import { err, ok, type Result } from '../../base/result.ts';
import { sqlName } from '../../base/sql-text.ts';
import { type SampleTable, sampleTables } from '../../model/fleet/sample-store.ts';

/** Statement of a metric by node and slice of time: rows `node, slice, least, most, total, weight, last`. */
export interface SlicePlan {
  readonly sql: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** Start of slice 0, and the width of all: what was asked for, or the next that can be told. */
  readonly fromMs: number;
  readonly sliceMs: number;
}

export interface SliceRequest {
  readonly database: string;
  readonly cluster: string;
  /** `gauge:<name>` or `rate:<name>`. */
  readonly metric: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly sliceMs: number;
  readonly nowMs: number;
  /** How many nodes the cluster has. */
  readonly nodes: number;
}

/** Up to this range the samples themselves are read, whose edges are exact. */
const rawMs = 3_600_000;
const mostRows = 500_000;

/**
 * Decides table and width. Nothing is averaged twice: the lowest, the highest, the sum and the last
 * of a slice are those of its samples (of a rate, of its roll-ups where those are read). The error
 * says what a metric looks like.
 */
export function planSlices(request: SliceRequest): Result<SlicePlan, string> {
  const colon = request.metric.indexOf(':');
  const [kind, name] = [request.metric.slice(0, colon), request.metric.slice(colon + 1)];
  if ((kind !== 'gauge' && kind !== 'rate') || name === '')
    return err(`metric: expected gauge:NAME or rate:NAME, got "${request.metric.slice(0, 60)}"`);
  const { cluster, toMs, nodes } = request;
  const spanMs = toMs - request.fromMs;
  const leastMs = Math.max(request.sliceMs, (spanMs * Math.max(1, nodes)) / mostRows);
  const table = chooseTable(request, leastMs);
  const unit = table.stepMs === 0 ? request.sliceMs : table.stepMs;
  const sliceMs = Math.ceil(leastMs / unit) * unit;
  const fromMs =
    table.stepMs === 0 ? request.fromMs : Math.floor(request.fromMs / sliceMs) * sliceMs;
  const { condition, columns } = valuesOf(kind, table);
  const sql = [
    `SELECT Node AS node, intDiv(toUnixTimestamp64Milli(toDateTime64(Time, 3)) - {from:Int64}, {slice:Int64}) AS slice, ${columns}`,
    `FROM ${sqlName(request.database)}.${sqlName(table.table)}`,
    `WHERE Cluster = {cluster:String} AND Time >= fromUnixTimestamp64Milli({from:Int64}) AND Time < fromUnixTimestamp64Milli({to:Int64}) AND ${condition}`,
    'GROUP BY node, slice',
    'ORDER BY node, slice',
  ].join('\n');
  return ok({
    sql,
    params: { cluster, name, from: fromMs, to: toMs, slice: sliceMs },
    fromMs,
    sliceMs,
  });
}

function chooseTable({ fromMs, toMs, nowMs }: SliceRequest, sliceMs: number): SampleTable {
  const kept = sampleTables.filter(({ keptMs }) => nowMs - fromMs <= keptMs);
  const finest = kept[0] ?? sampleTables[sampleTables.length - 1]!;
  if (toMs - fromMs <= rawMs) return finest;
  return kept.findLast(({ stepMs }) => stepMs <= sliceMs) ?? finest;
}

function valuesOf(kind: 'gauge' | 'rate', { stepMs }: SampleTable) {
  if (kind === 'rate') {
    const rate = 'Increases[{name:String}] * 1000 / ElapsedMs';
    return {
      // A sample without a sample before it says nothing of growth.
      condition: 'ElapsedMs > 0',
      columns: `min(${rate}) AS least, max(${rate}) AS most, sum(Increases[{name:String}]) AS total, sum(ElapsedMs) / 1000 AS weight, argMax(${rate}, Time) AS last`,
    };
  }
  if (stepMs === 0) {
    const value = 'Gauges[{name:String}]';
    return {
      condition: 'mapContains(Gauges, {name:String})',
      columns: `min(${value}) AS least, max(${value}) AS most, sum(${value}) AS total, count() AS weight, argMax(${value}, Time) AS last`,
    };
  }
  return {
    condition: 'mapContains(Count, {name:String})',
    columns:
      'min(Min[{name:String}]) AS least, max(Max[{name:String}]) AS most, sum(Sum[{name:String}]) AS total, sum(Count[{name:String}]) AS weight, argMaxMerge(Last)[{name:String}] AS last',
  };
}
