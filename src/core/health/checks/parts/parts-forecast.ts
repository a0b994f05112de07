import { sqlString, sqlTable } from '../../../../base/sql-text.ts';
import { type Condition, measured, type NodeCheck } from '../../check.ts';
import { insertLimits } from '../../readings/merge-tree-limits.ts';
import { partMinutes } from '../../readings/part-log.ts';
import { crowdedPartitions } from '../../readings/parts.ts';
import { recentRows } from '../../readings/recent-rows.ts';
import { countText, durationText } from '../../wording.ts';
import { tableOf, tableSubject } from './table-subject.ts';

const windowMs = 1_800_000;
const longSeconds = 365 * 86_400;

const growing: readonly Condition[] = [{ value: 'large', is: 'equal to', than: false }];

/** When a partition that grows reaches the bound at which inserts are slowed down. */
export const partsForecast: NodeCheck = {
  id: 'parts-forecast',
  number: 41,
  title: 'A partition will soon have too many parts',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [
    {
      reading: partMinutes,
      columns: ['minute', 'database', 'table', 'partition', 'growth'],
      absent: 'unknown',
    },
    {
      reading: crowdedPartitions,
      columns: ['database', 'table', 'partition', 'parts', 'bytes'],
      absent: 'unknown',
    },
  ],
  measure(node) {
    const growth = new Map<string, number>();
    for (const row of recentRows(node, node.rows(partMinutes), windowMs)) {
      const key = JSON.stringify([row.database, row.table, row.partition]);
      growth.set(key, (growth.get(key) ?? 0) + (row.growth ?? 0));
    }
    return measured(
      node.rows(crowdedPartitions).map((row) => {
        const { delay, largeBytes } = insertLimits(node, row.database ?? '', row.table ?? '');
        const parts = row.parts ?? 0;
        const grown = growth.get(JSON.stringify([row.database, row.table, row.partition])) ?? 0;
        const perSecond = grown / (windowMs / 1_000);
        const left = Math.max(0, delay - parts);
        return {
          subject: { ...tableSubject(row), partition: row.partition ?? '' },
          values: {
            secondsLeft: perSecond > 0 ? Math.min(longSeconds, left / perSecond) : longSeconds,
            parts,
            partsPerHour: perSecond * 3_600,
            delayFrom: delay,
            large: largeBytes > 0 && (row.bytes ?? 0) / Math.max(1, parts) > largeBytes,
          },
        };
      }),
    );
  },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'secondsLeft', is: 'below', than: 3_600 }, ...growing],
      holdMs: 300_000,
      source: 'guideline: parts_to_delay_insert within an hour',
      message: (item) => message(item.subject.partition, item.values),
    },
    {
      severity: 'warning',
      all: [{ value: 'secondsLeft', is: 'below', than: 6 * 3_600 }, ...growing],
      holdMs: 600_000,
      source: 'guideline: parts_to_delay_insert within six hours',
      message: (item) => message(item.subject.partition, item.values),
    },
  ],
  explanation:
    'More parts come than merges take away. There is still time: nothing is slowed down yet.',
  causes: [
    'More or smaller inserts than usual',
    'Merges that are slower than usual, stopped, or failing',
  ],
  fix: ({ subject }) => ({
    sql: `SELECT partition_id, level, count() AS parts, formatReadableSize(sum(bytes_on_disk)) AS size FROM system.parts WHERE active AND database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')} GROUP BY partition_id, level ORDER BY parts DESC LIMIT 20`,
    risk: 'safe',
    note: `Shows which parts pile up: level 0 are unmerged inserts. Batch inserts into ${sqlTable(tableOf(subject))}, or use async_insert = 1.`,
  }),
  proof: { kind: 'fault' },
};

const message = (
  partition: string | undefined,
  values: Readonly<Record<string, unknown>>,
): string =>
  `Partition ${partition} has ${countText(Number(values.parts), 'part')} and gains ${Math.round(Number(values.partsPerHour))} an hour: in ${durationText(Number(values.secondsLeft))} it has ${values.delayFrom}, and inserts are slowed down.`;
