/** What a finding about a table is about. */
export const tableSubject = (row: {
  readonly database: string | undefined;
  readonly table: string | undefined;
}) => ({ database: row.database ?? '', table: row.table ?? '' });

/** The table of a finding, for a statement. */
export const tableOf = (subject: {
  readonly database?: string | undefined;
  readonly table?: string | undefined;
}) => ({ database: subject.database ?? '', name: subject.table ?? '' });
