import { Link } from '@tanstack/react-router';
import type { Cluster, NodeData } from '../../api/fleet-shapes.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Crumbs } from '../../ui/crumbs.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatSeconds } from '../../ui/quantity.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { formatAgo, formatTime, type Zone, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster/cluster-header.module.css';

/** Which server this is, since when it runs, and how fresh what is known of it is. */
export function NodeHeader({ cluster, data }: { cluster: Cluster; data: NodeData }) {
  const zone = usePreference('zone');
  const { node } = data;
  return (
    <header className={classes.head}>
      <Crumbs>
        <Link to="/clusters">Clusters</Link>
        <Link to="/clusters/$id" params={{ id: cluster.id }}>
          {cluster.name}
        </Link>
      </Crumbs>
      <div className={classes.line}>
        <h1>{node.id}</h1>
        <StatusMark status={cluster.paused ? 'paused' : node.online ? 'online' : 'offline'} />
        <span className={classes.end}>
          <LinkButton
            variant="default"
            to="/clusters/$id/queries"
            params={{ id: cluster.id }}
            search={{ node: node.id }}
          >
            Queries
          </LinkButton>
          <CopyButton value={() => window.location.href} label="Share link" />
        </span>
      </div>
      <div className={`numbers ${classes.facts}`}>
        {factsOf(data, zone, Date.now()).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </div>
    </header>
  );
}

/** A clock that is off by less is not worth a word. */
const notableSkewMs = 1_000;

function factsOf(data: NodeData, zone: Zone, nowMs: number): string[] {
  const { node, startedAt, clock, lastSeenAt, hosts } = data;
  const skew = clock === null ? 0 : Math.abs(clock.skewMs) - clock.uncertaintyMs;
  return [
    ...(node.hostName === '' || node.hostName === node.host ? [] : [node.hostName]),
    ...(node.version === '' ? [] : [`ClickHouse ${node.version}`]),
    ...(node.shard === undefined
      ? []
      : [`shard ${node.shard}${node.replica === undefined ? '' : `, replica ${node.replica}`}`]),
    ...(startedAt === null || !node.online
      ? []
      : [
          `up ${formatSeconds(Math.floor((nowMs - Date.parse(startedAt)) / 1_000))}, since ${formatTime(startedAt, zone, 0)} ${zoneOffset(zone, Date.parse(startedAt))}`,
        ]),
    lastSeenAt === null ? 'never read' : `read ${formatAgo(lastSeenAt, nowMs)}`,
    ...(clock !== null && skew > notableSkewMs
      ? [
          `clock ${formatSeconds(Math.round(skew / 1_000))} ${clock.skewMs > 0 ? 'ahead' : 'behind'}`,
        ]
      : []),
    ...(hosts.length > 0 ? [`several servers answer here: ${hosts.join(', ')}`] : []),
  ];
}
