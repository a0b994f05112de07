import { Link } from '@tanstack/react-router';
import type { Alert } from '../../api/alert-shapes.ts';
import { StandingBadge } from '../../ui/standing-badge.tsx';
import { formatAgo } from '../../ui/time.ts';
import own from '../alerts.module.css';

const words: Readonly<Record<Alert['state'], string>> = {
  pending: 'pending',
  firing: 'firing',
  resolved: 'over',
};

/** One cause in the inbox. */
export function AlertRow({ alert }: { alert: Alert }) {
  const { state, acknowledged, silencedBy, cluster, findings, findingCount } = alert;
  const message = findings[0]?.message;
  const over = state === 'resolved';
  return (
    <li className={own.row} data-over={over || undefined}>
      <StandingBadge standing={alert.severity} />
      <div className={own.words}>
        <Link to="/alerts/$id" params={{ id: alert.id }} className={own.link}>
          {alert.title}
        </Link>
        <span className={own.tag} data-state={state}>
          {words[state]}
        </span>
        {acknowledged === undefined ? null : (
          <span className={own.tag}>acknowledged by {acknowledged.by}</span>
        )}
        {silencedBy === undefined ? null : <span className={own.tag}>silenced</span>}
        {message === undefined ? null : <div>{message}</div>}
        <div className={own.about}>
          {[
            cluster?.name ?? 'telemetry',
            ...(findingCount > 1 ? [`${findingCount} findings`] : []),
            ...(alert.rule === undefined ? [] : ['own rule']),
          ].join(' · ')}
        </div>
      </div>
      <span className={`numbers ${own.since}`} title={alert.since}>
        {over && alert.resolvedAt !== undefined
          ? `over ${formatAgo(alert.resolvedAt, Date.now())}`
          : formatAgo(alert.since, Date.now())}
      </span>
    </li>
  );
}
