import { type Measured, measured, type NodeCheck, restartGraceMs } from '../../check.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { replicas } from '../../readings/replication.ts';
import { durationText } from '../../wording.ts';
import { replicaStateSql, tableSubject, tableText } from './replica-subject.ts';

/**
 * Longer delays are not delays: a replica that lost its session counts from 1970, and shows more
 * than fifty years.
 */
const tenYearsSeconds = 315_360_000;

const message = (item: Measured): string =>
  `${tableText(item)} is ${durationText(Number(item.values.lagSeconds))} behind its other replicas, with ${item.values.queueSize} entries to do.`;

const pending = { value: 'hasWork', is: 'equal to', than: true } as const;

/** How far a replica is behind the newest of its table. */
export const replicaLag: NodeCheck = {
  id: 'replica-lag',
  number: 15,
  title: 'Replica lags behind',
  group: 'replication',
  dimension: 'replication',
  scope: 'node',
  graceMs: restartGraceMs,
  about: { objects: objectKinds.replicatedTables },
  needs: [
    {
      reading: replicas,
      columns: ['database', 'table', 'absoluteDelaySeconds', 'queueSize'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(replicas).map((row) => {
        const delay = row.absoluteDelaySeconds ?? Number.POSITIVE_INFINITY;
        return {
          subject: tableSubject(row),
          values: {
            lagSeconds: delay > tenYearsSeconds ? undefined : delay,
            hasWork: (row.queueSize ?? 0) > 0,
            queueSize: row.queueSize,
          },
        };
      }),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'lagSeconds', is: 'above', than: 3_600 }, pending],
      source: 'ClickHouse/clickhouse-diagnostics and Altinity/Skills (replication): one hour',
      message,
    },
    {
      severity: 'high',
      all: [{ value: 'lagSeconds', is: 'above', than: 300 }, pending],
      keep: [{ value: 'lagSeconds', is: 'above', than: 250 }, pending],
      source: 'Altinity/clickhouse-operator rules: 300 s; Netdata clears at 250 s',
      message,
    },
    {
      severity: 'warning',
      all: [{ value: 'lagSeconds', is: 'above', than: 60 }, pending],
      source: 'ClickHouse/clickhouse-diagnostics (replication lag): 60 s',
      message,
    },
  ],
  explanation:
    'Queries that land on this replica miss the newest data, and if the other replica dies now, what has not been fetched yet exists nowhere else.',
  causes: [
    'Parts arrive faster than the network or the pool of fetches takes them',
    'A large merge or a mutation holds up the queue',
    'Keeper answers slowly',
  ],
  fix: (item) => ({
    sql: replicaStateSql(item),
    risk: 'safe',
    note: 'Shows what the replica waits for.',
  }),
  proof: { kind: 'fault' },
};
