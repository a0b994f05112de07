import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { viewFailures as failures } from '../../readings/integrations.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { recentRows, total } from '../../readings/recent-rows.ts';
import { countText } from '../../wording.ts';

/** Whether materialized views take over the rows that are inserted. */
export const viewFailures: NodeCheck = {
  id: 'view-failures',
  number: 89,
  title: 'A materialized view fails on inserts',
  group: 'integrations',
  dimension: 'ingestion',
  scope: 'node',
  about: { objects: objectKinds.materializedViews },
  needs: [{ reading: failures, columns: ['minute', 'view', 'failures'], absent: 'unknown' }],
  measure(node) {
    const hour = recentRows(node, node.rows(failures), 3_600_000);
    return measured(
      [...Map.groupBy(hour, (row) => row.view ?? '')].map(
        ([view, rows]): Measured => ({
          subject: { object: view },
          values: {
            failures: total(rows, (row) => row.failures),
            code: rows.at(-1)?.code,
            lastException: rows.at(-1)?.exception,
          },
        }),
      ),
    );
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'failures', is: 'above', than: 0 }],
      source: 'ClickHouse, system.query_views_log: exception_code is not 0',
      message: ({ subject, values }) =>
        `The view ${subject.object} failed for ${countText(Number(values.failures), 'insert')} within an hour (code ${values.code}): ${values.lastException}`,
    },
  ],
  explanation:
    'A view that fails makes the insert fail, or is left out without a word where materialized_views_ignore_errors is set.',
  causes: [
    'A column of the source or of the target changed',
    'The target is read-only, has too many parts, or its disk is full',
    'The query of the view needs more memory than it may use',
  ],
  fix: () => ({
    sql: 'SELECT view_name, exception_code, count() AS failures, any(substring(exception, 1, 300)) AS example FROM system.query_views_log WHERE event_date >= today() - 1 AND event_time > now() - 3600 AND exception_code != 0 GROUP BY view_name, exception_code ORDER BY failures DESC',
    risk: 'safe',
    note: 'Shows which views fail and why. Rows that a view missed are not caught up by themselves.',
  }),
  proof: { kind: 'sql' },
};
