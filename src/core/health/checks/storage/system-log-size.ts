import { sqlName } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck, type Rule, unknown } from '../../check.ts';
import { disks } from '../../readings/disks.ts';
import { tableParts } from '../../readings/parts.ts';
import { percentText, sizeText } from '../../wording.ts';

const rule = (severity: Rule['severity'], share: number): Rule => ({
  severity,
  all: [{ value: 'share', is: 'above', than: share }],
  source: 'Altinity/Skills (logs): 5, 10 and 20 % of the free space',
  message: ({ subject, values }) =>
    `system.${subject.table} has ${sizeText(Number(values.bytes))}, ${percentText(Number(values.share))} of the space that is left (${sizeText(Number(values.freeBytes))}).`,
});

/** The server's own log tables against the space that is left. */
export const systemLogSize: NodeCheck = {
  id: 'system-log-size',
  number: 64,
  title: 'A log table of the server is large',
  group: 'storage',
  dimension: 'resources',
  scope: 'node',
  needs: [
    { reading: tableParts, columns: ['database', 'table', 'bytes'], absent: 'unknown' },
    { reading: disks, columns: ['disk', 'freeBytes'], absent: 'unknown' },
  ],
  measure(node) {
    const all = node.rows(disks);
    // Log tables lie on the default disk, unless a storage policy was written for them.
    const freeBytes = (all.find((row) => row.disk === 'default') ?? all[0])?.freeBytes;
    if (freeBytes === undefined) return unknown('The server has no local disk.');
    return measured(
      node
        .rows(tableParts)
        .filter((row) => row.database === 'system')
        .map(({ table, bytes = 0 }) => ({
          subject: { database: 'system', table: table ?? '' },
          values: { share: bytes / Math.max(1, freeBytes), bytes, freeBytes },
        })),
    );
  },
  rules: [rule('critical', 0.2), rule('high', 0.1), rule('warning', 0.05)],
  explanation:
    'The server writes logs about itself into tables, which grow for ever where nothing bounds them.',
  causes: ['No TTL on the log table', 'trace_log or text_log at a fine level', 'Very many queries'],
  fix: ({ subject }) => ({
    sql: `ALTER TABLE system.${sqlName(subject.table ?? '')} MODIFY TTL event_date + INTERVAL 30 DAY`,
    risk: 'destructive',
    note: 'Deletes rows older than 30 days, now and from now on. Put <ttl> into the section of this log in the configuration as well: the server makes the table anew when both differ.',
  }),
  proof: { kind: 'sql' },
};
