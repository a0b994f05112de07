import { floorDivide, renderInstant, type TimeRange } from './instants.ts';
import { type RowFilter, type SearchedTable, windowQuery } from './search-statement.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Widths that people can read off an axis, in milliseconds. */
const roundIntervalsMs = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14, 28].map((n) => n * day),
];

export interface HistogramPlan {
  readonly intervalMs: number;
  /** Start of the first bucket, milliseconds: a multiple of the interval, at or before `from`. */
  readonly firstMs: number;
  readonly buckets: number;
}

/**
 * The finest round interval that covers the range with at most `wanted` buckets. Buckets lie on
 * multiples of the interval since 1970 (UTC); the first and the last hold only what lies in the
 * range. A range that straddles a multiple of every interval needs two, also where one was wanted.
 */
export function planHistogram(range: TimeRange, wanted: number): HistogramPlan {
  const most = Math.max(2, wanted);
  for (let i = 0; ; i++) {
    const last = roundIntervalsMs.length - 1;
    const intervalMs =
      i <= last
        ? (roundIntervalsMs[i] as number)
        : (roundIntervalsMs[last] as number) * 2 ** (i - last);
    const intervalNs = BigInt(intervalMs) * 1_000_000n;
    const first = floorDivide(range.fromNs, intervalNs);
    const buckets = floorDivide(range.toNs - 1n, intervalNs) - first + 1n;
    if (buckets <= BigInt(most))
      return { intervalMs, firstMs: Number(first) * intervalMs, buckets: Number(buckets) };
  }
}

/**
 * Counts by bucket and by the value of `groupBy`, in one statement, so that the total is the count
 * of one moment. The `castellan_series` (a parameter) most frequent values come by name (rank 1 …), the others together as
 * rank 0. Rows: rank, name, bucket, count.
 */
export function histogramStatement(
  table: SearchedTable,
  filter: RowFilter,
  range: TimeRange,
  plan: HistogramPlan,
  group: { readonly sql: string },
): string {
  const bucket = `least(greatest(intDiv(toUnixTimestamp64Milli(Timestamp) - (${plan.firstMs}), ${plan.intervalMs}), 0), ${plan.buckets - 1})`;
  return [
    'SELECT if(place <= {castellan_series:UInt32}, place, 0) AS series_rank,',
    `  if(series_rank = 0, '', name) AS series_name, bucket, sum(rows_found) AS rows_in_bucket`,
    'FROM (',
    '  SELECT name, bucket, rows_found, dense_rank() OVER (ORDER BY series_rows DESC, name) AS place',
    '  FROM (',
    '    SELECT name, bucket, rows_found, sum(rows_found) OVER (PARTITION BY name) AS series_rows',
    '    FROM (',
    `      SELECT ${group.sql} AS name, ${bucket} AS bucket, count() AS rows_found`,
    `      FROM (\n  ${windowQuery(table, range)}\n)`,
    `      WHERE (${filter.sql}\n)`,
    '      GROUP BY name, bucket',
    '    )',
    '  )',
    ')',
    'GROUP BY series_rank, series_name, bucket',
    'ORDER BY series_rank = 0, series_rank, bucket',
  ].join('\n');
}

export interface HistogramSeries {
  readonly name: string;
  /** What is not among the named series, summed up. */
  readonly other?: true;
  readonly points: [string, number][];
}

/** Series with a point for every bucket, also the empty ones. Rows as the statement gives them. */
export function fillHistogram(
  plan: HistogramPlan,
  rows: readonly (readonly [rank: number, name: string, bucket: number, count: number])[],
): { readonly series: HistogramSeries[]; readonly total: number } {
  const bySeries = new Map<number, { name: string; counts: number[] }>();
  let total = 0;
  for (const [rank, name, bucket, count] of rows) {
    const series = bySeries.get(rank) ?? { name, counts: new Array<number>(plan.buckets).fill(0) };
    series.counts[bucket] = (series.counts[bucket] ?? 0) + count;
    bySeries.set(rank, series);
    total += count;
  }
  const starts = Array.from({ length: plan.buckets }, (_, i) =>
    renderInstant(BigInt(plan.firstMs + i * plan.intervalMs) * 1_000_000n),
  );
  const series = [...bySeries].map(([rank, { name, counts }]) => ({
    name: rank === 0 ? 'other' : name,
    ...(rank === 0 ? { other: true as const } : {}),
    points: starts.map((start, i): [string, number] => [start, counts[i] ?? 0]),
  }));
  return { series, total };
}
