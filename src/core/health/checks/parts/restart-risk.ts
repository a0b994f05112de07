import { sqlString } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck } from '../../check.ts';
import { atLeast } from '../../readings/merge-tree-limits.ts';
import { detachedParts } from '../../readings/parts.ts';
import { countText } from '../../wording.ts';

const reasons = new Set(['broken', 'broken-on-start']);

/** Broken parts of a table against the number with which the server refuses to load it. */
export const restartRisk: NodeCheck = {
  id: 'restart-risk',
  number: 54,
  title: 'The server may refuse to load a table',
  group: 'parts',
  dimension: 'safety',
  scope: 'node',
  needs: [
    {
      reading: detachedParts,
      columns: ['database', 'table', 'reason', 'parts'],
      absent: 'unknown',
    },
  ],
  measure(node) {
    const tables = new Map<string, { database: string; table: string; parts: number }>();
    for (const { database = '', table = '', reason = '', parts = 0 } of node.rows(detachedParts)) {
      if (!reasons.has(reason)) continue;
      const key = JSON.stringify([database, table]);
      const known = tables.get(key) ?? { database, table, parts: 0 };
      known.parts += parts;
      tables.set(key, known);
    }
    return measured(
      [...tables.values()].map(({ database, table, parts }) => ({
        subject: { database, table },
        values: {
          broken: parts,
          limit:
            node.mergeTreeSetting(database, table, 'max_suspicious_broken_parts') ??
            (atLeast(node.node.version, 22, 8) ? 100 : 10),
        },
      })),
    );
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'broken', is: 'at least', than: { value: 'limit', times: 0.5 } }],
      source:
        'Altinity/clickhouse-operator #1715; half of max_suspicious_broken_parts of the table: guideline',
      message: ({ values }) =>
        `${countText(Number(values.broken), 'part')} of the table were found broken; a server that finds more than ${values.limit} when it starts refuses to load the table.`,
    },
  ],
  explanation:
    'A server that finds too many broken parts takes it for a wrong disk or a wrong configuration, and does not start the table, so that nothing is made worse.',
  causes: ['A disk that loses data', 'Files that were deleted or copied by hand'],
  fix: ({ subject }) => ({
    sql: `SELECT name, reason FROM system.detached_parts WHERE database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')} AND reason IN ('broken', 'broken-on-start') ORDER BY name LIMIT 100`,
    risk: 'safe',
    note: 'Shows the broken parts. Find out why they break before the next restart: the disk, its log, the memory.',
  }),
  proof: { kind: 'fault' },
};
