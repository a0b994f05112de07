import { sqlTable } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { viewFailures, viewRefreshes } from '../../readings/integrations.ts';
import { recentRows } from '../../readings/recent-rows.ts';
import { whyMissing } from '../../readings/why-missing.ts';
import { countText, durationText } from '../../wording.ts';

/** Whether materialized views take over rows, and refresh when they should. */
export const materializedViews: NodeCheck = {
  id: 'materialized-views',
  number: 89,
  title: 'A materialized view fails',
  group: 'integrations',
  dimension: 'ingestion',
  scope: 'node',
  needs: [],
  uses: [viewRefreshes, viewFailures],
  measure(node) {
    const refreshes = node.optionalRows(viewRefreshes);
    const failures = node.optionalRows(viewFailures);
    if (!refreshes && !failures) return whyMissing([node], [viewRefreshes, viewFailures]);
    return measured([
      ...(refreshes ?? []).map(
        (row): Measured => ({
          subject: { database: row.database, table: row.view },
          values: {
            exception: row.exception,
            disabled: row.status === 'Disabled',
            successAgeSeconds: row.successAgeSeconds,
            intervalSeconds: row.intervalSeconds,
          },
        }),
      ),
      ...failuresByView(recentRows(node, failures ?? [], 3_600_000)),
    ]);
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'exception', is: 'not', than: '' }],
      source: 'ClickHouse, system.view_refreshes: exception says that the last refresh failed',
      message: (item) => `The last refresh of ${name(item)} failed: ${item.values.exception}`,
    },
    {
      severity: 'warning',
      all: [{ value: 'disabled', is: 'equal to', than: true }],
      source: 'ClickHouse/clickhouse-diagnostics: status Disabled',
      message: (item) => `The view ${name(item)} does not refresh: it is stopped.`,
    },
    {
      severity: 'warning',
      all: [
        { value: 'successAgeSeconds', is: 'above', than: { value: 'intervalSeconds', times: 3 } },
        { value: 'intervalSeconds', is: 'above', than: 0 },
      ],
      source: 'ClickHouse/clickhouse-diagnostics: no success for three intervals',
      message: (item) =>
        `The view ${name(item)} was last refreshed ${durationText(Number(item.values.successAgeSeconds))} ago; it is due every ${durationText(Number(item.values.intervalSeconds))}.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'failures', is: 'above', than: 0 }],
      source: 'ClickHouse, system.query_views_log: exception_code is not 0',
      message: ({ subject, values }) =>
        `The view ${subject.object} failed for ${countText(Number(values.failures), 'insert')} within an hour (code ${values.code}): ${values.lastException}`,
    },
  ],
  explanation:
    'A view that fails makes the insert fail, or is left out without a word where materialized_views_ignore_errors is set; one that does not refresh shows old rows.',
  causes: [
    'A column of the source or of the target changed',
    'The target is read-only, has too many parts, or its disk is full',
    'The query of the view needs more memory than it may use',
    'Somebody stopped it with SYSTEM STOP VIEW',
  ],
  fix: ({ subject, values }) => {
    if (subject.table === undefined)
      return {
        sql: 'SELECT view_name, exception_code, count() AS failures, any(substring(exception, 1, 300)) AS example FROM system.query_views_log WHERE event_date >= today() - 1 AND event_time > now() - 3600 AND exception_code != 0 GROUP BY view_name, exception_code ORDER BY failures DESC',
        risk: 'safe',
        note: 'Shows which views fail and why. Rows that a view missed are not caught up by themselves.',
      };
    const view = sqlTable({ database: subject.database ?? '', name: subject.table });
    return values.disabled === true
      ? { sql: `SYSTEM START VIEW ${view}`, risk: 'safe', note: 'It refreshes again when due.' }
      : { sql: `SYSTEM REFRESH VIEW ${view}`, risk: 'safe', note: 'Refreshes it now.' };
  },
  proof: { kind: 'fault' },
};

const name = ({ subject }: Measured): string => `${subject.database}.${subject.table}`;

function failuresByView(
  rows: readonly {
    readonly view: string | undefined;
    readonly failures: number | undefined;
    readonly code: number | undefined;
    readonly exception: string | undefined;
  }[],
): Measured[] {
  return [...Map.groupBy(rows, (row) => row.view ?? '')].map(([view, group]) => ({
    subject: { object: view },
    values: {
      failures: group.reduce((sum, row) => sum + (row.failures ?? 0), 0),
      code: group.at(-1)?.code,
      lastException: group.at(-1)?.exception,
    },
  }));
}
