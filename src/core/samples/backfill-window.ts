/** A stretch of a server's past, half-open, in epoch seconds of its clock. */
export interface BackfillWindow {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** What one sample stands for. */
  readonly bucketSeconds: number;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
/** The newest day minute by minute, as charts of it are drawn; older days by ten minutes. */
const grains = [
  { untilAgoSeconds: day, bucketSeconds: minute, mostSeconds: 6 * hour },
  { untilAgoSeconds: Number.POSITIVE_INFINITY, bucketSeconds: 10 * minute, mostSeconds: day },
] as const;

/** The first window: small, for nothing is known of how much there is. */
export const firstSpanSeconds = hour;
const leastSpanSeconds = 10 * minute;
const quickMs = 400;
const slowMs = 1_200;

/** How much is read next, after a window of `spanSeconds` took the server so long. */
export function nextSpanSeconds(spanSeconds: number, tookMs: number): number {
  if (tookMs < quickMs) return Math.min(day, spanSeconds * 2);
  return tookMs > slowMs ? Math.max(leastSpanSeconds, Math.floor(spanSeconds / 2)) : spanSeconds;
}

/** Where a history ends: the last whole minute of which logs are surely written. */
export const backfillEndSeconds = (serverMs: number): number =>
  Math.floor((serverMs / 1_000 - 30) / minute) * minute;

/**
 * The window before `readSeconds`, on whole buckets, where all from there to `endSeconds` was read;
 * undefined where nothing is left down to `startSeconds`.
 */
export function nextWindow(
  readSeconds: number,
  { startSeconds, endSeconds }: { readonly startSeconds: number; readonly endSeconds: number },
  spanSeconds: number,
): BackfillWindow | undefined {
  if (readSeconds <= startSeconds) return undefined;
  const grain = grains.find((each) => endSeconds - readSeconds < each.untilAgoSeconds)!;
  const { bucketSeconds, mostSeconds, untilAgoSeconds } = grain;
  const wanted = readSeconds - Math.min(spanSeconds, mostSeconds);
  const aligned = Math.floor(wanted / bucketSeconds) * bucketSeconds;
  const fromSeconds = Math.max(aligned, startSeconds, endSeconds - untilAgoSeconds);
  return { fromSeconds, toSeconds: readSeconds, bucketSeconds };
}
