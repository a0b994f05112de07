import { measured, type NodeCheck } from '../../check.ts';
import { countText } from '../../wording.ts';

const windowMs = 300_000;

/** Inserts that were slowed down or refused for having too many parts. */
export const insertsHeldUp: NodeCheck = {
  id: 'inserts-held-up',
  number: 42,
  title: 'Inserts are slowed down or refused',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [],
  series: ['DelayedInserts', 'RejectedInserts'],
  measure: (node) =>
    measured([
      {
        subject: {},
        values: {
          rejected: node.increase('RejectedInserts', windowMs),
          delayed: node.increase('DelayedInserts', windowMs),
        },
      },
    ]),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'rejected', is: 'above', than: 0 }],
      source: 'Altinity/clickhouse-operator, Netdata: RejectedInserts grows',
      message: ({ values }) =>
        `${countText(Number(values.rejected), 'insert')} were refused within five minutes, because a partition has too many parts.`,
    },
    {
      severity: 'high',
      all: [{ value: 'delayed', is: 'above', than: 0 }],
      source: 'Altinity/clickhouse-operator, Netdata: DelayedInserts grows',
      message: ({ values }) =>
        `${countText(Number(values.delayed), 'insert')} were slowed down within five minutes, because a partition has many parts.`,
    },
  ],
  explanation:
    'The server protects itself from having too many parts: it makes inserts wait, then fails them with code 252. What a client does not send again is lost.',
  causes: [
    'Many small inserts',
    'Merges that are stopped, fail, or do not keep up',
    'Inserts into very many partitions at once',
  ],
  fix: () => ({
    sql: 'SELECT database, table, partition_id, count() AS parts FROM system.parts WHERE active GROUP BY database, table, partition_id ORDER BY parts DESC LIMIT 10',
    risk: 'safe',
    note: 'Shows the partitions with most parts. Batch inserts there, or use async_insert = 1; SYSTEM START MERGES where merges were stopped.',
  }),
  proof: { kind: 'fault' },
};
