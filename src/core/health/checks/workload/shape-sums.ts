import type { queryShapes } from '../../readings/query-log.ts';
import type { RowOf } from '../../readings/reading-definition.ts';

type ShapeRow = RowOf<typeof queryShapes>;

/** What all queries of one shape did together. */
export interface ShapeSum {
  readonly hash: string;
  readonly shape: string;
  readonly user: string;
  readonly kind: string;
  finished: number;
  failed: number;
  cpuMicroseconds: number;
  readRows: number;
  readBytes: number;
  resultRows: number;
  selectedMarks: number;
  totalMarks: number;
  /** Runs by bucket of their duration. */
  readonly durations: Map<number, number>;
}

/** Adds rows of minutes up, by shape. The user is the one of the newest row. */
export function sumShapes(rows: readonly ShapeRow[]): readonly ShapeSum[] {
  const sums = new Map<string, ShapeSum>();
  for (const row of rows) {
    if (row.hash === undefined) continue;
    const sum = sums.get(row.hash) ?? emptySum(row.hash, row);
    sums.set(row.hash, sum);
    sum.finished += row.finished ?? 0;
    sum.failed += row.failed ?? 0;
    sum.cpuMicroseconds += row.cpuMicroseconds ?? 0;
    sum.readRows += row.readRows ?? 0;
    sum.readBytes += row.readBytes ?? 0;
    sum.resultRows += row.resultRows ?? 0;
    sum.selectedMarks += row.selectedMarks ?? 0;
    sum.totalMarks += row.totalMarks ?? 0;
    for (const [bucket, runs] of parseBuckets(row.durations ?? ''))
      sum.durations.set(bucket, (sum.durations.get(bucket) ?? 0) + runs);
  }
  return [...sums.values()];
}

const emptySum = (hash: string, row: ShapeRow): ShapeSum => ({
  hash,
  shape: row.shape ?? '',
  user: row.user ?? '',
  kind: row.kind ?? '',
  finished: 0,
  failed: 0,
  cpuMicroseconds: 0,
  readRows: 0,
  readBytes: 0,
  resultRows: 0,
  selectedMarks: 0,
  totalMarks: 0,
  durations: new Map(),
});

/** `12:3,14:1` -> buckets and their runs. */
function parseBuckets(text: string): (readonly [number, number])[] {
  return text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [bucket, runs] = part.split(':');
      return [Number(bucket), Number(runs)] as const;
    });
}

/**
 * A quantile in milliseconds: the lower bound of the bucket that it falls into, so that it is never
 * too high and at most a fifth too low. Undefined where nothing finished.
 */
export function quantileMs(
  durations: ReadonlyMap<number, number>,
  quantile: number,
): number | undefined {
  const buckets = [...durations].sort(([a], [b]) => a - b);
  const runs = buckets.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [bucket, count] of buckets) {
    seen += count;
    if (seen >= quantile * runs) return 2 ** (bucket / 4) - 1;
  }
  return undefined;
}
