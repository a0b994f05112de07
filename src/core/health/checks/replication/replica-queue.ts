import { type Measured, measured, type NodeCheck, restartGraceMs } from '../../check.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { replicas } from '../../readings/replication.ts';
import { countText } from '../../wording.ts';
import { replicaStateSql, tableSubject, tableText } from './replica-subject.ts';

const source =
  "Altinity/Skills (replication): 200 and 500, that is 20 and 50 % of max_replicated_merges_in_queue's default of 1,000; scaled with the table's own setting";

const message = (item: Measured): string =>
  `${tableText(item)} has ${countText(Number(item.values.queueSize), 'entry', 'entries')} in its replication queue.`;

/** How much a replica has to catch up with. */
export const replicaQueue: NodeCheck = {
  id: 'replica-queue',
  number: 16,
  title: 'Replication queue is long',
  group: 'replication',
  dimension: 'replication',
  scope: 'node',
  graceMs: restartGraceMs,
  about: { objects: objectKinds.replicatedTables },
  needs: [{ reading: replicas, columns: ['database', 'table', 'queueSize'], absent: 'unknown' }],
  measure: (node) =>
    measured(
      node.rows(replicas).map((row) => ({
        subject: tableSubject(row),
        values: {
          queueSize: row.queueSize,
          insertsInQueue: row.insertsInQueue,
          mergesInQueue: row.mergesInQueue,
          mergesAllowed:
            node.mergeTreeSetting(
              row.database ?? '',
              row.table ?? '',
              'max_replicated_merges_in_queue',
            ) ?? 1_000,
        },
      })),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'queueSize', is: 'above', than: { value: 'mergesAllowed', times: 0.5 } }],
      source,
      message,
    },
    {
      severity: 'warning',
      all: [{ value: 'queueSize', is: 'above', than: { value: 'mergesAllowed', times: 0.2 } }],
      source,
      message,
    },
  ],
  explanation:
    'Entries wait for fetches, merges and mutations. A queue that grows means that this replica does less than the others produce.',
  causes: [
    'A stuck entry holds up those behind it',
    'Many small inserts',
    'A mutation over many parts',
    'The pool of fetches or merges is too small',
  ],
  fix: (item) => ({
    sql: replicaStateSql(item),
    risk: 'safe',
    note: 'Shows the oldest entries and why they wait.',
  }),
  proof: { kind: 'fault' },
};
