import { sqlString, sqlTable } from '../../../../base/sql-text.ts';
import type { FindingSubject } from '../../../../model/fleet/finding.ts';
import type { Measured } from '../../check.ts';

/** A table as people write it in messages. */
export const tableText = ({ subject }: Pick<Measured, 'subject'>): string =>
  `${subject.database ?? ''}.${subject.table ?? ''}`;

/** A table as SQL names it. */
export const tableSql = ({ subject }: Pick<Measured, 'subject'>): string =>
  sqlTable({ database: subject.database ?? '', name: subject.table ?? '' });

/** The subject of a row that names its table. */
export const tableSubject = (row: {
  readonly database: string | undefined;
  readonly table: string | undefined;
}): FindingSubject => ({
  ...(row.database !== undefined && { database: row.database }),
  ...(row.table !== undefined && { table: row.table }),
});

/** What a table's own row and its queue tell: the first thing to look at. */
export const replicaStateSql = (item: Pick<Measured, 'subject'>): string =>
  `SELECT type, create_time, num_tries, num_postponed, postpone_reason, last_exception, new_part_name FROM system.replication_queue WHERE ${tableCondition(item)} ORDER BY create_time LIMIT 20`;

/** `database = '…' AND table = '…'`. */
export const tableCondition = ({ subject }: Pick<Measured, 'subject'>): string =>
  `database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')}`;
