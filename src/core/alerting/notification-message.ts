import type { Alert } from '../../model/alert/alert-api.ts';
import type { Severity } from '../../model/fleet/finding.ts';
import type { Notification, NotificationKind } from './alert-state.ts';
import { worst } from './match-alert.ts';
import { showAlert } from './show-alert.ts';

/** A message as every channel gets it, and as webhooks without a template send it. Plain JSON. */
export interface NotificationMessage {
  /** The same when it is sent again. */
  readonly id: string;
  readonly kind: NotificationKind | 'test';
  /** RFC 3339. */
  readonly at: string;
  readonly title: string;
  /** The severest of the alerts. */
  readonly severity: Severity;
  /** Where the page shows it. Opening it changes nothing. */
  readonly link: string;
  /** At most 20; `alertCount` has the true number. */
  readonly alerts: readonly MessageAlert[];
  readonly alertCount: number;
}

/** An alert with its first findings. */
export interface MessageAlert extends Alert {
  readonly link: string;
}

const mostAlerts = 20;
const mostFindings = 10;

/** What a notification says. `publicUrl` is where people reach the page, without a slash at its end. */
export function describeNotification(
  notification: Notification,
  publicUrl: string,
): NotificationMessage {
  const { id, kind, atMs, alerts } = notification;
  const [first] = alerts;
  const many = alerts.length > 1;
  const where = first?.cluster ? ` in ${first.cluster.name}` : '';
  return {
    id,
    kind,
    at: new Date(atMs).toISOString(),
    title: many
      ? `${alerts.length} alerts of ${first?.members[0]?.check}${where}`
      : `${first?.title}${where}`,
    severity: worst(alerts),
    link: many ? `${publicUrl}/alerts` : alertLink(publicUrl, first?.id ?? ''),
    alerts: alerts.slice(0, mostAlerts).map((alert) => {
      const shown = showAlert(alert);
      const findings = shown.findings.slice(0, mostFindings);
      return { ...shown, findings, link: alertLink(publicUrl, alert.id) };
    }),
    alertCount: alerts.length,
  };
}

const alertLink = (publicUrl: string, id: string): string =>
  `${publicUrl}/alerts/${encodeURIComponent(id)}`;

/** What a test of a channel sends. */
export const testMessage = (id: string, atMs: number, publicUrl: string): NotificationMessage => ({
  id,
  kind: 'test',
  at: new Date(atMs).toISOString(),
  title: 'Test message: this channel works',
  severity: 'info',
  link: `${publicUrl}/alerts`,
  alerts: [],
  alertCount: 0,
});
