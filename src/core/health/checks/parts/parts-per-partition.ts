import { sqlTable } from '../../../../base/sql-text.ts';
import { type Condition, type Measured, measured, type NodeCheck } from '../../check.ts';
import { insertLimits } from '../../readings/merge-tree-limits.ts';
import { crowdedPartitions } from '../../readings/parts.ts';
import { countText } from '../../wording.ts';
import { tableOf, tableSubject } from './table-subject.ts';

/** The server itself does not count partitions whose parts are large on average. */
const small: Condition = { value: 'large', is: 'equal to', than: false };

const parts = ({ values, subject }: Measured): string =>
  `Partition ${subject.partition} has ${countText(Number(values.parts), 'part')}`;

/** Parts of a partition against the bounds at which inserts are slowed down and refused. */
export const partsPerPartition: NodeCheck = {
  id: 'parts-per-partition',
  number: 40,
  title: 'Too many parts in a partition',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [
    {
      reading: crowdedPartitions,
      columns: ['database', 'table', 'partition', 'parts', 'bytes'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(crowdedPartitions).map((row) => {
        const limits = insertLimits(node, row.database ?? '', row.table ?? '');
        const meanBytes = row.bytes === undefined || !row.parts ? undefined : row.bytes / row.parts;
        return {
          subject: { ...tableSubject(row), partition: row.partition ?? '' },
          values: {
            parts: row.parts,
            meanBytes,
            large:
              meanBytes === undefined
                ? undefined
                : limits.largeBytes > 0 && meanBytes > limits.largeBytes,
            delayFrom: limits.delay,
            refuseFrom: limits.refuse,
          },
        };
      }),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'parts', is: 'at least', than: { value: 'refuseFrom' } }, small],
      source: 'parts_to_throw_insert of the table',
      message: (item) =>
        `${parts(item)}: from ${item.values.refuseFrom} on inserts are refused (code 252).`,
    },
    {
      severity: 'critical',
      all: [{ value: 'parts', is: 'at least', than: { value: 'delayFrom' } }, small],
      keep: [{ value: 'parts', is: 'at least', than: { value: 'delayFrom', times: 0.95 } }, small],
      source: 'parts_to_delay_insert of the table',
      message: (item) =>
        `${parts(item)}: from ${item.values.delayFrom} on each insert is slowed down, from ${item.values.refuseFrom} on refused.`,
    },
    {
      severity: 'high',
      all: [{ value: 'parts', is: 'at least', than: { value: 'delayFrom', times: 0.9 } }, small],
      source: 'Altinity/Skills (parts): 90 % of parts_to_delay_insert',
      message: (item) =>
        `${parts(item)}: from ${item.values.delayFrom} on inserts are slowed down.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'parts', is: 'above', than: 300 }, small],
      source: 'ClickHouse/clickhouse-diagnostics, chmonitor: more than 300',
      message: (item) =>
        `${parts(item)}; inserts are slowed down from ${item.values.delayFrom} on.`,
    },
  ],
  explanation:
    'Each insert makes a part, and merges have to keep up. Where they do not, queries read more files, and the server first slows down inserts, then refuses them.',
  causes: [
    'Many small inserts: send fewer and larger ones, or use async_insert',
    'Merges that are stopped, fail, or find no free thread or disk space',
    'A partition key that is too fine, so that each insert makes many parts',
    'A mutation that blocks merges',
  ],
  fix: ({ subject }) => ({
    sql: `SYSTEM START MERGES ${sqlTable(tableOf(subject))}`,
    risk: 'safe',
    note: 'Lets merges run where they were stopped, and changes nothing else. If they are not stopped, batch inserts (thousands of rows each, or async_insert = 1) and look at running mutations and free disk space.',
  }),
  proof: { kind: 'fault' },
};
