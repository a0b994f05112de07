import { sqlString } from '../../../../base/sql-text.ts';
import type { FindingSubject, Fix } from '../../../../model/fleet/finding.ts';

/** Ends one mutation. What it has rewritten so far stays rewritten. */
export const killMutation = ({ database, table, object }: FindingSubject): Fix => ({
  sql: `KILL MUTATION WHERE database = ${sqlString(database ?? '')} AND table = ${sqlString(table ?? '')} AND mutation_id = ${sqlString(object ?? '')}`,
  risk: 'disruptive',
  note: 'Ends the mutation: parts that it has rewritten stay so, the others are left as they are. Look at its command and at why it fails first; often the statement is to be corrected and run again. Needs ClickHouse 19.1 or newer.',
});
