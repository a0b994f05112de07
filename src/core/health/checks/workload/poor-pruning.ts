import { sqlString } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { queryShapes } from '../../readings/query-log.ts';
import { recentRows } from '../../readings/recent-rows.ts';
import { countText } from '../../wording.ts';
import { sumShapes } from './shape-sums.ts';

/** Queries that read most of a table to return little of it. */
export const poorPruning: NodeCheck = {
  id: 'poor-pruning',
  number: 83,
  title: 'A query reads far more than it returns',
  group: 'workload',
  dimension: 'workload',
  scope: 'node',
  needs: [
    {
      reading: queryShapes,
      columns: ['minute', 'hash', 'kind', 'finished', 'readRows', 'resultRows', 'selectedMarks'],
      absent: 'unknown',
    },
  ],
  measure(node) {
    const hour = recentRows(node, node.rows(queryShapes), 3_600_000);
    const selects = sumShapes(hour.filter((row) => row.kind === 'select'));
    return measured(
      selects
        .filter((sum) => sum.finished > 0)
        .map(
          (sum): Measured => ({
            subject: { user: sum.user, object: sum.hash },
            values: {
              runs: sum.finished,
              marksPerRun: Math.round(sum.selectedMarks / sum.finished),
              // Servers before 24.3 do not count all marks; what is read may be all of them.
              markShare: sum.totalMarks > 0 ? sum.selectedMarks / sum.totalMarks : 1,
              readPerReturned: Math.round(sum.readRows / Math.max(1, sum.resultRows)),
              shape: sum.shape,
            },
          }),
        ),
    );
  },
  rules: [
    {
      severity: 'info',
      all: [
        { value: 'marksPerRun', is: 'above', than: 10_000 },
        { value: 'readPerReturned', is: 'above', than: 100 },
        { value: 'markShare', is: 'above', than: 0.5 },
        { value: 'runs', is: 'at least', than: 5 },
      ],
      source:
        'Altinity/Skills (query log): 10,000 marks and 100 rows read for each returned; half of all marks and 5 runs: guideline',
      message: ({ values }) =>
        `A query reads ${countText(Number(values.marksPerRun), 'mark')} a run and ${countText(Number(values.readPerReturned), 'row')} for each row that it returns: ${values.shape}`,
    },
  ],
  explanation:
    'Neither the primary key nor an index helps this query: it reads most of the table each time.',
  causes: [
    'A condition on columns that are not at the front of the sorting key',
    'A function around the key column, so that the key cannot be used',
    'No condition at all on a table that is large',
  ],
  fix: ({ subject }) => ({
    sql: `SELECT query_id, read_rows, result_rows, substring(query, 1, 200) AS query FROM system.query_log WHERE event_date >= today() - 1 AND event_time > now() - 3600 AND toInt8(type) = 2 AND user = ${sqlString(subject.user ?? '')} ORDER BY read_rows DESC LIMIT 20`,
    risk: 'safe',
    note: 'Shows the queries of this user that read most. EXPLAIN indexes = 1 tells which indexes it uses; a skip index or a projection may help.',
  }),
  proof: { kind: 'fault' },
};
