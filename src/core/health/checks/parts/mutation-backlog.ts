import { sqlString } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { mutationCounts } from '../../readings/merges.ts';
import { countText } from '../../wording.ts';
import { tableSubject } from './table-subject.ts';

/** What ClickHouse takes where nothing is set. */
const usualDelay = 500;
const usualRefuse = 1_000;

/** Mutations of a table that wait. */
export const mutationBacklog: NodeCheck = {
  id: 'mutation-backlog',
  number: 52,
  title: 'Mutations pile up',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [
    {
      reading: mutationCounts,
      columns: ['database', 'table', 'waiting'],
      absent: 'not_applicable',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(mutationCounts).map((row) => {
        const setting = (name: string) =>
          node.mergeTreeSetting(row.database ?? '', row.table ?? '', name);
        return {
          subject: tableSubject(row),
          values: {
            waiting: row.waiting,
            delayFrom: setting('number_of_mutations_to_delay') || usualDelay,
            refuseFrom: setting('number_of_mutations_to_throw') || usualRefuse,
          },
        };
      }),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'waiting', is: 'at least', than: { value: 'refuseFrom' } }],
      source: 'number_of_mutations_to_throw of the table',
      message: (item) => `${waiting(item)} From ${item.values.refuseFrom} on new ones are refused.`,
    },
    {
      severity: 'high',
      all: [{ value: 'waiting', is: 'at least', than: { value: 'delayFrom', times: 0.8 } }],
      source: '80 % of number_of_mutations_to_delay of the table',
      message: (item) =>
        `${waiting(item)} From ${item.values.delayFrom} on new ones are slowed down.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'waiting', is: 'at least', than: 100 }],
      source: 'ClickHouse/clickhouse-diagnostics: 100 unfinished mutations of a table',
      message: waiting,
    },
  ],
  explanation:
    'Each mutation rewrites every part that it touches, and each query has to apply those that wait. Mutations are for rare changes.',
  causes: [
    'ALTER … UPDATE or DELETE for single rows, in a loop',
    'One mutation that fails and holds up all later ones',
    'Merges that are stopped on this table',
  ],
  fix: ({ subject }) => ({
    sql: `SELECT mutation_id, create_time, parts_to_do, substring(command, 1, 200) AS command FROM system.mutations WHERE NOT is_done AND database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')} ORDER BY create_time LIMIT 20`,
    risk: 'safe',
    note: 'Shows the oldest ones, which hold up the others. Put many deletes into one, use lightweight DELETE, or DROP PARTITION.',
  }),
  proof: { kind: 'fault' },
};

function waiting({ values }: Measured): string {
  return `${countText(Number(values.waiting), 'mutation')} of the table are not done.`;
}
