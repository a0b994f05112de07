import type { ClusterCheck } from '../../check.ts';
import { countText } from '../../wording.ts';
import {
  answeringKeepers,
  measureKeepers,
  mntrNumber,
  newestSample,
  ofEnsemble,
} from './keeper-nodes.ts';

/** Requests that wait in Keeper. */
export const keeperBacklog: ClusterCheck = {
  ...ofEnsemble,
  id: 'keeper-backlog',
  number: 34,
  title: 'Requests pile up in Keeper',
  dimension: 'replication',
  measure: (cluster) =>
    measureKeepers(cluster, (keepers) =>
      answeringKeepers(keepers).map((keeper) => ({
        subject: { object: keeper.id },
        values: { waiting: mntrNumber(newestSample(keeper), 'zk_outstanding_requests') },
      })),
    ),
  rules: [
    {
      severity: 'high',
      all: [{ value: 'waiting', is: 'above', than: 10 }],
      holdMs: 600_000,
      source: 'Altinity/clickhouse-operator: more than 10 outstanding requests for 10 minutes',
      message: ({ subject, values }) =>
        `${countText(Number(values.waiting), 'request')} wait in ${subject.object}, and have for ten minutes.`,
    },
  ],
  explanation:
    'Keeper takes requests faster than it can write them down: everything that needs it waits.',
  causes: [
    'A slow disk under Keeper’s log',
    'Too many requests: many replicated tables, many small inserts, many parts',
    'Garbage collection of ZooKeeper’s Java machine',
  ],
  fix: () => ({
    sql: 'SELECT database, count() AS tables, sum(queue_size) AS queued FROM system.replicas GROUP BY database ORDER BY queued DESC',
    risk: 'safe',
    note: 'Shows which databases have most replicated tables and the longest queues.',
  }),
  proof: { kind: 'fault' },
};
