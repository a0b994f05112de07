import { Link } from '@tanstack/react-router';
import type { Cluster } from '../../api/fleet-shapes.ts';
import type { Standing } from '../../ui/outcome.ts';
import { formatDays, formatRate, formatSeconds } from '../../ui/quantity.ts';
import { ScoreRing } from '../../ui/score-ring.tsx';
import { StandingBadge } from '../../ui/standing-badge.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { formatAgo } from '../../ui/time.ts';
import classes from './cluster-card.module.css';
import { labelsOf } from './fleet-params.ts';

/** One cluster at a glance. What is not fresh keeps its last values, greyed. */
export function ClusterCard({ cluster }: { cluster: Cluster }) {
  const stale = cluster.status === 'offline' || cluster.status === 'paused';
  return (
    <article className={classes.card} data-stale={stale || undefined}>
      <header className={classes.head}>
        <div className={classes.who}>
          <h2>
            <Link to="/clusters/$id" params={{ id: cluster.id }} className={classes.link}>
              {cluster.name}
            </Link>
          </h2>
          <StatusMark status={cluster.status} />
          <span className="quiet">{nodesOf(cluster)}</span>
        </div>
        <ScoreRing score={cluster.score} grade={cluster.grade} quiet={stale} />
      </header>
      <OpenFindings cluster={cluster} />
      <Figures cluster={cluster} />
      <footer className={classes.foot}>
        <span>
          {cluster.coverage.total === 0
            ? 'No check has run yet'
            : `${cluster.coverage.answered} of ${cluster.coverage.total} checks answered`}
        </span>
        <span>
          {cluster.lastCollectedAt === null
            ? 'never read'
            : `read ${formatAgo(cluster.lastCollectedAt, Date.now())}`}
        </span>
      </footer>
      {labelsOf(cluster).length === 0 ? null : (
        <ul className={classes.labels} aria-label="Labels">
          {labelsOf(cluster).map((label) => (
            <li key={label}>{label}</li>
          ))}
        </ul>
      )}
    </article>
  );
}

/** `3 of 4 nodes`: those that answer. */
function nodesOf({ nodes, host, port }: Cluster): string {
  if (nodes.length === 0) return `${host}:${port}`;
  const online = nodes.filter((node) => node.online).length;
  const noun = nodes.length === 1 ? 'node' : 'nodes';
  return online === nodes.length ? `${online} ${noun}` : `${online} of ${nodes.length} ${noun}`;
}

const counted: readonly Standing[] = ['critical', 'high', 'warning', 'unknown'];

function OpenFindings({ cluster: { open, coverage } }: { cluster: Cluster }) {
  const present = counted.filter((standing) => open[standing as keyof typeof open] > 0);
  return (
    <div className={classes.open}>
      {present.map((standing) => (
        <StandingBadge
          key={standing}
          standing={standing}
          count={open[standing as keyof typeof open]}
        />
      ))}
      {present.length === 0 ? (
        <span className="quiet">{coverage.total === 0 ? 'Not checked yet' : 'Nothing open'}</span>
      ) : null}
    </div>
  );
}

function Figures({ cluster: { vitals } }: { cluster: Cluster }) {
  const { queriesPerSecond, lagSeconds, diskDaysLeft, versions } = vitals;
  const [first, ...others] = versions;
  return (
    <dl className={`numbers ${classes.figures}`}>
      <Figure name="Queries/s" value={queriesPerSecond} render={formatRate} />
      <Figure name="Lag" value={lagSeconds} render={formatSeconds} />
      <Figure name="Disk lasts" value={diskDaysLeft} render={formatDays} />
      <div title={versions.join(', ')}>
        <dt>{others.length === 0 ? 'Version' : 'Versions'}</dt>
        <dd>
          {first ?? '–'}
          {others.length === 0 ? '' : ` +${others.length}`}
        </dd>
      </div>
    </dl>
  );
}

function Figure({
  name,
  value,
  render,
}: {
  name: string;
  value: number | null;
  render(value: number): string;
}) {
  return (
    <div title={value === null ? `${name} is not known` : undefined}>
      <dt>{name}</dt>
      <dd>{value === null ? '–' : render(value)}</dd>
    </div>
  );
}
