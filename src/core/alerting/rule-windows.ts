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

/** A metric of one node within a slice of time. */
export interface SampleSlice {
  readonly least: number;
  readonly most: number;
  /** Sum of the samples; of a rate, what was counted. */
  readonly total: number;
  /** Number of samples; of a rate, the seconds that they cover. */
  readonly weight: number;
  readonly last: number;
}

/** Slices of `sliceMs`, the first at `fromMs`. Those without samples are left out. */
export interface SampleSlices {
  readonly fromMs: number;
  readonly sliceMs: number;
  readonly slices: ReadonlyMap<number, SampleSlice>;
}

/**
 * The value of a sample rule for the window that ends at `toMs`, in whole slices; null where there
 * are no samples.
 */
export function sampleValue(
  { aggregate, windowMs }: Pick<SampleSource, 'aggregate' | 'windowMs'>,
  { fromMs, sliceMs, slices }: SampleSlices,
  toMs: number,
): number | null {
  const end = Math.floor((toMs - fromMs) / sliceMs);
  const own: SampleSlice[] = [];
  for (let i = end - Math.ceil(windowMs / sliceMs); i < end; i += 1) {
    const slice = slices.get(i);
    if (slice) own.push(slice);
  }
  const last = own.at(-1);
  if (!last) return null;
  if (aggregate === 'last') return last.last;
  if (aggregate === 'min') return own.reduce((a, { least }) => Math.min(a, least), last.least);
  if (aggregate === 'max') return own.reduce((a, { most }) => Math.max(a, most), last.most);
  const total = own.reduce((sum, slice) => sum + slice.total, 0);
  return aggregate === 'sum' ? total : total / own.reduce((sum, { weight }) => sum + weight, 0);
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
