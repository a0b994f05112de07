import { measured, type NodeCheck } from '../../check.ts';
import { errorCounts, errorGrowth } from '../../readings/errors.ts';
import { countText, percentText } from '../../wording.ts';

/** What a server takes where its configuration says nothing. */
const usualLimit = 10_000;
const cannotScheduleTask = 439;
const cannotCreateTimer = 460;

/** Threads against `max_thread_pool_size`, and work that found none. */
export const threadPool: NodeCheck = {
  id: 'thread-pool',
  number: 73,
  title: 'Threads are nearly used up',
  group: 'resources',
  dimension: 'resources',
  scope: 'node',
  needs: [],
  uses: [errorCounts],
  measure(node) {
    const threads = node.gauge('GlobalThread');
    const limit = node.serverSetting('max_thread_pool_size', usualLimit);
    const refused = errorGrowth(node, [cannotScheduleTask, cannotCreateTimer], 3_600_000);
    const used = threads === undefined ? undefined : threads / limit;
    return measured([
      { subject: {}, values: { threads, limit, used } },
      { subject: { object: 'refused tasks' }, values: { refused } },
    ]);
  },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'used', is: 'at least', than: 0.9 }],
      source: 'guideline: 90 % of max_thread_pool_size',
      message: ({ values }) =>
        `${values.threads} threads are in use, ${percentText(Number(values.used))} of max_thread_pool_size (${values.limit}).`,
    },
    {
      severity: 'warning',
      all: [{ value: 'refused', is: 'above', than: 0 }],
      source: 'guideline: codes 439 and 460 say that a task found no thread',
      message: ({ values }) =>
        `${countText(Number(values.refused), 'task')} found no thread within an hour (codes 439 and 460).`,
    },
  ],
  explanation:
    'Without a free thread the server can start neither queries nor merges, and may stop to answer.',
  causes: [
    'Very many queries at the same time, each with many threads',
    'Very many Distributed or Kafka tables',
    'A limit of the operating system on threads (ulimit -u, pids of the container)',
  ],
  fix: () => ({
    sql: 'SELECT query_id, user, elapsed, length(thread_ids) AS threads FROM system.processes ORDER BY threads DESC LIMIT 20',
    risk: 'safe',
    note: 'Shows which queries hold threads. Lower max_threads for their users.',
  }),
  proof: { kind: 'sql' },
};
