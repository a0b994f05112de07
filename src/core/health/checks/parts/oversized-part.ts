import { sqlString } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck } from '../../check.ts';
import { tableParts } from '../../readings/parts.ts';
import { sizeText } from '../../wording.ts';
import { tableSubject } from './table-subject.ts';

/** Parts that are too large to be merged or moved with ease. */
export const oversizedPart: NodeCheck = {
  id: 'oversized-part',
  number: 57,
  title: 'A part is very large',
  group: 'parts',
  dimension: 'configuration',
  scope: 'node',
  needs: [
    { reading: tableParts, columns: ['database', 'table', 'largestPartBytes'], absent: 'unknown' },
  ],
  measure: (node) =>
    measured(
      node.rows(tableParts).map((row) => ({
        subject: tableSubject(row),
        values: { largestPartBytes: row.largestPartBytes, part: row.largestPart },
      })),
    ),
  rules: [
    {
      severity: 'info',
      all: [{ value: 'largestPartBytes', is: 'above', than: 150e9 }],
      source: 'ClickHouse/clickhouse-diagnostics: more than 150 GB',
      message: ({ values }) =>
        `The part ${values.part} has ${sizeText(Number(values.largestPartBytes))}.`,
    },
  ],
  explanation:
    'A part of this size is not merged any more by itself; mutations and fetches of it take hours and its size again in free space.',
  causes: [
    'OPTIMIZE … FINAL of a large partition',
    'A raised max_bytes_to_merge_at_max_space_in_pool',
    'A partition key that is too coarse, or none',
  ],
  fix: ({ subject }) => ({
    sql: `SELECT partition_id, name, formatReadableSize(bytes_on_disk) AS size, rows FROM system.parts WHERE active AND database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')} ORDER BY bytes_on_disk DESC LIMIT 20`,
    risk: 'safe',
    note: 'Shows the largest parts. A finer partition key needs a new table and INSERT … SELECT.',
  }),
  proof: { kind: 'sql' },
};
