import { type ClusterCheck, type Measured, measured, notApplicable } from '../../check.ts';

/** Misses in a row from which a node is taken for down, as in the check of the node itself. */
const missesOfDown = 2;

const counts = (item: Measured): string =>
  `Shard ${item.subject.shard} has ${item.values.live} of ${item.values.configured} replicas`;

/** Shards that lack replicas. */
export const shardWithoutReplica: ClusterCheck = {
  id: 'shard-without-replica',
  number: 2,
  title: 'Shard lacks replicas',
  group: 'reachability',
  dimension: 'availability',
  scope: 'cluster',
  offline: true,
  needs: [],
  samples: { open: 1, close: 1 },
  measure: ({ nodes }) => {
    const shards = new Map<number, { configured: number; live: number }>();
    for (const { node, unreachable } of nodes) {
      if (node.shard === undefined) continue;
      const shard = shards.get(node.shard) ?? { configured: 0, live: 0 };
      const live = (unreachable?.misses ?? 0) < missesOfDown ? 1 : 0;
      shards.set(node.shard, {
        configured: shard.configured + 1,
        live: shard.live + live,
      });
    }
    if (shards.size === 0) return notApplicable('The topology names no shards.');
    return measured(
      [...shards].map(([shard, { configured, live }]) => ({
        subject: { shard },
        values: { configured, live },
      })),
    );
  },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'live', is: 'equal to', than: 0 }],
      source: 'Altinity knowledge base (availability of shards)',
      message: (item) => `${counts(item)}: its data cannot be read or written.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'live', is: 'below', than: { value: 'configured' } }],
      source: 'Altinity knowledge base (availability of shards)',
      message: (item) => `${counts(item)} left.`,
    },
  ],
  explanation:
    'A shard without a replica fails every query over the whole cluster; one with fewer than it should have is a failure away from that.',
  causes: ['Servers are down', 'The network between is down'],
  proof: { kind: 'fault' },
};
