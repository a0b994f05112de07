import { measured, type NodeCheck } from '../../check.ts';

const windowMs = 600_000;

/** How many rows an insert carries. */
export const tinyInserts: NodeCheck = {
  id: 'tiny-inserts',
  number: 44,
  title: 'Inserts carry few rows',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [],
  series: ['InsertedRows', 'InsertQuery', 'AsyncInsertQuery'],
  measure(node) {
    const rows = node.increase('InsertedRows', windowMs);
    const queries = node.increase('InsertQuery', windowMs);
    // Asynchronous inserts are put together by the server before they become a part.
    const buffered = node.increase('AsyncInsertQuery', windowMs) ?? 0;
    const inserts = queries === undefined ? undefined : Math.max(0, queries - buffered);
    return measured([
      {
        subject: {},
        values: {
          rowsPerInsert:
            rows === undefined || inserts === undefined ? undefined : rows / Math.max(1, inserts),
          insertsPerMinute: inserts === undefined ? undefined : inserts / (windowMs / 60_000),
        },
      },
    ]);
  },
  rules: [
    {
      severity: 'warning',
      all: [
        { value: 'rowsPerInsert', is: 'at most', than: 1_000 },
        { value: 'insertsPerMinute', is: 'above', than: 60 },
      ],
      holdMs: 600_000,
      source:
        'Altinity/clickhouse-operator: at most 1,000 rows; more than one insert a second: guideline',
      message: ({ values }) =>
        `${Math.round(Number(values.insertsPerMinute))} inserts a minute carry ${Math.round(Number(values.rowsPerInsert))} rows each.`,
    },
  ],
  explanation:
    'Each insert makes at least one part, which is then merged with others several times: many small inserts cost far more than a few large ones.',
  causes: [
    'A client that inserts row by row',
    'Batches that are flushed after a short time',
    'async_insert that is not used',
  ],
  fix: () => ({
    sql: 'SELECT user, count() AS inserts, round(avg(written_rows)) AS rows_each FROM system.query_log WHERE event_date >= today() - 1 AND event_time > now() - 600 AND toInt8(type) = 2 AND written_rows > 0 GROUP BY user ORDER BY inserts DESC LIMIT 20',
    risk: 'safe',
    note: 'Shows whose inserts are small. Batch them in the client, or set async_insert = 1 for that user.',
  }),
  proof: { kind: 'fault' },
};
