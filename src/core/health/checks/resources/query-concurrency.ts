import { measured, type NodeCheck, unknown } from '../../check.ts';
import { percentText } from '../../wording.ts';

/** What the configuration says that servers before 23.4 come with; they do not tell their own. */
const shippedLimit = 100;

/** Running queries against `max_concurrent_queries`. */
export const queryConcurrency: NodeCheck = {
  id: 'query-concurrency',
  number: 71,
  title: 'Too many queries at the same time',
  group: 'resources',
  dimension: 'workload',
  scope: 'node',
  needs: [],
  measure(node) {
    const running = node.gauge('Query');
    // 0 means that there is no limit.
    const limit = node.serverSetting('max_concurrent_queries', shippedLimit);
    if (running === undefined) return unknown('This server does not count its running queries.');
    const used = limit > 0 ? running / limit : 0;
    return measured([{ subject: {}, values: { running, limit, used } }]);
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
