import { measured, type NodeCheck } from '../../check.ts';
import { disks } from '../../readings/disks.ts';
import { usualMergeCapBytes } from '../../readings/merge-tree-limits.ts';
import { mergeablePartitions } from '../../readings/parts.ts';
import { sizeText } from '../../wording.ts';
import { largestTables } from './largest-tables.ts';

/** The server starts only merges that fit into the free space twice. */
const spaceForMerge = 2;

/** Free space against what the largest merge needs. */
export const mergeHeadroom: NodeCheck = {
  id: 'merge-headroom',
  number: 60,
  title: 'There is no room for the largest merge',
  group: 'storage',
  dimension: 'ingestion',
  scope: 'node',
  needs: [
    { reading: disks, columns: ['disk', 'freeBytes'], absent: 'unknown' },
    {
      reading: mergeablePartitions,
      columns: ['database', 'table', 'partition', 'disk', 'bytes'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(disks).map(({ disk = '', freeBytes }) => {
        const [largest] = node
          .rows(mergeablePartitions)
          .filter((row) => row.disk === disk)
          .map((row) => {
            const capBytes =
              node.mergeTreeSetting(
                row.database ?? '',
                row.table ?? '',
                'max_bytes_to_merge_at_max_space_in_pool',
              ) ?? usualMergeCapBytes;
            return { row, bytes: Math.min(capBytes, row.bytes ?? 0) };
          })
          .sort((a, b) => b.bytes - a.bytes);
        return {
          subject: { disk },
          values: {
            freeBytes,
            neededBytes: spaceForMerge * (largest?.bytes ?? 0),
            table: largest ? `${largest.row.database}.${largest.row.table}` : '',
            partition: largest?.row.partition ?? '',
          },
        };
      }),
    ),
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'freeBytes', is: 'below', than: { value: 'neededBytes' } }],
      source:
        'ClickHouse/clickhouse-diagnostics: less than the largest merge needs; twice its size: ClickHouse source',
      message: ({ subject, values }) =>
        `The disk ${subject.disk} has ${sizeText(Number(values.freeBytes))} left; merging partition ${values.partition} of ${values.table} as far as it may go needs ${sizeText(Number(values.neededBytes))}.`,
    },
  ],
  explanation:
    'A merge writes its result beside its parts. Where there is no room, large parts are not merged any more, and their number grows.',
  causes: ['A disk that is nearly full', 'Very large partitions'],
  fix: ({ subject }) => largestTables(subject.disk),
  proof: { kind: 'fault' },
};
