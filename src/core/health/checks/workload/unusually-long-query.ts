import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { usualDurations } from '../../readings/query-log.ts';
import { impatientQueries, runningQueries } from '../../readings/running-queries.ts';
import { durationText } from '../../wording.ts';
import { killQuery } from './kill-query.ts';

/** Queries that run much longer than they themselves usually do. */
export const unusuallyLongQuery: NodeCheck = {
  id: 'unusually-long-query',
  number: 77,
  title: 'A query runs much longer than it usually does',
  group: 'workload',
  dimension: 'workload',
  scope: 'node',
  needs: [
    {
      reading: runningQueries,
      columns: ['queryId', 'user', 'elapsedSeconds', 'kind', 'hash'],
      absent: 'unknown',
    },
    { reading: usualDurations, columns: ['hash', 'p99Ms', 'runs'], absent: 'unknown' },
  ],
  measure(node) {
    const usual = new Map(node.rows(usualDurations).map((row) => [row.hash, row] as const));
    return measured(
      impatientQueries(node.rows(runningQueries)).flatMap((row): Measured[] => {
        const known = usual.get(row.hash);
        if (known?.p99Ms === undefined) return [];
        return [
          {
            subject: { user: row.user, object: row.queryId },
            values: {
              elapsedSeconds: row.elapsedSeconds,
              usualP99Seconds: known.p99Ms / 1_000,
              usualRuns: known.runs,
              shape: row.shape,
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
        { value: 'elapsedSeconds', is: 'above', than: { value: 'usualP99Seconds', times: 10 } },
        { value: 'elapsedSeconds', is: 'at least', than: 60 },
        { value: 'usualRuns', is: 'at least', than: 20 },
      ],
      source: 'guideline: ten times its own 99th percentile of the last week, at least a minute',
      message: ({ subject, values }) =>
        `A query of ${subject.user} has been running for ${durationText(Number(values.elapsedSeconds))}; 99 of 100 take at most ${durationText(Math.max(1, Number(values.usualP99Seconds)))}: ${values.shape ?? subject.object}`,
    },
  ],
  explanation:
    'The same query was much quicker all week: what it waits for now makes others wait as well.',
  causes: [
    'It waits for a lock, a slow disk or another server',
    'It reads a much larger range than usual',
    'The server is busy with something else',
  ],
  fix: ({ subject }) => killQuery(subject.object ?? ''),
  proof: { kind: 'sql' },
};
