import type { SampleSource, SearchTest } from '../../model/alert/rule-api.ts';

/** Rows by slice of `sliceMs`, the first at `fromMs`. Slices without rows may be left out. */
export interface RowCounts {
  readonly fromMs: number;
  readonly sliceMs: number;
  readonly counts: ReadonlyMap<number, number>;
}

/** Rows in `[fromMs, toMs)`; both on the edge of a slice. */
function countIn({ fromMs: startMs, sliceMs, counts }: RowCounts, fromMs: number, toMs: number) {
  let sum = 0;
  for (let i = Math.round((fromMs - startMs) / sliceMs); i < (toMs - startMs) / sliceMs; i++)
    sum += counts.get(i) ?? 0;
  return sum;
}

const dayMs = 86_400_000;

/** How much earlier the window lies that a change is measured against. */
export const earlierByMs = (test: SearchTest, windowMs: number): number =>
  test.kind !== 'change'
    ? 0
    : { 'window before': windowMs, 'day before': dayMs, 'week before': 7 * dayMs }[test.against];

/**
 * The value of a search rule for the window that ends at `toMs`; null where it says nothing. `found`
 * are the rows of the search, `among` those that a ratio is taken of.
 */
export function searchValue(
  test: SearchTest,
  windowMs: number,
  toMs: number,
  found: RowCounts,
  among: RowCounts,
): number | null {
  const now = countIn(found, toMs - windowMs, toMs);
  if (test.kind === 'count' || test.kind === 'absence') return now;
  if (test.kind === 'ratio') {
    const total = countIn(among, toMs - windowMs, toMs);
    return total < test.minRows ? null : now / total;
  }
  const shiftMs = earlierByMs(test, windowMs);
  const before = countIn(found, toMs - windowMs - shiftMs, toMs - shiftMs);
  return before < test.minRows ? null : ((now - before) / before) * 100;
}

/** A metric over time: epoch milliseconds and value, oldest first. */
export type Points = readonly (readonly [number, number | null])[];

/** The value of a sample rule for `(toMs - windowMs, toMs]`; null where there are no samples. */
export function sampleValue(
  { aggregate, windowMs }: Pick<SampleSource, 'aggregate' | 'windowMs'>,
  points: Points,
  toMs: number,
): number | null {
  const values = points.flatMap(([atMs, value]) =>
    value !== null && atMs > toMs - windowMs && atMs <= toMs ? [value] : [],
  );
  if (values.length === 0) return null;
  const sum = values.reduce((total, value) => total + value, 0);
  if (aggregate === 'last') return values.at(-1) ?? null;
  if (aggregate === 'sum') return sum;
  if (aggregate === 'avg') return sum / values.length;
  return values.reduce((a, b) => (aggregate === 'min' ? Math.min(a, b) : Math.max(a, b)));
}

/** When a rule is evaluated over a range of the past, and in slices of which width rows are counted. */
export interface PastPlan {
  readonly sliceMs: number;
  readonly windowMs: number;
  /** Ends of the windows, oldest first. */
  readonly endsMs: readonly number[];
}

const mostSlices = 20_160;

/**
 * As often as the rule would have been evaluated, as long as that is not more than two weeks of
 * minutes (or `mostEvaluations`); else in wider steps.
 */
export function planPast(
  { windowMs, everyMs }: { readonly windowMs: number; readonly everyMs: number },
  range: { readonly fromMs: number; readonly toMs: number },
  mostEvaluations = mostSlices,
): PastPlan {
  const spanMs = range.toMs - range.fromMs;
  const common = greatestCommonDivisor(windowMs, everyMs);
  const sliceMs = spanMs / common <= mostSlices ? common : ceilTo(spanMs / mostSlices, 1_000);
  const stepMs = ceilTo(Math.max(everyMs, spanMs / mostEvaluations), sliceMs);
  const startMs = Math.floor(range.fromMs / sliceMs) * sliceMs;
  const endsMs: number[] = [];
  for (let atMs = startMs + stepMs; atMs <= range.toMs; atMs += stepMs) endsMs.push(atMs);
  return { sliceMs, windowMs: ceilTo(windowMs, sliceMs), endsMs };
}

const ceilTo = (value: number, step: number): number => Math.ceil(value / step) * step;

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
