import type { Finding } from '../../model/fleet/finding.ts';
import type { ClusterData } from '../../model/fleet/fleet-api.ts';
import type { ClusterWatch } from './collect/cluster-watch.ts';

/** A cluster as the API shows it. */
export function showCluster(watch: ClusterWatch): ClusterData {
  const { cluster, health } = watch;
  const { settings } = cluster;
  const nodes = watch.nodes.map((node) =>
    cluster.sealed ? { ...node, online: false, problem: cluster.sealed } : node,
  );
  return {
    id: cluster.id,
    name: settings.name,
    host: settings.host,
    port: settings.port,
    username: settings.username,
    secure: settings.secure,
    labels: settings.labels,
    paused: cluster.paused,
    namedNodes: settings.nodes ?? null,
    keepers: settings.keepers ?? [],
    tls: settings.tls ? withoutKey(settings.tls) : null,
    addresses: settings.addresses ?? [],
    origin: cluster.origin,
    status: statusOf(watch),
    nodes,
    topology: watch.topology,
    score: health.score?.score ?? null,
    grade: health.score?.grade ?? null,
    coverage: health.score?.coverage ?? { answered: 0, total: 0 },
    open: countOpen(health.findings),
    vitals: {
      queriesPerSecond: queriesPerSecond(watch),
      lagSeconds: largestLag(watch),
      diskDaysLeft: watch.diskDaysLeft,
      versions: [...new Set(nodes.map(({ version }) => version).filter(Boolean))].sort(),
    },
    createdAt: new Date(cluster.createdMs).toISOString(),
    lastCollectedAt: watch.collectedMs ? new Date(watch.collectedMs).toISOString() : null,
  };
}

const withoutKey = ({
  key: _secret,
  ...shown
}: NonNullable<ClusterData['tls']> & { key?: unknown }) => shown;

/** By which nodes can be reached; findings do not change it. */
function statusOf(watch: ClusterWatch): ClusterData['status'] {
  const { cluster } = watch;
  if (cluster.sealed) return 'offline';
  if (cluster.paused) return 'paused';
  const watches = watch.watches();
  if (!watches.some((each) => each.settled || each.times.seenMs !== undefined)) return 'pending';
  const online = watches.filter(({ node }) => node.online).length;
  if (online === 0) return 'offline';
  return online === watches.length ? 'online' : 'degraded';
}

function countOpen(findings: readonly Finding[]): ClusterData['open'] {
  const open = findings.filter(({ intended }) => !intended);
  const count = (severity: Finding['severity']) =>
    open.filter((each) => each.outcome !== 'unknown' && each.severity === severity).length;
  return {
    critical: count('critical'),
    high: count('high'),
    warning: count('warning'),
    info: count('info'),
    unknown: open.filter(({ outcome }) => outcome === 'unknown').length,
  };
}

/** Of all nodes together, in the time between their last two samples. */
function queriesPerSecond(watch: ClusterWatch): number | null {
  const rates = watch.watches().flatMap((each) => each.queriesPerSecond ?? []);
  return rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0);
}

/** A replica that never had anything to do shows the time since 1970 as its delay. */
const longestDelaySeconds = 20 * 365 * 86_400;

function largestLag(watch: ClusterWatch): number | null {
  const delays = watch.watches().flatMap(({ node, memory }) => {
    if (!node.online) return [];
    const rows = memory.readings.get('replicas')?.at(-1);
    const own = (rows?.rows ?? []).map((row) => row.absoluteDelaySeconds);
    return [...own, memory.newest?.gauges.get('ReplicasMaxAbsoluteDelay')].filter(
      (delay) => typeof delay === 'number' && delay < longestDelaySeconds,
    ) as number[];
  });
  return delays.length === 0 ? null : Math.max(...delays);
}
