import { measured, type NodeCheck, unknown } from '../../check.ts';
import { queryMinutes, usualTimeouts } from '../../readings/query-log.ts';
import { recentRows, total } from '../../readings/recent-rows.ts';
import { countText } from '../../wording.ts';
import { timeoutCodes } from './error-codes.ts';

/** Queries that ended in a timeout, a broken connection or a cancellation, against the usual. */
export const queryTimeouts: NodeCheck = {
  id: 'query-timeouts',
  number: 79,
  title: 'Many queries time out or are cancelled',
  group: 'workload',
  dimension: 'workload',
  scope: 'node',
  needs: [
    { reading: queryMinutes, columns: ['minute', 'code', 'queries'], absent: 'unknown' },
    { reading: usualTimeouts, columns: ['timeouts'], absent: 'unknown' },
  ],
  measure(node) {
    const hours = node.rows(usualTimeouts).map((row) => row.timeouts ?? 0);
    const timeouts = total(
      recentRows(node, node.rows(queryMinutes), 3_600_000).filter((row) =>
        timeoutCodes.has(row.code ?? 0),
      ),
      (row) => row.queries,
    );
    // None at all is never more than usual.
    if (timeouts > 0 && hours.length < 24)
      return unknown('The query_log goes back less than a day: what is usual is not known yet.');
    const usual = hours.sort((a, b) => a - b)[Math.floor(hours.length / 2)] ?? 0;
    return measured([{ subject: {}, values: { timeouts, usual } }]);
  },
  rules: [
    {
      severity: 'warning',
      all: [
        { value: 'timeouts', is: 'above', than: { value: 'usual', times: 3 } },
        { value: 'timeouts', is: 'at least', than: 20 },
      ],
      source: 'guideline: three times the median hour of the last week, at least 20',
      message: ({ values }) =>
        `${countText(Number(values.timeouts), 'query', 'queries')} of the last hour timed out, lost their connection or were cancelled; ${values.usual} are usual.`,
    },
  ],
  explanation:
    'People and programs that give up waiting are the first to notice that a server is slow. Connections that a client closes show here only where the server was writing to it.',
  causes: [
    'Queries became slower: see the findings on them',
    'A time limit that is too short for what is asked',
    'A network or a proxy that closes connections',
  ],
  fix: () => ({
    sql: "SELECT extract(exception, '^Code: ([0-9]+)') AS code, user, client_hostname, count() AS queries, quantile(0.5)(query_duration_ms) AS median_ms FROM system.query_log WHERE event_date >= today() - 1 AND event_time > now() - 3600 AND extract(exception, '^Code: ([0-9]+)') IN ('159', '209', '210', '394') GROUP BY code, user, client_hostname ORDER BY queries DESC LIMIT 20",
    risk: 'safe',
    note: 'Shows whose queries ended so, and after how long.',
  }),
  proof: { kind: 'fault' },
};
