/** How far back missed evaluations are caught up with. */
const catchUpMs = 3_600_000;

/**
 * Times for which a rule is to be evaluated, oldest first; the last one is the present. Empty: it is
 * not due. Times that were missed are caught up with as far as an hour back.
 */
export function missedTimes(
  everyMs: number,
  lastMs: number | undefined,
  nowMs: number,
): readonly number[] {
  if (lastMs === undefined || lastMs > nowMs) return [nowMs];
  const due = Math.floor(nowMs / everyMs) * everyMs;
  if (due <= lastMs) return [];
  const next = Math.floor(lastMs / everyMs) * everyMs + everyMs;
  const oldest = Math.ceil((nowMs - catchUpMs) / everyMs) * everyMs;
  const times: number[] = [];
  for (let atMs = Math.max(next, oldest); atMs <= due; atMs += everyMs) times.push(atMs);
  return times.length > 0 ? times : [nowMs];
}
