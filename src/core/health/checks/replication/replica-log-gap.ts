import { type Measured, measured, type NodeCheck, restartGraceMs } from '../../check.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { replicaLogs } from '../../readings/replication.ts';
import { countText } from '../../wording.ts';
import { replicaStateSql, tableSubject, tableText } from './replica-subject.ts';

const message = (item: Measured): string =>
  `${tableText(item)} has not yet read ${countText(Number(item.values.unreadEntries), 'entry', 'entries')} of the replication log.`;

/** Entries of a table's log in Keeper that a replica has not yet copied to its queue. */
export const replicaLogGap: NodeCheck = {
  id: 'replica-log-gap',
  number: 19,
  title: 'Replica does not follow the replication log',
  group: 'replication',
  dimension: 'replication',
  scope: 'node',
  graceMs: restartGraceMs,
  about: { objects: objectKinds.replicatedTables },
  needs: [
    {
      reading: replicaLogs,
      columns: ['database', 'table', 'logMaxIndex', 'logPointer'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(replicaLogs).map((row) => ({
        subject: tableSubject(row),
        values: {
          unreadEntries:
            row.logMaxIndex === undefined || row.logPointer === undefined
              ? undefined
              : Math.max(0, row.logMaxIndex - row.logPointer),
          logMaxIndex: row.logMaxIndex,
          logPointer: row.logPointer,
        },
      })),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'unreadEntries', is: 'above', than: 1_000 }],
      source: "guideline; ClickHouse's own example of a healthy table allows 10",
      message,
    },
    {
      severity: 'warning',
      all: [{ value: 'unreadEntries', is: 'above', than: 100 }],
      source: "guideline; ClickHouse's own example of a healthy table allows 10",
      message,
    },
  ],
  explanation:
    'A replica that does not even read what it has to do is worse off than its queue and its lag tell: both count only what it has read.',
  causes: ['The session with Keeper comes and goes', 'Keeper is slow', 'The server is overloaded'],
  fix: (item) => ({ sql: replicaStateSql(item), risk: 'safe' }),
  proof: { kind: 'sql' },
};
