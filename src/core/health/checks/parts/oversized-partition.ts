import { sqlString } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck, type Rule } from '../../check.ts';
import { usualMergeCapBytes } from '../../readings/merge-tree-limits.ts';
import { replacingPartitions } from '../../readings/parts.ts';
import { percentText, sizeText } from '../../wording.ts';
import { tableSubject } from './table-subject.ts';

const rule = (severity: Rule['severity'], share: number): Rule => ({
  severity,
  all: [{ value: 'bytes', is: 'above', than: { value: 'mergeCapBytes', times: share } }],
  source: `Altinity/Skills (parts): ${percentText(share)} of max_bytes_to_merge_at_max_space_in_pool`,
  message: ({ subject, values }) =>
    `Partition ${subject.partition} of the ${values.engine} table has ${sizeText(Number(values.bytes))}; merges grow parts to ${sizeText(Number(values.mergeCapBytes))} only.`,
});

/** Partitions that can never become one part, in tables whose meaning depends on it. */
export const oversizedPartition: NodeCheck = {
  id: 'oversized-partition',
  number: 57,
  title: 'A partition is too large to be merged whole',
  group: 'parts',
  dimension: 'configuration',
  scope: 'node',
  needs: [
    {
      reading: replacingPartitions,
      columns: ['database', 'table', 'partition', 'bytes'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(replacingPartitions).map((row) => ({
        subject: { ...tableSubject(row), partition: row.partition ?? '' },
        values: {
          bytes: row.bytes,
          mergeCapBytes:
            node.mergeTreeSetting(
              row.database ?? '',
              row.table ?? '',
              'max_bytes_to_merge_at_max_space_in_pool',
            ) ?? usualMergeCapBytes,
          engine: row.engine,
        },
      })),
    ),
  rules: [rule('high', 0.95), rule('warning', 0.75), rule('info', 0.55)],
  explanation:
    'Rows with the same key are put together only when they are in one part. Beyond the size that merges reach, old versions of rows stay for good.',
  causes: ['A partition key that is too coarse, or none', 'More data than was planned for'],
  fix: ({ subject }) => ({
    sql: `SELECT partition_id, count() AS parts, formatReadableSize(sum(bytes_on_disk)) AS size FROM system.parts WHERE active AND database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')} GROUP BY partition_id ORDER BY sum(bytes_on_disk) DESC LIMIT 20`,
    risk: 'safe',
    note: 'Shows the largest partitions. Use a finer partition key, or read with FINAL where old versions matter.',
  }),
  proof: { kind: 'sql' },
};
