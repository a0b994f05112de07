/** Where one rule stands for one subject. Plain JSON. */
export interface RuleState {
  /** Samples in a row in which it held, while it is not open. */
  readonly hits: number;
  /** Time of the first of them. */
  readonly sinceMs: number;
  /** Samples in a row in which it did not hold, while it is open. */
  readonly misses: number;
  readonly open: boolean;
}

export const idleRule: RuleState = { hits: 0, sinceMs: 0, misses: 0, open: false };

export interface Patience {
  /** Samples in a row that open and that close it. */
  readonly open: number;
  readonly close: number;
  /** How long it must hold before it opens. */
  readonly holdMs: number;
}

/**
 * One step for one new sample. Not knowing neither opens nor closes: what was open stays so, and
 * what was about to open begins anew.
 */
export function nextRuleState(
  state: RuleState,
  holds: boolean | undefined,
  atMs: number,
  patience: Patience,
): RuleState {
  if (state.open) {
    if (holds === undefined) return state;
    if (holds) return state.misses === 0 ? state : { ...state, misses: 0 };
    const misses = state.misses + 1;
    return misses >= patience.close ? idleRule : { ...state, misses };
  }
  if (holds !== true) return idleRule;
  const hits = state.hits + 1;
  const sinceMs = state.hits === 0 || state.sinceMs > atMs ? atMs : state.sinceMs;
  const open = hits >= patience.open && atMs - sinceMs >= patience.holdMs;
  return { hits, sinceMs, misses: 0, open };
}
