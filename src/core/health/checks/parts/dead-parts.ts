import { sqlString } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck } from '../../check.ts';
import { deadParts as inactive } from '../../readings/parts.ts';
import type { RowOf } from '../../readings/reading-definition.ts';
import { countText, durationText, sizeText } from '../../wording.ts';
import { tableSubject } from './table-subject.ts';

/** What ClickHouse takes where nothing is set. */
const usualLifetimeSeconds = 480;

/** Parts that were merged away long ago and are still there. */
export const deadParts: NodeCheck = {
  id: 'dead-parts',
  number: 55,
  title: 'Parts that were merged away are not removed',
  group: 'parts',
  dimension: 'resources',
  scope: 'node',
  needs: [
    {
      reading: inactive,
      columns: ['database', 'table', 'overHalfHour', 'overFourHours', 'overDay'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(inactive).map((row) => {
        const lifetimeSeconds =
          node.mergeTreeSetting(row.database ?? '', row.table ?? '', 'old_parts_lifetime') ??
          usualLifetimeSeconds;
        return {
          subject: tableSubject(row),
          values: {
            dead: deadFor(row, 3 * lifetimeSeconds),
            lifetimeSeconds,
            bytes: row.bytes,
            references: row.mostReferences,
          },
        };
      }),
    ),
  rules: [
    {
      severity: 'info',
      all: [{ value: 'dead', is: 'above', than: 1_000 }],
      source: 'guideline: more than 1,000 parts older than three times old_parts_lifetime',
      message: ({ values }) =>
        `${countText(Number(values.dead), 'part')} were merged away long ago and still take ${sizeText(Number(values.bytes ?? 0))}; they should go after ${durationText(Number(values.lifetimeSeconds))}.`,
    },
  ],
  explanation:
    'Merged parts are kept for some minutes for queries that still read them, then removed. Where they stay, they take disk space, files and, in replicated tables, nodes in Keeper.',
  causes: [
    'Queries that run for very long and hold the parts',
    'Keeper is away: replicated tables remove parts with its help',
    'The disk is read-only, or the server may not delete the files',
  ],
  fix: ({ subject }) => ({
    sql: `SELECT name, remove_time, refcount FROM system.parts WHERE NOT active AND database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')} ORDER BY remove_time LIMIT 20`,
    risk: 'safe',
    note: 'Shows the oldest ones: a refcount above 1 says that something still uses them.',
  }),
  proof: { kind: 'sql' },
};

/** Parts that have been dead for at least so long, as far as the reading tells them apart. */
const deadFor = (row: RowOf<typeof inactive>, seconds: number): number | undefined =>
  seconds <= 1_800 ? row.overHalfHour : seconds <= 14_400 ? row.overFourHours : row.overDay;
