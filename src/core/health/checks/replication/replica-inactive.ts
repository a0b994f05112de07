import { type Measured, measured, type NodeCheck, restartGraceMs } from '../../check.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { replicaLogs } from '../../readings/replication.ts';
import { tableCondition, tableSubject, tableText } from './replica-subject.ts';

const counts = (item: Measured): string =>
  `${tableText(item)} has ${item.values.activeReplicas} of ${item.values.totalReplicas} replicas active`;

/** Replicas that Keeper knows of and that are not there. */
export const replicaInactive: NodeCheck = {
  id: 'replica-inactive',
  number: 18,
  title: 'Replica of a table is inactive',
  group: 'replication',
  dimension: 'availability',
  scope: 'node',
  graceMs: restartGraceMs,
  about: { objects: objectKinds.replicatedTables },
  needs: [
    {
      reading: replicaLogs,
      columns: ['database', 'table', 'totalReplicas', 'activeReplicas'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(replicaLogs).flatMap((row): Measured[] => {
        const { totalReplicas, activeReplicas } = row;
        const inactive =
          totalReplicas === undefined || activeReplicas === undefined
            ? undefined
            : totalReplicas - activeReplicas;
        const subject = tableSubject(row);
        return [
          { subject, values: { inactive, activeReplicas, totalReplicas } },
          {
            subject: { ...subject, object: 'left behind' },
            values: { leftBehind: inactive, activeReplicas, totalReplicas },
          },
        ];
      }),
    ),
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'inactive', is: 'above', than: 0 }],
      holdMs: 300_000,
      source: 'ClickHouse/clickhouse-diagnostics and Altinity/Skills (replication): five minutes',
      message: (item) => `${counts(item)}.`,
    },
    {
      severity: 'info',
      all: [{ value: 'leftBehind', is: 'above', than: 0 }],
      holdMs: 7 * 86_400_000,
      source: 'ClickHouse/clickhouse-diagnostics (ghost replicas); seven days: guideline',
      message: (item) =>
        `${counts(item)}, for a week already: Keeper keeps the log and the parts' names for a replica that may never come back.`,
    },
  ],
  explanation:
    'Each replica less brings the loss of data nearer, and Keeper holds back its clean-up for a replica that is away.',
  causes: [
    'The server is down or cannot reach Keeper',
    'A server was replaced and its replica never dropped',
    'The table was dropped there while Keeper was away',
  ],
  fix: (item) => ({
    sql: `SELECT replica_name, total_replicas, active_replicas, zookeeper_path FROM system.replicas WHERE ${tableCondition(item)}`,
    risk: 'safe',
    note: "Their names are in system.zookeeper below that path, and in replica_is_active of newer servers. For one that will never return: SYSTEM DROP REPLICA 'its name' FROM TABLE …, run on another replica.",
  }),
  proof: { kind: 'fault' },
};
