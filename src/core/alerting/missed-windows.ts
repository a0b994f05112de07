/** How far back missed evaluations are caught up with. */
export const catchUpMs = 3_600_000;

/**
 * Times at which a rule was due since `lastMs` and was not evaluated, oldest first; the last one is
 * the present one. Empty: it is not due. What is more than an hour ago is left out.
 */
export function missedTimes(
  everyMs: number,
  lastMs: number | undefined,
  nowMs: number,
): readonly number[] {
  const due = Math.floor(nowMs / everyMs) * everyMs;
  if (lastMs === undefined || lastMs > nowMs) return [due];
  const first = Math.floor(lastMs / everyMs) * everyMs + everyMs;
  const oldest = Math.ceil((nowMs - catchUpMs) / everyMs) * everyMs;
  const times: number[] = [];
  for (let atMs = Math.max(first, oldest); atMs <= due; atMs += everyMs) times.push(atMs);
  return times;
}
