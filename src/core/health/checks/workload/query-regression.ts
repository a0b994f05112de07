import { sqlString } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { queryShapes, usualDurations } from '../../readings/query-log.ts';
import { recentRows } from '../../readings/recent-rows.ts';
import { quantileMs, sumShapes } from './shape-sums.ts';

/** Shapes of queries that became slower than they were in the week before. */
export const queryRegression: NodeCheck = {
  id: 'query-regression',
  number: 78,
  title: 'Queries became slower',
  group: 'workload',
  dimension: 'workload',
  scope: 'node',
  needs: [
    {
      reading: queryShapes,
      columns: ['minute', 'hash', 'durations', 'finished'],
      absent: 'unknown',
    },
    { reading: usualDurations, columns: ['hash', 'p95Ms', 'runs'], absent: 'unknown' },
  ],
  measure(node) {
    const usual = new Map(node.rows(usualDurations).map((row) => [row.hash, row] as const));
    const hour = recentRows(node, node.rows(queryShapes), 3_600_000);
    return measured(
      sumShapes(hour).flatMap((sum): Measured[] => {
        const before = usual.get(sum.hash);
        const p95Ms = quantileMs(sum.durations, 0.95);
        if (before?.p95Ms === undefined || p95Ms === undefined) return [];
        return [
          {
            subject: { user: sum.user, object: sum.hash },
            values: {
              p95Ms: Math.round(p95Ms),
              usualP95Ms: Math.round(before.p95Ms),
              slowerMs: Math.round(p95Ms - before.p95Ms),
              runs: sum.finished,
              usualRuns: before.runs,
              shape: sum.shape,
            },
          },
        ];
      }),
    );
  },
  rules: [
    {
      severity: 'warning',
      all: [
        { value: 'p95Ms', is: 'at least', than: { value: 'usualP95Ms', times: 2 } },
        { value: 'slowerMs', is: 'at least', than: 100 },
        { value: 'runs', is: 'at least', than: 20 },
        { value: 'usualRuns', is: 'at least', than: 20 },
      ],
      source: 'chmonitor, clickpulse: twice as slow; 20 runs and 100 ms: guideline',
      message: ({ values }) =>
        `The 95th percentile of ${values.runs} runs within an hour is ${values.p95Ms} ms; in the week before it was ${values.usualP95Ms} ms: ${values.shape}`,
    },
  ],
  explanation: 'The same query takes at least twice as long as before: something changed.',
  causes: [
    'More data in the range that it reads, or more parts',
    'An index, projection or setting that is gone',
    'A new version, or a busy server',
  ],
  fix: ({ subject }) => ({
    sql: `SELECT event_time, query_duration_ms, read_rows, formatReadableSize(read_bytes) AS read, formatReadableSize(memory_usage) AS memory, query_id FROM system.query_log WHERE event_date >= today() - 7 AND type = 'QueryFinish' AND toString(normalized_query_hash) = ${sqlString(subject.object ?? '')} ORDER BY query_duration_ms DESC LIMIT 20`,
    risk: 'safe',
    note: 'Shows the slowest runs of a week. Compare the ProfileEvents of a slow and a quick one.',
  }),
  proof: { kind: 'sql' },
};
