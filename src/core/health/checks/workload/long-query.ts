import { sqlString } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { usualDurations } from '../../readings/query-log.ts';
import { runningQueries } from '../../readings/running-queries.ts';
import { durationText, sizeText } from '../../wording.ts';

/** Kinds that are meant to take long. */
const patient = new Set(['backup', 'restore', 'system', 'optimize', 'watch']);

/** Queries that run much longer than queries should, or than they themselves usually do. */
export const longQuery: NodeCheck = {
  id: 'long-query',
  number: 77,
  title: 'A query runs very long',
  group: 'workload',
  dimension: 'workload',
  scope: 'node',
  needs: [
    {
      reading: runningQueries,
      columns: ['queryId', 'user', 'elapsedSeconds'],
      absent: 'unknown',
    },
  ],
  uses: [usualDurations],
  measure(node) {
    const usual = new Map(
      (node.optionalRows(usualDurations) ?? []).map((row) => [row.hash, row] as const),
    );
    const queries = node
      .rows(runningQueries)
      .filter((row) => !patient.has((row.kind ?? '').toLowerCase()));
    return measured(
      queries.map((row): Measured => {
        const known = usual.get(row.hash);
        return {
          subject: { user: row.user, object: row.queryId },
          values: {
            elapsedSeconds: row.elapsedSeconds,
            memoryBytes: row.memoryBytes,
            readRows: row.readRows,
            shape: row.shape,
            usualP99Seconds: known?.p99Ms === undefined ? undefined : known.p99Ms / 1_000,
            usualRuns: known?.runs,
          },
        };
      }),
    );
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'elapsedSeconds', is: 'above', than: 600 }],
      keep: [{ value: 'elapsedSeconds', is: 'above', than: 300 }],
      source: 'Altinity/clickhouse-operator: 600 s; Netdata: over below 300 s',
      message: ({ subject, values }) =>
        `A query of ${subject.user} has been running for ${durationText(Number(values.elapsedSeconds))} with ${sizeText(Number(values.memoryBytes ?? 0))} of memory: ${values.shape ?? subject.object}`,
    },
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
    'A query that does not end holds memory, threads and old parts, and often somebody waits for it.',
  causes: [
    'A join or a condition that reads far more than was meant',
    'A client that went away without ending its query',
    'A slow server elsewhere that the query reads from',
  ],
  fix: ({ subject }) => ({
    sql: `KILL QUERY WHERE query_id = ${sqlString(subject.object ?? '')}`,
    risk: 'disruptive',
    note: 'Ends the query; whoever sent it gets an error. Bound such queries with max_execution_time.',
  }),
  proof: { kind: 'fault' },
};
