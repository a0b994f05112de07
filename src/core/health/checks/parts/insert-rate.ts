import { sqlString } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck } from '../../check.ts';
import { partMinutes } from '../../readings/part-log.ts';
import { recentRows } from '../../readings/recent-rows.ts';
import { countText } from '../../wording.ts';

const windowMs = 600_000;

/** New parts of each table a minute. */
export const insertRate: NodeCheck = {
  id: 'insert-rate',
  number: 44,
  title: 'A table gets very many new parts',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [
    {
      reading: partMinutes,
      columns: ['minute', 'database', 'table', 'inserts', 'insertedRows'],
      absent: 'unknown',
    },
  ],
  measure(node) {
    const tables = new Map<
      string,
      { database: string; table: string; parts: number; rows: number }
    >();
    for (const row of recentRows(node, node.rows(partMinutes), windowMs)) {
      const { database = '', table = '' } = row;
      const key = JSON.stringify([database, table]);
      const known = tables.get(key) ?? { database, table, parts: 0, rows: 0 };
      known.parts += row.inserts ?? 0;
      known.rows += row.insertedRows ?? 0;
      tables.set(key, known);
    }
    return measured(
      [...tables.values()].map(({ database, table, parts, rows }) => ({
        subject: { database, table },
        values: {
          partsPerMinute: parts / (windowMs / 60_000),
          rowsPerPart: rows / Math.max(1, parts),
        },
      })),
    );
  },
  rules: [
    {
      severity: 'warning',
      all: [
        { value: 'partsPerMinute', is: 'above', than: 60 },
        // Where each part is large, there is simply much data.
        { value: 'rowsPerPart', is: 'below', than: 100_000 },
      ],
      source:
        'Altinity/Skills (ingestion): more than 60 parts a minute; small ones only: guideline',
      message: ({ values }) =>
        `${countText(Number(values.partsPerMinute), 'new part')} a minute come into the table, of ${Math.round(Number(values.rowsPerPart))} rows each.`,
    },
  ],
  explanation:
    'Merges have to take away as many parts as come. Small and many they cost the most, and the table nears its limits when merges are held up for a moment.',
  causes: [
    'Many small inserts',
    'Inserts whose rows fall into many partitions: one part for each',
    'Materialized views: each makes parts of its own',
  ],
  fix: ({ subject }) => ({
    sql: `SELECT partition_id, count() AS new_parts, sum(rows) AS rows FROM system.part_log WHERE event_date >= today() - 1 AND event_time > now() - 600 AND toInt8(event_type) = 1 AND database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')} GROUP BY partition_id ORDER BY new_parts DESC LIMIT 20`,
    risk: 'safe',
    note: 'Shows whether the parts come from many inserts or from many partitions. Batch inserts, or use async_insert = 1.',
  }),
  proof: { kind: 'fault' },
};
