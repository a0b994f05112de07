import { err, ok, type Result } from '../../base/result.ts';
import type { AlertingState } from './alert-state.ts';

/** Somebody looks after an alert: reminders end. Acknowledging twice keeps the later name. */
export function acknowledge(
  state: AlertingState,
  id: string,
  who: { readonly by: string; readonly note?: string },
  nowMs: number,
): Result<AlertingState, 'unknown' | 'not firing'> {
  const found = state.alerts.find((alert) => alert.id === id);
  if (!found) return err('unknown');
  if (found.state !== 'firing') return err('not firing');
  const acknowledged = { atMs: nowMs, ...who };
  return ok({
    alerts: state.alerts.map((alert) => (alert === found ? { ...alert, acknowledged } : alert)),
  });
}
