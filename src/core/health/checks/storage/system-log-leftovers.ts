import { sqlName } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck } from '../../check.ts';
import { systemLogs } from '../../readings/disks.ts';

/** Whether a log table is one of those that an upgrade left: `query_log_0`. */
export const isLeftover = (table: string): boolean => /_log_\d+$/.test(table);

/** Log tables that were put aside when an upgrade changed their columns. */
export const systemLogLeftovers: NodeCheck = {
  id: 'system-log-leftovers',
  number: 64,
  title: 'An upgrade left an old log table',
  group: 'storage',
  dimension: 'configuration',
  scope: 'node',
  needs: [{ reading: systemLogs, columns: ['table'], absent: 'unknown' }],
  measure: (node) =>
    measured(
      node.rows(systemLogs).map(({ table = '' }) => ({
        subject: { database: 'system', table },
        values: { leftover: isLeftover(table) },
      })),
    ),
  rules: [
    {
      severity: 'info',
      all: [{ value: 'leftover', is: 'equal to', than: true }],
      source: 'Altinity/Skills (logs): tables named *_log_N',
      message: ({ subject }) =>
        `system.${subject.table} is what was logged before an upgrade; nothing is written to it any more.`,
    },
  ],
  explanation:
    'When an upgrade changes the columns of a log table the server renames the old one and starts anew. The old rows stay until somebody drops them.',
  causes: ['An upgrade of ClickHouse', 'A changed definition of the log in the configuration'],
  fix: ({ subject }) => ({
    sql: `DROP TABLE IF EXISTS system.${sqlName(subject.table ?? '')}`,
    risk: 'destructive',
    note: 'Deletes what was logged before the upgrade, for good.',
  }),
  proof: { kind: 'fault' },
};
