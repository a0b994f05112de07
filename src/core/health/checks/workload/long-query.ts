import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { impatientQueries, runningQueries } from '../../readings/running-queries.ts';
import { durationText, sizeText } from '../../wording.ts';
import { killQuery } from './kill-query.ts';

/** Queries that run much longer than queries should. */
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
  measure: (node) =>
    measured(
      impatientQueries(node.rows(runningQueries)).map(
        (row): Measured => ({
          subject: { user: row.user, object: row.queryId },
          values: {
            elapsedSeconds: row.elapsedSeconds,
            memoryBytes: row.memoryBytes,
            readRows: row.readRows,
            shape: row.shape,
          },
        }),
      ),
    ),
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'elapsedSeconds', is: 'above', than: 600 }],
      keep: [{ value: 'elapsedSeconds', is: 'above', than: 300 }],
      source: 'Altinity/clickhouse-operator: 600 s; Netdata: over below 300 s',
      message: ({ subject, values }) =>
        `A query of ${subject.user} has been running for ${durationText(Number(values.elapsedSeconds))} with ${sizeText(Number(values.memoryBytes ?? 0))} of memory: ${values.shape ?? subject.object}`,
    },
  ],
  explanation:
    'A query that does not end holds memory, threads and old parts, and often somebody waits for it.',
  causes: [
    'A join or a condition that reads far more than was meant',
    'A client that went away without ending its query',
    'A slow server elsewhere that the query reads from',
  ],
  fix: ({ subject }) => killQuery(subject.object ?? ''),
  proof: { kind: 'fault' },
};
