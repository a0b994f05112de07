import { Button, Skeleton } from '@mantine/core';
import { IconBellOff, IconBellZ, IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Alert } from '../api/alert-shapes.ts';
import { alertQuery } from '../api/alerts.ts';
import { asFailure } from '../api/failure.ts';
import { AcknowledgeForm } from '../forms/acknowledge.tsx';
import { SilenceForm } from '../forms/silence.tsx';
import { Crumbs } from '../ui/crumbs.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { EmptyNotice, FailureNotice } from '../ui/notice.tsx';
import { usePreference } from '../ui/preferences.ts';
import { StandingBadge } from '../ui/standing-badge.tsx';
import { formatAgo, formatTime, zoneOffset } from '../ui/time.ts';
import { AlertFindings } from './alerts/alert-findings.tsx';
import { Deliveries } from './alerts/deliveries.tsx';
import { silenceScopes } from './alerts/silence-scopes.ts';
import classes from './cluster.module.css';
import own from './finding/finding.module.css';

/** One alert: its cause, what that explains, who was told and who looks after it. */
export function AlertPage() {
  const { id } = useParams({ from: '/alerts/$id' });
  const alert = useQuery(alertQuery(id));
  if (alert.data !== undefined)
    return (
      <div className={classes.page}>
        {alert.isError ? (
          <FailureNotice compact error={alert.error} onRetry={() => void alert.refetch()} />
        ) : null}
        <AlertHeader alert={alert.data} />
        <AlertFindings alert={alert.data} />
        <Deliveries alert={id} />
      </div>
    );
  if (alert.isPending)
    return (
      <div className={classes.page} aria-busy="true">
        <Skeleton height={70} />
        <Skeleton height={220} radius={12} />
      </div>
    );
  if (asFailure(alert.error).status !== 404)
    return <FailureNotice error={alert.error} onRetry={() => void alert.refetch()} />;
  return (
    <EmptyNotice
      icon={<IconBellOff size={22} />}
      title="There is no such alert"
      actions={
        <LinkButton variant="default" to="/alerts">
          All alerts
        </LinkButton>
      }
    >
      What is over is kept for a while only.
    </EmptyNotice>
  );
}

function AlertHeader({ alert }: { alert: Alert }) {
  const zone = usePreference('zone');
  const [asking, setAsking] = useState<'acknowledge' | 'silence'>();
  const close = () => setAsking(undefined);
  const over = alert.state === 'resolved';
  const at = (time: string) =>
    `${formatTime(time, zone, 0)} ${zoneOffset(zone, Date.parse(time))} (${formatAgo(time, Date.now())})`;
  return (
    <header className={own.head}>
      <Crumbs>
        <Link to="/alerts">Alerts</Link>
        {alert.cluster === undefined ? null : (
          <Link to="/clusters/$id" params={{ id: alert.cluster.id }}>
            {alert.cluster.name}
          </Link>
        )}
      </Crumbs>
      <div className={own.line}>
        <h1>{alert.title}</h1>
        <StandingBadge standing={alert.severity} />
        <span className="quiet">{over ? 'over' : alert.state}</span>
        {over ? null : (
          <span className={own.end}>
            {silenceScopes(alert).length === 0 ? null : (
              <Button
                variant="default"
                leftSection={<IconBellZ size={14} />}
                onClick={() => setAsking('silence')}
              >
                Silence
              </Button>
            )}
            {alert.acknowledged !== undefined ? null : (
              <Button
                leftSection={<IconCheck size={14} />}
                onClick={() => setAsking('acknowledge')}
              >
                Acknowledge
              </Button>
            )}
          </span>
        )}
      </div>
      <div className={`numbers ${own.facts}`}>
        <span>since {at(alert.since)}</span>
        {alert.resolvedAt === undefined ? null : <span>over {at(alert.resolvedAt)}</span>}
        {alert.lastNotifiedAt === undefined ? (
          <span>nobody was told</span>
        ) : (
          <span>last told {formatAgo(alert.lastNotifiedAt, Date.now())}</span>
        )}
        {alert.silencedBy === undefined ? null : <span>silenced</span>}
      </div>
      {alert.resolution === undefined ? null : <p className={own.message}>{alert.resolution}</p>}
      {alert.acknowledged === undefined ? null : (
        <div className={own.mark}>
          <b>Acknowledged by {alert.acknowledged.by}</b>
          <span className="quiet numbers">{at(alert.acknowledged.at)}</span>
          {alert.acknowledged.note === undefined ? null : <span>{alert.acknowledged.note}</span>}
        </div>
      )}
      <AcknowledgeForm alert={alert} opened={asking === 'acknowledge'} onClose={close} />
      <SilenceForm alert={alert} opened={asking === 'silence'} onClose={close} />
    </header>
  );
}
