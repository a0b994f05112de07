import { measured, type NodeCheck, restartGraceMs } from '../../check.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { replicas } from '../../readings/replication.ts';
import { tableSql, tableSubject, tableText } from './replica-subject.ts';

/** A replicated table that takes no writes. */
export const replicaReadonly: NodeCheck = {
  id: 'replica-readonly',
  number: 14,
  title: 'Replica is read-only',
  group: 'replication',
  dimension: 'availability',
  scope: 'node',
  graceMs: restartGraceMs,
  about: { objects: objectKinds.replicatedTables },
  needs: [
    {
      reading: replicas,
      columns: ['database', 'table', 'isReadonly', 'isSessionExpired'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(replicas).map((row) => ({
        subject: tableSubject(row),
        values: {
          takesNoWrites: row.isReadonly === true || row.isSessionExpired === true,
          isReadonly: row.isReadonly,
          isSessionExpired: row.isSessionExpired,
        },
      })),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'takesNoWrites', is: 'equal to', than: true }],
      holdMs: 120_000,
      source: 'ClickHouse/clickhouse-diagnostics (readonly replicas); two minutes: guideline',
      message: (item) =>
        item.values.isReadonly === true
          ? `${tableText(item)} is read-only: inserts into this replica fail.`
          : `${tableText(item)} has lost its session with Keeper: inserts into this replica fail.`,
    },
  ],
  explanation:
    'A replica that cannot keep its state in Keeper refuses inserts and falls behind the others. With every replica of a shard read-only the shard takes no data at all.',
  causes: [
    'Keeper cannot be reached, or the session expired and was not renewed',
    "The table's metadata in Keeper is gone or belongs to another table",
    'The disk is full or read-only',
  ],
  fix: (item) => ({
    sql: `SYSTEM RESTART REPLICA ${tableSql(item)}`,
    risk: 'disruptive',
    note: 'First see that Keeper answers. If its metadata was lost, run SYSTEM RESTORE REPLICA after the restart. A replica that is meant to be read-only can be marked as intended.',
  }),
  proof: { kind: 'fault' },
};
