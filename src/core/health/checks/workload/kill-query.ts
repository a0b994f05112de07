import { sqlString } from '../../../../base/sql-text.ts';
import type { Fix } from '../../../../model/fleet/finding.ts';

/** Ends one running query. */
export const killQuery = (queryId: string): Fix => ({
  sql: `KILL QUERY WHERE query_id = ${sqlString(queryId)}`,
  risk: 'disruptive',
  note: 'Ends the query; whoever sent it gets an error. Bound such queries with max_execution_time.',
});
