import type { Alert } from '../../model/alert/alert-api.ts';
import type { AlertRecord } from './alert-state.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** An alert as the API has it. */
export function showAlert(alert: AlertRecord): Alert {
  const { acknowledged, resolvedMs, resolution, cluster, quiet, told } = alert;
  const rule = /^rule:(.+)$/.exec(alert.source)?.[1];
  return {
    id: alert.id,
    cause: alert.key,
    title: alert.title,
    state: alert.state,
    severity: alert.severity,
    ...(cluster ? { cluster } : {}),
    ...(rule === undefined ? {} : { rule }),
    findings: alert.members.map(({ key, check, severity, subject, message, fix }) => ({
      id: key,
      check,
      severity,
      subject,
      message,
      ...(fix ? { fix } : {}),
    })),
    findingCount: alert.memberCount,
    since: iso(alert.sinceMs),
    ...(resolvedMs === undefined ? {} : { resolvedAt: iso(resolvedMs) }),
    ...(resolution === undefined ? {} : { resolution }),
    ...(acknowledged
      ? {
          acknowledged: {
            at: iso(acknowledged.atMs),
            by: acknowledged.by,
            ...(acknowledged.note === undefined ? {} : { note: acknowledged.note }),
          },
        }
      : {}),
    ...(quiet === undefined ? {} : { silencedBy: quiet }),
    ...(told ? { lastNotifiedAt: iso(told.atMs) } : {}),
  };
}

/** Words by which an alert is found in the history. */
export const searchTextOf = (alert: AlertRecord): string =>
  [
    alert.title,
    alert.cluster?.name ?? '',
    ...alert.members
      .slice(0, 50)
      .flatMap(({ check, subject, message }) => [check, ...Object.values(subject), message]),
  ]
    .join('\n')
    .toLowerCase();
