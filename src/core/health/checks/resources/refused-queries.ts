import { measured, type NodeCheck } from '../../check.ts';
import { queryMinutes } from '../../readings/query-log.ts';
import { recentRows, total } from '../../readings/recent-rows.ts';
import { countText } from '../../wording.ts';

const tooManyQueries = 202;

/** Queries that were refused because too many ran already. */
export const refusedQueries: NodeCheck = {
  id: 'refused-queries',
  number: 71,
  title: 'Queries are refused because too many run',
  group: 'resources',
  dimension: 'workload',
  scope: 'node',
  needs: [{ reading: queryMinutes, columns: ['minute', 'code', 'queries'], absent: 'unknown' }],
  measure(node) {
    const hour = recentRows(node, node.rows(queryMinutes), 3_600_000);
    const refused = total(
      hour.filter((row) => row.code === tooManyQueries),
      (row) => row.queries,
    );
    return measured([{ subject: {}, values: { refused } }]);
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'refused', is: 'above', than: 10 }],
      source: 'ClickHouse/clickhouse-diagnostics: code 202 more than 10 times an hour',
      message: ({ values }) =>
        `${countText(Number(values.refused), 'query', 'queries')} were refused within an hour, because too many ran already.`,
    },
  ],
  explanation:
    'Beyond max_concurrent_queries, in all or of one user, the server refuses each further query with code 202.',
  causes: [
    'Slow queries that pile up',
    'A client that repeats queries without waiting for their answers',
    'A limit that is low for this machine',
  ],
  fix: () => ({
    sql: "SELECT user, count() AS refused FROM system.query_log WHERE event_date >= today() - 1 AND event_time > now() - 3600 AND extract(exception, '^Code: ([0-9]+)') = '202' GROUP BY user ORDER BY refused DESC LIMIT 20",
    risk: 'safe',
    note: 'Shows whose queries were refused. Raise the limit, or bound one user with max_concurrent_queries_for_user.',
  }),
  proof: { kind: 'fault' },
};
