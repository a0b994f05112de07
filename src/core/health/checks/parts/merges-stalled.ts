import { sqlTable } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { partMinutes } from '../../readings/part-log.ts';
import { recentRows } from '../../readings/recent-rows.ts';
import { countText } from '../../wording.ts';
import { tableOf } from './table-subject.ts';

const hourMs = 3_600_000;

/** Partitions that get parts and of which none is merged. */
export const mergesStalled: NodeCheck = {
  id: 'merges-stalled',
  number: 46,
  title: 'Merges stand still',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [
    {
      reading: partMinutes,
      columns: ['minute', 'database', 'table', 'partition', 'inserts', 'merges'],
      absent: 'unknown',
    },
  ],
  measure(node) {
    const partitions = new Map<
      string,
      { subject: Measured['subject']; parts: number; merges: number }
    >();
    for (const row of recentRows(node, node.rows(partMinutes), hourMs)) {
      const { database = '', table = '', partition = '' } = row;
      const key = JSON.stringify([database, table, partition]);
      const subject = { database, table, partition };
      const known = partitions.get(key) ?? { subject, parts: 0, merges: 0 };
      known.parts += row.inserts ?? 0;
      known.merges += row.merges ?? 0;
      partitions.set(key, known);
    }
    return measured(
      [...partitions.values()].map(({ subject, parts, merges }) => ({
        subject,
        values: { merges, newParts: parts },
      })),
    );
  },
  rules: [
    {
      severity: 'critical',
      all: [
        { value: 'newParts', is: 'above', than: 100 },
        { value: 'merges', is: 'equal to', than: 0 },
      ],
      holdMs: 2 * hourMs,
      source: 'ClickHouse/clickhouse-diagnostics: more than 100 new parts and no merge for 3 hours',
      message: (item) => `${counts(item)} For three hours at least.`,
    },
    {
      severity: 'warning',
      all: [
        { value: 'newParts', is: 'above', than: 100 },
        { value: 'merges', is: 'equal to', than: 0 },
      ],
      source: 'ClickHouse/clickhouse-diagnostics: more than 100 new parts and no merge in an hour',
      message: counts,
    },
  ],
  explanation:
    'Parts pile up until inserts are slowed down and refused. One stuck table or node hides in the sum of a cluster, so each partition is looked at by itself.',
  causes: [
    'SYSTEM STOP MERGES that nobody took back',
    'Keeper is away: replicated tables agree on merges there',
    'All threads of merges are taken by long merges or mutations',
    'Too little free disk space for a merge',
    'A part that cannot be read, so that each merge of it fails',
  ],
  fix: ({ subject }) => ({
    sql: `SYSTEM START MERGES ${sqlTable(tableOf(subject))}`,
    risk: 'safe',
    note: 'Lets merges run where they were stopped, and changes nothing else. If they are not stopped, look at free disk space, at system.merges and at the errors in system.part_log.',
  }),
  proof: { kind: 'fault' },
};

function counts({ subject, values }: Measured): string {
  return `Partition ${subject.partition} got ${countText(Number(values.newParts), 'new part')} within an hour, and none was merged.`;
}
