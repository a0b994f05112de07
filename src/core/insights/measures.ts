import type { QueryGroup, QueryNumbers } from '../../model/fleet/query-insights.ts';
import { errorName } from './error-names.ts';

/** What a set of ended queries did, so that the sets of several nodes can be added up. */
export interface Measures {
  readonly runs: number;
  readonly failed: number;
  /** Finished queries by `durationBucket`: sixteen buckets for each doubling. */
  readonly durations: ReadonlyMap<number, number>;
  readonly totalMs: number;
  readonly readRows: number;
  readonly readBytes: number;
  readonly writtenRows: number;
  readonly resultRows: number;
  readonly memoryBytes: number | null;
  readonly cpuMicroseconds: number | null;
  /** Failed queries by error code. */
  readonly codes: ReadonlyMap<number, number>;
}

export const noMeasures: Measures = {
  runs: 0,
  failed: 0,
  durations: new Map(),
  totalMs: 0,
  readRows: 0,
  readBytes: 0,
  writtenRows: 0,
  resultRows: 0,
  memoryBytes: null,
  cpuMicroseconds: null,
  codes: new Map(),
};

/** Cells that `measureColumns` makes. */
export const measureCells = 11;

/** Reads the cells that `measureColumns` asked for. */
export function parseMeasures(cells: readonly unknown[]): Measures {
  const [runs, failed, durations, totalMs, readRows, readBytes, writtenRows, resultRows] = cells;
  return {
    runs: Number(runs),
    failed: Number(failed),
    durations: parseCounts(durations),
    totalMs: Number(totalMs),
    readRows: Number(readRows),
    readBytes: Number(readBytes),
    writtenRows: Number(writtenRows),
    resultRows: Number(resultRows),
    memoryBytes: numberOrNull(cells[8]),
    cpuMicroseconds: numberOrNull(cells[9]),
    codes: parseCounts(cells[10]),
  };
}

export const numberOrNull = (cell: unknown): number | null =>
  cell === null || cell === undefined ? null : Number(cell);

/** What `sumMap` gives: keys and counts. */
function parseCounts(cell: unknown): ReadonlyMap<number, number> {
  const [keys, counts] = Array.isArray(cell) ? cell : [];
  if (!Array.isArray(keys) || !Array.isArray(counts)) return new Map();
  return new Map(keys.map((key, place) => [Number(key), Number(counts[place])]));
}

export function addMeasures(a: Measures, b: Measures): Measures {
  return {
    runs: a.runs + b.runs,
    failed: a.failed + b.failed,
    durations: addCounts(a.durations, b.durations),
    totalMs: a.totalMs + b.totalMs,
    readRows: a.readRows + b.readRows,
    readBytes: a.readBytes + b.readBytes,
    writtenRows: a.writtenRows + b.writtenRows,
    resultRows: a.resultRows + b.resultRows,
    memoryBytes: known(a.memoryBytes, b.memoryBytes, Math.max),
    cpuMicroseconds: known(a.cpuMicroseconds, b.cpuMicroseconds, (one, other) => one + other),
    codes: addCounts(a.codes, b.codes),
  };
}

function known(
  a: number | null,
  b: number | null,
  join: (a: number, b: number) => number,
): number | null {
  if (a === null) return b;
  return b === null ? a : join(a, b);
}

function addCounts(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  const sum = new Map(a);
  for (const [key, count] of b) sum.set(key, (sum.get(key) ?? 0) + count);
  return sum;
}

/** In the middle of a bucket: at most 2.2 % off, and whole milliseconds, as they were logged. */
const bucketMs = (bucket: number): number => Math.round(2 ** ((bucket + 0.5) / 16) - 1);

/** Milliseconds that a share of the finished queries took at most; null where there are none. */
export function quantileMs(durations: ReadonlyMap<number, number>, share: number): number | null {
  const buckets = [...durations].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const [bucket, count] of buckets) {
    seen += count;
    if (seen >= total * share) return bucketMs(bucket);
  }
  return bucketMs(buckets.at(-1)![0]);
}

export function showMeasures(measures: Measures): QueryNumbers {
  const { durations, codes: _codes, cpuMicroseconds, ...plain } = measures;
  return {
    ...plain,
    errorRate: measures.runs === 0 ? 0 : measures.failed / measures.runs,
    p50Ms: quantileMs(durations, 0.5),
    p95Ms: quantileMs(durations, 0.95),
    p99Ms: quantileMs(durations, 0.99),
    cpuMs: cpuMicroseconds === null ? null : cpuMicroseconds / 1_000,
  };
}

const shownErrors = 10;

/** The most frequent codes first. */
export const showErrors = ({ codes }: Measures): QueryGroup['errors'] =>
  [...codes]
    .sort(([a, more], [b, less]) => less - more || a - b)
    .slice(0, shownErrors)
    .map(([code, count]) => ({ code, name: errorName(code), count }));
