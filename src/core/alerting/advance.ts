import { alertIdOf } from './alert-id.ts';
import {
  type AlertingState,
  type AlertRecord,
  type Member,
  mostMembers,
  type Notification,
} from './alert-state.ts';
import { compareText, groupSignals, type SignalGroup } from './group-signals.ts';
import { quietOf, worst } from './match-alert.ts';
import { mergeRoutes } from './merge-routes.ts';
import { planNotifications } from './plan-notifications.ts';
import type { Observation, Quiet, Route, Signal } from './signal.ts';

export interface AdvanceOptions {
  /**
   * The observations are of a moment that was missed: nothing is said now. What still holds is said
   * in the next step, and what has passed meanwhile is history.
   */
  readonly late?: boolean;
  /** From this many alerts of one check that begin or end in one step, they make one message. */
  readonly digestFrom?: number;
}

/**
 * One step of all alerts: inactive → pending → firing → resolved. Pure: the same input gives the
 * same output, and the state is plain JSON. Alerts of sources that are not in `observations` stay as
 * they are; those that ended in the step before are forgotten.
 */
export function advance(
  state: AlertingState,
  observations: readonly Observation[],
  quiets: readonly Quiet[],
  nowMs: number,
  options: AdvanceOptions = {},
): { readonly state: AlertingState; readonly notifications: readonly Notification[] } {
  const kept = state.alerts.filter((alert) => alert.state !== 'resolved' || alert.owesRecovery);
  const seen = new Map(observations.map((each) => [each.source, each]));
  const bySource = Map.groupBy(kept, (alert) => alert.source);
  const untouched = kept.filter((alert) => !seen.has(alert.source));
  const moved = [...seen.values()].flatMap((observation) =>
    advanceSource(bySource.get(observation.source) ?? [], observation, nowMs),
  );
  const alerts = [...untouched, ...moved].map((alert) => withQuiet(alert, quiets));
  if (options.late) return { state: { alerts }, notifications: [] };
  const planned = planNotifications(alerts, nowMs, options.digestFrom ?? 5);
  return { state: { alerts: planned.alerts }, notifications: planned.notifications };
}

function withQuiet(alert: AlertRecord, quiets: readonly Quiet[]): AlertRecord {
  if (alert.state === 'resolved') return alert;
  const quiet = quietOf(alert, quiets);
  if (quiet === alert.quiet) return alert;
  const { quiet: _, ...rest } = alert;
  return quiet === undefined ? rest : { ...rest, quiet };
}

/** The alerts of one source after its observation. */
function advanceSource(
  alerts: readonly AlertRecord[],
  observation: Observation,
  nowMs: number,
): AlertRecord[] {
  const over = alerts.filter((alert) => alert.state === 'resolved');
  const active = alerts.filter((alert) => alert.state !== 'resolved');
  if (observation.ended !== undefined)
    return [...over, ...active.flatMap((alert) => end(alert, nowMs, observation.ended))];
  const groups = groupSignals(observation.signals, active);
  const taken = new Set<string>();
  const next: AlertRecord[] = [];
  for (const group of groups) {
    const own = owners(group, active).filter((alert) => !taken.has(alert.id));
    const [first, ...absorbed] = own;
    const route = mergeRoutes(group.signals.flatMap((signal) => signal.route ?? []));
    if (!route) continue;
    for (const alert of own) taken.add(alert.id);
    const moved = continueAlert(first, group, route, observation, nowMs);
    next.push(moved);
    const resolution = `part of ${moved.id}`;
    for (const alert of absorbed)
      next.push(...end({ ...alert, owesRecovery: false }, nowMs, resolution));
  }
  for (const alert of active)
    if (!taken.has(alert.id)) next.push(...withoutSignals(alert, observation, nowMs));
  return [...over, ...next];
}

/** Alerts that a group goes on from; the one that people know of comes first, then the oldest. */
function owners(group: SignalGroup, active: readonly AlertRecord[]): AlertRecord[] {
  const keys = new Set(group.signals.map((signal) => signal.key)).add(group.key);
  return active
    .filter((alert) => keys.has(alert.key))
    .sort(
      (a, b) =>
        Number(b.told !== undefined) - Number(a.told !== undefined) ||
        a.sinceMs - b.sinceMs ||
        compareText(a.key, b.key),
    );
}

const memberOf = ({ route: _, cause: __, ...member }: Signal): Member => member;

function continueAlert(
  before: AlertRecord | undefined,
  group: SignalGroup,
  route: Route,
  { source, cluster }: Observation,
  nowMs: number,
): AlertRecord {
  const { clearMs: _, ...known } = before ?? {
    id: alertIdOf(source, group.key, nowMs),
    state: 'pending' as const,
    sinceMs: nowMs,
  };
  const fires = known.state === 'firing' || nowMs - known.sinceMs >= route.holdMs;
  return {
    ...known,
    source,
    key: group.key,
    ...(cluster ? { cluster } : {}),
    state: fires ? 'firing' : 'pending',
    severity: worst(group.signals),
    title: group.signals[0]?.title ?? group.key,
    members: group.signals.slice(0, mostMembers).map(memberOf),
    memberCount: group.signals.length,
    route,
    ...(fires ? { firedMs: before?.firedMs ?? nowMs } : {}),
  };
}

/** An alert that no group of signals goes on from. */
function withoutSignals(
  alert: AlertRecord,
  { signals, unsure = [] }: Observation,
  nowMs: number,
): AlertRecord[] {
  const elsewhere = new Set(signals.map((signal) => signal.key));
  const hidden = alert.members.filter(
    ({ key, check, subject }) =>
      !elsewhere.has(key) &&
      unsure.some(
        (blind) =>
          blind.check === check && (blind.node === undefined || blind.node === subject.node),
      ),
  );
  if (hidden.length > 0) {
    const members = alert.members.filter(({ key }) => !elsewhere.has(key));
    const gone = alert.members.length - members.length;
    return [gone === 0 ? alert : { ...alert, members, memberCount: alert.memberCount - gone }];
  }
  if (alert.state === 'pending') return [];
  const clearMs = alert.clearMs ?? nowMs;
  if (nowMs - clearMs < alert.route.recoverMs) return [{ ...alert, clearMs }];
  return end(alert, nowMs);
}

/** A pending alert ends without a trace: it never fired. */
function end(alert: AlertRecord, nowMs: number, resolution?: string): AlertRecord[] {
  if (alert.state === 'pending') return [];
  const { clearMs: _, ...rest } = alert;
  const why = resolution === undefined ? {} : { resolution };
  return [{ ...rest, state: 'resolved', resolvedMs: nowMs, ...why }];
}
