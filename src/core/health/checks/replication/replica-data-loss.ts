import { measured, type NodeCheck } from '../../check.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { replicaLogs } from '../../readings/replication.ts';
import { releases } from '../../releases.ts';
import { countText } from '../../wording.ts';
import { tableCondition, tableSubject, tableText } from './replica-subject.ts';

const explanation =
  'ClickHouse gave a part up: no replica has it any more, and its name was taken out of Keeper so that the queue can go on. The rows in it are gone.';
const causes = [
  'The only replica that had the part was lost before the others fetched it',
  'The part was damaged on every replica',
  'Files were removed by hand',
];

/** The server says that it gave up a part. */
export const replicaDataLoss: NodeCheck = {
  id: 'replica-data-loss',
  number: 21,
  title: 'Replicated data lost',
  group: 'replication',
  dimension: 'safety',
  scope: 'node',
  about: { objects: objectKinds.replicatedTables },
  needs: [],
  series: ['ReplicatedDataLoss'],
  measure: (node) =>
    measured([
      { subject: {}, values: { lostLastHour: node.increase('ReplicatedDataLoss', 3_600_000) } },
    ]),
  samples: { open: 1, close: 3 },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'lostLastHour', is: 'above', than: 0 }],
      source: 'Altinity/clickhouse-operator rules (ReplicatedDataLoss): any',
      message: (item) =>
        `The server gave up ${countText(Number(item.values.lostLastHour), 'part')} in the last hour: no replica has them.`,
    },
  ],
  explanation,
  causes,
  fix: () => ({
    sql: 'SELECT database, table, parts_to_check, queue_size, active_replicas, total_replicas FROM system.replicas ORDER BY parts_to_check DESC, queue_size DESC',
    risk: 'safe',
    note: "The server's log names the parts. Compare the counts of the replicas of their tables, and restore from a backup.",
  }),
  proof: { kind: 'fault' },
};

/** A table's count of lost parts in Keeper went up. */
export const replicaLostParts: NodeCheck = {
  id: 'replica-lost-parts',
  number: 21,
  title: 'Parts of a table lost',
  group: 'replication',
  dimension: 'safety',
  scope: 'node',
  about: { since: releases.lostPartCount, objects: objectKinds.replicatedTables },
  needs: [{ reading: replicaLogs, columns: ['database', 'table', 'lostParts'], absent: 'unknown' }],
  measure: (node) => {
    const samples = node.history(replicaLogs);
    const before = new Map(
      (samples.at(-2)?.rows ?? []).map((row) => [
        JSON.stringify([row.database, row.table]),
        row.lostParts,
      ]),
    );
    return measured(
      node.rows(replicaLogs).map((row) => {
        const known = before.get(JSON.stringify([row.database, row.table])) ?? row.lostParts;
        return {
          subject: tableSubject(row),
          values: {
            newlyLost:
              row.lostParts === undefined ? undefined : row.lostParts - (known ?? row.lostParts),
            lostEver: row.lostParts,
          },
        };
      }),
    );
  },
  // Read every five minutes: it stays for about an hour.
  samples: { open: 1, close: 12 },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'newlyLost', is: 'above', than: 0 }],
      source: 'Altinity knowledge base (lost parts): any increase',
      message: (item) =>
        `${tableText(item)} lost ${countText(Number(item.values.newlyLost), 'part')}; ${item.values.lostEver} since it was made.`,
    },
  ],
  explanation,
  causes,
  fix: (item) => ({
    sql: `SELECT partition, count() AS parts, sum(rows) AS rows FROM system.parts WHERE active AND ${tableCondition(item)} GROUP BY partition ORDER BY partition`,
    risk: 'safe',
    note: 'Run it on every replica and compare; restore what is missing from a backup.',
  }),
  proof: { kind: 'sql' },
};
