import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { replicas } from '../../readings/replication.ts';
import { countText } from '../../wording.ts';
import { tableSql, tableSubject, tableText } from './replica-subject.ts';

const message = (item: Measured): string =>
  `${tableText(item)} has ${countText(Number(item.values.partsToCheck), 'part')} that it suspects to be damaged and has yet to check.`;

const source = "ClickHouse's documentation of system.replicas (10); yandex/ch-tools (20)";

/** Parts that a replica means to check. */
export const replicaSuspectParts: NodeCheck = {
  id: 'replica-suspect-parts',
  number: 20,
  title: 'Suspect parts',
  group: 'replication',
  dimension: 'safety',
  scope: 'node',
  about: { objects: objectKinds.replicatedTables },
  needs: [{ reading: replicas, columns: ['database', 'table', 'partsToCheck'], absent: 'unknown' }],
  measure: (node) =>
    measured(
      node.rows(replicas).map((row) => ({
        subject: tableSubject(row),
        values: { partsToCheck: row.partsToCheck },
      })),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'partsToCheck', is: 'above', than: 20 }],
      source,
      message,
    },
    {
      severity: 'warning',
      all: [{ value: 'partsToCheck', is: 'above', than: 10 }],
      source,
      message,
    },
  ],
  explanation:
    'A part comes to be checked when reading it failed or its checksum is not that of the other replicas. A few are normal after a start, many are not.',
  causes: ['A failing disk', 'A crash in mid-write', 'Files removed by hand'],
  fix: (item) => ({
    sql: `CHECK TABLE ${tableSql(item)}`,
    risk: 'disruptive',
    note: 'Reads the whole table.',
  }),
  proof: { kind: 'sql' },
};
