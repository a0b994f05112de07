import { severities } from '../../model/fleet/finding.ts';
import type { AlertRecord, Notification, NotificationKind } from './alert-state.ts';

interface Due {
  readonly kind: NotificationKind;
  readonly alert: AlertRecord;
}

/** What is to be said now, and the alerts with what people then know. */
export function planNotifications(
  alerts: readonly AlertRecord[],
  nowMs: number,
  digestFrom: number,
): { readonly alerts: readonly AlertRecord[]; readonly notifications: readonly Notification[] } {
  const due: Due[] = [];
  const after = alerts.map((alert) => {
    const kind = kindOf(alert, nowMs);
    if (kind === undefined) return alert;
    const said = say(alert, kind, nowMs);
    due.push({ kind, alert: said });
    return said;
  });
  return { alerts: after, notifications: bundle(due, nowMs, digestFrom) };
}

/**
 * Whoever was told of the beginning is told of the end, also during a silence. Nothing else is said
 * of a quiet alert; an acknowledged one is spoken of again only when it gets worse.
 */
function kindOf(alert: AlertRecord, nowMs: number): NotificationKind | undefined {
  if (alert.state === 'resolved') return alert.owesRecovery ? 'resolved' : undefined;
  if (alert.state === 'pending' || alert.quiet !== undefined || alert.clearMs !== undefined)
    return undefined;
  const { told } = alert;
  if (!told) return 'firing';
  if (severities.indexOf(alert.severity) > severities.indexOf(told.severity)) return 'updated';
  if (alert.acknowledged) return undefined;
  // The effects that are left when their cause has passed are no new cause.
  const causeIsThere = alert.members.some((member) => member.key === alert.key);
  if (alert.key !== told.key && causeIsThere) return 'updated';
  const { repeatMs } = alert.route;
  return repeatMs > 0 && nowMs - told.atMs >= repeatMs ? 'repeat' : undefined;
}

function say(alert: AlertRecord, kind: NotificationKind, nowMs: number): AlertRecord {
  if (kind === 'resolved') return { ...alert, owesRecovery: false };
  const { key, severity } = alert;
  return { ...alert, told: { atMs: nowMs, key, severity }, owesRecovery: true };
}

/** One message for each alert, and one for many that a single check begins or ends together. */
function bundle(due: readonly Due[], nowMs: number, digestFrom: number): Notification[] {
  const groups = Map.groupBy(due, ({ kind, alert }) =>
    JSON.stringify([kind, alert.source, alert.members[0]?.check, alert.route.channels]),
  );
  return [...groups.values()].flatMap((group) =>
    group.length >= digestFrom
      ? [notificationOf(group, nowMs)]
      : group.map((each) => notificationOf([each], nowMs)),
  );
}

function notificationOf(group: readonly Due[], nowMs: number): Notification {
  const { kind, alert } = group[0] as Due;
  return {
    id: `${alert.id}-${kind}-${nowMs.toString(36)}`,
    kind,
    atMs: nowMs,
    alerts: group.map((each) => each.alert),
    channels: alert.route.channels,
  };
}
