import { sqlTable } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck, unknown } from '../../check.ts';
import { tableParts } from '../../readings/parts.ts';
import { releases } from '../../releases.ts';
import { countText, sizeText } from '../../wording.ts';
import { tableOf, tableSubject } from './table-subject.ts';

/** Parts whose rows should all have been deleted by their TTL. */
export const expiredRows: NodeCheck = {
  id: 'expired-rows',
  number: 56,
  title: 'A TTL is not applied',
  group: 'parts',
  dimension: 'resources',
  scope: 'node',
  about: { since: releases.ttl },
  needs: [{ reading: tableParts, columns: ['database', 'table'], absent: 'unknown' }],
  measure(node) {
    const tables = node.rows(tableParts);
    if (tables.length > 0 && tables.every((row) => row.expiredParts === undefined))
      return unknown('This version does not tell when the rows of a part expire.');
    return measured(
      tables.map((row) => ({
        subject: tableSubject(row),
        values: { expiredParts: row.expiredParts, expiredBytes: row.expiredBytes },
      })),
    );
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'expiredParts', is: 'above', than: 0 }],
      source:
        'ClickHouse/clickhouse-diagnostics: expired rows that are still there; two days: guideline',
      message: ({ values }) =>
        `${countText(Number(values.expiredParts), 'part')} (${sizeText(Number(values.expiredBytes ?? 0))}) hold only rows that expired two days ago or more.`,
    },
  ],
  explanation:
    'A TTL is applied by merges. Where it is not, data stays that somebody wanted gone, and the disk fills.',
  causes: [
    'Merges are stopped: SYSTEM STOP TTL MERGES or STOP MERGES',
    'merge_with_ttl_timeout is long, or all threads are busy',
    'Parts whose merge fails: see part_log',
  ],
  fix: ({ subject }) => ({
    sql: `ALTER TABLE ${sqlTable(tableOf(subject))} MATERIALIZE TTL`,
    risk: 'destructive',
    note: 'Applies the TTL to all parts now: deletes the expired rows, as the table says, and rewrites parts meanwhile. Try SYSTEM START TTL MERGES first.',
  }),
  proof: { kind: 'fault' },
};
