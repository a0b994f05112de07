import { earlier, later, type TimeRange } from './instants.ts';

const minuteNs = 60_000_000_000n;
const hourNs = 60n * minuteNs;

/**
 * Widths of the windows, newest first; then each is twice the one before. Most people look at the
 * newest rows, so the first window is small; a rare match far back is reached in few steps.
 */
const widthsNs = [15n * minuteNs, 6n * hourNs, 6n * hourNs, 12n * hourNs, 24n * hourNs];

/** The window of step `step` (from 0) that ends at `toNs`, cut at the start of the range. */
export function planWindow(range: TimeRange, step: number): TimeRange {
  const last = widthsNs.length - 1;
  const widthNs =
    step <= last ? (widthsNs[step] as bigint) : (widthsNs[last] as bigint) << BigInt(step - last);
  const fromNs = range.toNs - widthNs;
  return { fromNs: later(fromNs, range.fromNs), toNs: range.toNs };
}

/** The part of `range` that `extent` covers, or undefined where they do not meet. */
export function intersect(range: TimeRange, extent: TimeRange): TimeRange | undefined {
  const fromNs = later(range.fromNs, extent.fromNs);
  const toNs = earlier(range.toNs, extent.toNs);
  return fromNs < toNs ? { fromNs, toNs } : undefined;
}

/** How much of `range` lies at or after `searchedToNs`, 0..1. */
export function fractionSearched(range: TimeRange, searchedToNs: bigint): number {
  const whole = Number(range.toNs - range.fromNs);
  return whole === 0 ? 1 : Math.min(1, Math.max(0, Number(range.toNs - searchedToNs) / whole));
}
