import { measured, type NodeCheck } from '../../check.ts';
import { queryMinutes } from '../../readings/query-log.ts';
import { recentRows, total } from '../../readings/recent-rows.ts';
import { countText, percentText } from '../../wording.ts';

const tooManyQueries = 202;
/** What the configuration says that servers before 23.4 come with; they do not tell their own. */
const shippedLimit = 100;

/** Running queries against `max_concurrent_queries`, and queries that were refused for it. */
export const queryConcurrency: NodeCheck = {
  id: 'query-concurrency',
  number: 71,
  title: 'Too many queries at the same time',
  group: 'resources',
  dimension: 'workload',
  scope: 'node',
  needs: [],
  uses: [queryMinutes],
  measure(node) {
    const running = node.gauge('Query');
    // 0 means that there is no limit.
    const limit = node.serverSetting('max_concurrent_queries', shippedLimit);
    const log = node.optionalRows(queryMinutes);
    const refused =
      log &&
      total(
        recentRows(node, log, 3_600_000).filter((row) => row.code === tooManyQueries),
        (row) => row.queries,
      );
    return measured([
      {
        subject: {},
        values: {
          running,
          limit,
          used: running === undefined || limit <= 0 ? undefined : running / limit,
          refused,
        },
      },
    ]);
  },
  rules: [
    {
      severity: 'high',
      all: [{ value: 'used', is: 'at least', than: 0.9 }],
      source: 'Altinity/Skills (load): 90 % of max_concurrent_queries',
      message: ({ values }) =>
        `${values.running} queries run, ${percentText(Number(values.used))} of max_concurrent_queries (${values.limit}); the next ones are refused.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'used', is: 'at least', than: 0.75 }],
      source: 'Altinity/Skills (load): 75 % of max_concurrent_queries',
      message: ({ values }) =>
        `${values.running} queries run, ${percentText(Number(values.used))} of max_concurrent_queries (${values.limit}).`,
    },
    {
      severity: 'warning',
      all: [{ value: 'refused', is: 'above', than: 10 }],
      source: 'ClickHouse/clickhouse-diagnostics: code 202 more than 10 times an hour',
      message: ({ values }) =>
        `${countText(Number(values.refused), 'query', 'queries')} were refused within an hour, because too many ran already.`,
    },
  ],
  explanation:
    'Beyond max_concurrent_queries the server refuses each further query with code 202, whoever sends it.',
  causes: [
    'Slow queries that pile up',
    'A client that repeats queries without waiting for their answers',
    'A limit that is low for this machine',
  ],
  fix: () => ({
    sql: 'SELECT user, count() AS queries, max(elapsed) AS longest_seconds FROM system.processes GROUP BY user ORDER BY queries DESC',
    risk: 'safe',
    note: 'Shows whose queries run. End some with KILL QUERY WHERE user = …, or bound the user with max_concurrent_queries_for_user.',
  }),
  proof: { kind: 'fault' },
};
