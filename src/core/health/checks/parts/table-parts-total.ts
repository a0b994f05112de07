import { sqlString } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck } from '../../check.ts';
import { tableParts } from '../../readings/parts.ts';
import { countText } from '../../wording.ts';
import { tableSubject } from './table-subject.ts';

/** What ClickHouse takes where nothing is set. */
const usualLimit = 100_000;

/** Parts of a whole table against `max_parts_in_total`. */
export const tablePartsTotal: NodeCheck = {
  id: 'table-parts-total',
  number: 43,
  title: 'A table nears its limit of parts',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [{ reading: tableParts, columns: ['database', 'table', 'parts'], absent: 'unknown' }],
  measure: (node) =>
    measured(
      node.rows(tableParts).map((row) => ({
        subject: tableSubject(row),
        values: {
          parts: row.parts,
          limit:
            node.mergeTreeSetting(row.database ?? '', row.table ?? '', 'max_parts_in_total') ??
            usualLimit,
          partitions: row.partitions,
        },
      })),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'parts', is: 'at least', than: { value: 'limit', times: 0.8 } }],
      source: 'max_parts_in_total of the table; 80 % of it: guideline',
      message: ({ values }) =>
        `The table has ${countText(Number(values.parts), 'part')} in ${countText(Number(values.partitions ?? 0), 'partition')}; from ${values.limit} on inserts are refused.`,
    },
  ],
  explanation:
    'Parts of different partitions are never merged, so a table with very many partitions reaches this limit however well merges run.',
  causes: ['A partition key that is too fine', 'Merges that do not keep up in many partitions'],
  fix: ({ subject }) => ({
    sql: `SELECT partition_id, count() AS parts, sum(rows) AS rows FROM system.parts WHERE active AND database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')} GROUP BY partition_id ORDER BY parts DESC LIMIT 20`,
    risk: 'safe',
    note: 'Shows whether few partitions have many parts or many have few. A coarser partition key needs a new table and a copy of the rows.',
  }),
  proof: { kind: 'fault' },
};
