import { advance } from './advance.ts';
import { type AlertingState, emptyAlerting } from './alert-state.ts';
import type { Observation } from './signal.ts';

/** A time during which a rule would have fired. */
export interface PastFiring {
  readonly fromMs: number;
  /** Undefined: it would still fire. */
  readonly toMs?: number;
  readonly message: string;
}

/** What would have happened: the observations, oldest first, through the same state machine. */
export function replayObservations(
  moments: readonly { readonly atMs: number; readonly observation: Observation }[],
): PastFiring[] {
  let state: AlertingState = emptyAlerting;
  const over: PastFiring[] = [];
  for (const { atMs, observation } of moments) {
    state = advance(state, [observation], [], atMs, { late: true }).state;
    for (const alert of state.alerts)
      if (alert.state === 'resolved')
        over.push({
          fromMs: alert.firedMs ?? alert.sinceMs,
          toMs: alert.resolvedMs ?? atMs,
          message: messageOf(alert),
        });
  }
  const open = state.alerts
    .filter((alert) => alert.state === 'firing')
    .map((alert) => ({ fromMs: alert.firedMs ?? alert.sinceMs, message: messageOf(alert) }));
  return [...over, ...open].sort((a, b) => a.fromMs - b.fromMs);
}

const messageOf = ({
  title,
  members,
}: {
  title: string;
  members: readonly { message: string }[];
}) => `${title}: ${members[0]?.message ?? ''}`;

const dayMs = 86_400_000;

/** `would have fired 3 times last week`. */
export function firedText(times: number, fromMs: number, toMs: number): string {
  const often =
    times === 0 ? 'not have fired' : times === 1 ? 'have fired once' : `have fired ${times} times`;
  const days = (toMs - fromMs) / dayMs;
  const span = (count: number, unit: string) => {
    const shown = Number(count.toFixed(1));
    return `in ${shown} ${unit}${shown === 1 ? '' : 's'}`;
  };
  const when =
    Math.abs(days - 7) < 0.1
      ? 'last week'
      : days >= 1
        ? span(days, 'day')
        : span(days * 24, 'hour');
  return `would ${often} ${when}`;
}
