/** A span of time, half-open, in whole seconds since the epoch, cut into steps. */
export interface LogWindow {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly stepSeconds: number;
}

const steps = [
  1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400,
];
/** About as many as a chart of a page's width can show apart. */
const wantedSteps = 60;

/** The window of a range in milliseconds; it never is narrower than the range. */
export function windowOf(range: { readonly fromMs: number; readonly toMs: number }): LogWindow {
  const fromSeconds = Math.floor(range.fromMs / 1_000);
  const toSeconds = Math.max(fromSeconds + 1, Math.ceil(range.toMs / 1_000));
  const least = (toSeconds - fromSeconds) / wantedSteps;
  const days = Math.ceil(least / 86_400) * 86_400;
  return { fromSeconds, toSeconds, stepSeconds: steps.find((step) => step >= least) ?? days };
}

/** How many rows the log has in one step. */
export interface StepRows {
  readonly atSeconds: number;
  readonly rows: number;
}

/**
 * The newest part of a window whose rows are within `mostRows`; whole steps, at least the newest
 * one that has rows, so that something is always shown.
 */
export function narrowed(
  window: LogWindow,
  sizes: readonly StepRows[],
  mostRows: number,
): LogWindow {
  const newest = [...sizes].sort((a, b) => b.atSeconds - a.atSeconds);
  let total = 0;
  for (const [place, { atSeconds, rows }] of newest.entries()) {
    total += rows;
    if (total <= mostRows || place === 0) continue;
    const fromSeconds = newest[place - 1]!.atSeconds;
    return { ...window, fromSeconds: Math.max(window.fromSeconds, fromSeconds, atSeconds) };
  }
  return window;
}

/** Reads the rows of a sizes statement: `[at, rows]`. */
export const parseSizes = (rows: readonly (readonly unknown[])[]): StepRows[] =>
  rows.map(([at, count]) => ({ atSeconds: Number(at), rows: Number(count) }));
