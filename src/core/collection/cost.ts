/** What one statement of the monitor took. */
export interface StatementUse {
  readonly atMs: number;
  readonly rows: number;
  readonly bytes: number;
}

/** The last few minutes of a node's statements. */
export interface UseWindow {
  readonly sinceMs: number;
  readonly uses: readonly StatementUse[];
}

/** What the monitor reads of a node, by its last minutes. */
export interface NodeUse {
  readonly statementsPerMinute: number;
  readonly rowsReadPerMinute: number;
  readonly bytesReadPerMinute: number;
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

export function recentUse(window: UseWindow, nowMs: number): NodeUse {
  const uses = window.uses.filter((each) => each.atMs > nowMs - windowMs);
  const spanMs = Math.max(leastWindowMs, nowMs - Math.max(window.sinceMs, nowMs - windowMs));
  const perMinute = (total: number) => (total * 60_000) / spanMs;
  return {
    statementsPerMinute: perMinute(uses.length),
    rowsReadPerMinute: perMinute(sum(uses.map((each) => each.rows))),
    bytesReadPerMinute: perMinute(sum(uses.map((each) => each.bytes))),
  };
}
