import { sqlTable } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck, restartGraceMs } from '../../check.ts';
import { viewRefreshes as views } from '../../readings/integrations.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { releases } from '../../releases.ts';
import { durationText } from '../../wording.ts';

/** Whether views that refresh themselves do so. */
export const viewRefreshes: NodeCheck = {
  id: 'view-refreshes',
  number: 89,
  title: 'A view does not refresh',
  group: 'integrations',
  dimension: 'ingestion',
  scope: 'node',
  graceMs: restartGraceMs,
  about: { since: releases.refreshableViews, objects: objectKinds.materializedViews },
  needs: [
    {
      reading: views,
      columns: ['database', 'view', 'status', 'exception', 'successAgeSeconds', 'intervalSeconds'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(views).map(
        (row): Measured => ({
          subject: { database: row.database, table: row.view },
          values: {
            exception: row.exception,
            disabled: row.status === 'Disabled',
            successAgeSeconds: row.successAgeSeconds,
            intervalSeconds: row.intervalSeconds,
            retries: row.retries,
          },
        }),
      ),
    ),
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
  ],
  explanation: 'Whoever reads the view sees old rows without noticing.',
  causes: [
    'Its query fails: see the exception',
    'It needs more memory or time than it may use',
    'Somebody stopped it with SYSTEM STOP VIEW',
  ],
  fix: ({ subject, values }) => {
    const view = sqlTable({ database: subject.database ?? '', name: subject.table ?? '' });
    return values.disabled === true
      ? { sql: `SYSTEM START VIEW ${view}`, risk: 'safe', note: 'It refreshes again when due.' }
      : { sql: `SYSTEM REFRESH VIEW ${view}`, risk: 'safe', note: 'Refreshes it now.' };
  },
  proof: { kind: 'fault' },
};

const name = ({ subject }: Measured): string => `${subject.database}.${subject.table}`;
