import { sqlName } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck, notApplicable } from '../../check.ts';
import { systemLogs } from '../../readings/disks.ts';
import { isOlder, releases } from '../../releases.ts';
import { isLeftover } from './system-log-leftovers.ts';

/** Log tables of the server that keep everything for ever. */
export const systemLogTtl: NodeCheck = {
  id: 'system-log-ttl',
  number: 64,
  title: 'A log table of the server has no TTL',
  group: 'storage',
  dimension: 'configuration',
  scope: 'node',
  needs: [{ reading: systemLogs, absent: 'unknown' }],
  measure(node) {
    if (isOlder(node.node.version, releases.ttl))
      return notApplicable('This version knows no TTL.');
    return measured(
      node
        .rows(systemLogs)
        .filter((row) => !isLeftover(row.table ?? ''))
        .map((row) => ({
          subject: { database: 'system', table: row.table ?? '' },
          values: { hasTtl: row.hasTtl },
        })),
    );
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'hasTtl', is: 'equal to', than: false }],
      source: 'Altinity/Skills (logs): a log table without TTL',
      message: ({ subject }) => `system.${subject.table} has no TTL: it grows for ever.`,
    },
  ],
  explanation:
    'The server writes logs about itself into tables. Without a TTL they fill the disk some day, and make it a full disk for all tables.',
  causes: ['The configuration of this log says nothing of a TTL'],
  fix: ({ subject }) => ({
    sql: `ALTER TABLE system.${sqlName(subject.table ?? '')} MODIFY TTL event_date + INTERVAL 30 DAY`,
    risk: 'destructive',
    note: 'Deletes rows older than 30 days, now and from now on. Put <ttl> into the section of this log in the configuration as well: the server makes the table anew when both differ.',
  }),
  proof: { kind: 'fault' },
};
