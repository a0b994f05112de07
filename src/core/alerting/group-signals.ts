import { severities } from '../../model/fleet/finding.ts';
import type { AlertRecord } from './alert-state.ts';
import type { Signal } from './signal.ts';

/** Signals with one cause. */
export interface SignalGroup {
  /** Key of the cause, which need not be among the signals. */
  readonly key: string;
  /** The cause first, then by severity. */
  readonly signals: readonly Signal[];
}

/**
 * Groups signals by what explains them at last. A signal that nothing explains stays with the
 * active alert that it belongs to: when a cause passes before its effects do, they are no news.
 */
export function groupSignals(
  signals: readonly Signal[],
  active: readonly AlertRecord[],
): SignalGroup[] {
  const byKey = new Map(signals.map((signal) => [signal.key, signal]));
  const home = new Map<string, string>();
  // What an alert remembers while it recovers counts less than what belongs to one now.
  const isPresent = (alert: AlertRecord) => Number(alert.clearMs === undefined);
  for (const alert of active.toSorted((a, b) => isPresent(a) - isPresent(b)))
    for (const { key } of alert.members) if (key !== alert.key) home.set(key, alert.key);
  const next = (key: string) => byKey.get(key)?.cause ?? home.get(key);
  const groups = Map.groupBy(byKey.values(), (signal) => lastOf(signal.key, next));
  return [...groups]
    .map(([key, members]) => ({ key, signals: members.toSorted(inOrder(key)) }))
    .sort((a, b) => compareText(a.key, b.key));
}

/** The end of a chain; of a ring, its least key, so that all of it ends at the same. */
function lastOf(start: string, next: (key: string) => string | undefined): string {
  const path = [start];
  for (;;) {
    const key = next(path.at(-1) ?? start);
    if (key === undefined) return path.at(-1) ?? start;
    const seen = path.indexOf(key);
    if (seen >= 0) return path.slice(seen).sort(compareText)[0] ?? start;
    path.push(key);
  }
}

const inOrder = (key: string) => (a: Signal, b: Signal) =>
  Number(b.key === key) - Number(a.key === key) ||
  severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
  compareText(a.key, b.key);

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
