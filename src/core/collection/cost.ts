/** What one statement of the monitor took. */
export interface StatementUse {
  readonly atMs: number;
  readonly rows: number;
  readonly bytes: number;
  /** Time that the server spent, by its own word; undefined where it does not tell. */
  readonly serverMs: number | undefined;
  /** From the request to the answer: never less than the server spent. */
  readonly waitedMs: number;
}

/** The last few minutes of a node's statements. */
export interface UseWindow {
  readonly sinceMs: number;
  readonly uses: readonly StatementUse[];
}

/** What the monitor takes of a node, by its last minutes. */
export interface NodeCost {
  readonly statementsPerMinute: number;
  readonly rowsReadPerMinute: number;
  readonly bytesReadPerMinute: number;
  /** Share of one core; null where the server does not tell. */
  readonly cpuShare: number | null;
}

const windowMs = 300_000;
/** Below this a window says more of the moment than of the habit. */
const leastWindowMs = 60_000;
const useLimit = 5_000;

export const emptyWindow = (nowMs: number): UseWindow => ({ sinceMs: nowMs, uses: [] });

export function addUse(window: UseWindow, use: StatementUse): UseWindow {
  const fromMs = use.atMs - windowMs;
  const uses = [...window.uses.filter((each) => each.atMs > fromMs), use].slice(-useLimit);
  return { sinceMs: Math.max(window.sinceMs, fromMs), uses };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

export function costOf(window: UseWindow, nowMs: number): NodeCost {
  const uses = window.uses.filter((each) => each.atMs > nowMs - windowMs);
  const spanMs = Math.max(leastWindowMs, nowMs - Math.max(window.sinceMs, nowMs - windowMs));
  const perMinute = (total: number) => (total * 60_000) / spanMs;
  const told = uses.length > 0 && uses.every((each) => each.serverMs !== undefined);
  return {
    statementsPerMinute: perMinute(uses.length),
    rowsReadPerMinute: perMinute(sum(uses.map((each) => each.rows))),
    bytesReadPerMinute: perMinute(sum(uses.map((each) => each.bytes))),
    cpuShare: told ? sum(uses.map((each) => each.serverMs ?? 0)) / spanMs : null,
  };
}

/** A statement that takes longer is a burden whatever its share. */
const slowMs = 1_000;
const mostStretch = 8;
/** How much of a stretch is kept from one minute to the next when the reason is gone. */
const relaxing = 0.7;

/**
 * By how much a node's cadences are stretched from now on: until the share of a core is within the
 * budget, and doubled while a statement of the last minute took over a second. Where the server
 * does not tell its time, the time until the answer stands for it.
 */
export function nextStretch(
  current: number,
  window: UseWindow,
  budgetShare: number,
  nowMs: number,
): number {
  const lastMinute = window.uses.filter((each) => each.atMs > nowMs - 60_000);
  const spentMs = (use: StatementUse) => use.serverMs ?? use.waitedMs;
  const share = sum(lastMinute.map(spentMs)) / 60_000;
  const slow = lastMinute.some((each) => spentMs(each) > slowMs);
  // What was measured was stretched already: unstretched it would have been that much more.
  const wanted = Math.max((share * current) / budgetShare, slow ? Math.max(2, current) : 1);
  const relaxed = Math.max(wanted, 1 + (current - 1) * relaxing);
  const next = Math.min(mostStretch, relaxed);
  return next < 1.05 ? 1 : next;
}
