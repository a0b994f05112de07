import { type Measured, measured, type NodeCheck, restartGraceMs } from '../../check.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { replicaLogs, replicas } from '../../readings/replication.ts';
import { tableCondition, tableSubject, tableText } from './replica-subject.ts';

const exception = (value: string, what: string) => ({
  severity: 'critical' as const,
  all: [{ value, is: 'not' as const, than: '' }],
  source: 'ClickHouse/clickhouse-diagnostics (replica exceptions): any',
  message: (item: Measured) =>
    `${tableText(item)} ${what}: ${String(item.values[value]).slice(0, 500)}`,
});

/** What a replica says of its last failure with its queue, or with Keeper. */
export const replicaException: NodeCheck = {
  id: 'replica-exception',
  number: 25,
  title: 'Replica reports an exception',
  group: 'replication',
  dimension: 'replication',
  scope: 'node',
  graceMs: restartGraceMs,
  about: { objects: objectKinds.replicatedTables },
  needs: [
    {
      reading: replicas,
      columns: ['database', 'table', 'lastQueueUpdateException'],
      absent: 'unknown',
    },
    {
      reading: replicaLogs,
      columns: ['database', 'table', 'zookeeperException'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured([
      ...node.rows(replicas).map((row) => ({
        subject: { ...tableSubject(row), object: 'queue' },
        values: { queueException: row.lastQueueUpdateException },
      })),
      ...node.rows(replicaLogs).map((row) => ({
        subject: { ...tableSubject(row), object: 'keeper' },
        values: { keeperException: row.zookeeperException },
      })),
    ]),
  rules: [
    exception('queueException', 'cannot read its queue'),
    exception('keeperException', 'cannot read its state in Keeper'),
  ],
  explanation: 'While the exception lasts, the replica does not learn of new parts.',
  causes: [
    'An entry in the log that this version does not understand',
    'Keeper cannot be reached',
    "The table's nodes in Keeper are gone",
  ],
  fix: (item) => ({
    sql: `SELECT replica_name, version() AS version, last_queue_update_exception, zookeeper_exception, log_max_index, log_pointer FROM system.replicas WHERE ${tableCondition(item)}`,
    risk: 'safe',
    note: 'Replicas of different versions are the likeliest cause; finish the upgrade first.',
  }),
  proof: { kind: 'sql' },
};
