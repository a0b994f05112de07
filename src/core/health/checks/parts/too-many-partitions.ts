import { sqlString } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck } from '../../check.ts';
import { tableParts } from '../../readings/parts.ts';
import { sizeText } from '../../wording.ts';
import { tableSubject } from './table-subject.ts';

/** Partitions of a table. */
export const tooManyPartitions: NodeCheck = {
  id: 'too-many-partitions',
  number: 45,
  title: 'A table has too many partitions',
  group: 'parts',
  dimension: 'configuration',
  scope: 'node',
  needs: [
    {
      reading: tableParts,
      columns: ['database', 'table', 'partitions', 'medianPartBytes'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(tableParts).map((row) => ({
        subject: tableSubject(row),
        values: {
          partitions: row.partitions,
          medianPartBytes: row.medianPartBytes,
          parts: row.parts,
        },
      })),
    ),
  rules: [
    {
      severity: 'critical',
      all: [
        { value: 'partitions', is: 'above', than: 1_500 },
        { value: 'medianPartBytes', is: 'below', than: 16_000_000 },
      ],
      source: 'Altinity/Skills (parts): more than 1,500 partitions of parts below 16 MB',
      message: ({ values }) =>
        `The table has ${values.partitions} partitions, and half of its parts are smaller than ${sizeText(Number(values.medianPartBytes))}.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'partitions', is: 'above', than: 1_000 }],
      source: 'ClickHouse/clickhouse-diagnostics: more than 1,000 partitions',
      message: ({ values }) => `The table has ${values.partitions} partitions.`,
    },
  ],
  explanation:
    'Parts of different partitions are never merged: very many partitions mean very many small parts, slow queries and a slow start. Partitions are for deleting data, not for finding it.',
  causes: [
    'A partition key by hour, by tenant or by an id',
    'Rows with wrong dates, far in the past or the future',
    'Old partitions that nobody drops',
  ],
  fix: ({ subject }) => ({
    sql: `SELECT partition_id, any(partition) AS partition, count() AS parts, sum(rows) AS rows, formatReadableSize(sum(bytes_on_disk)) AS size FROM system.parts WHERE active AND database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')} GROUP BY partition_id ORDER BY rows LIMIT 50`,
    risk: 'safe',
    note: 'Shows the smallest partitions. A coarser key, such as toYYYYMM(date), needs a new table and INSERT … SELECT.',
  }),
  proof: { kind: 'fault' },
};
