import { measured, type NodeCheck } from '../../check.ts';
import { crashes } from '../../readings/server.ts';
import { countText } from '../../wording.ts';

/** Crashes that the server wrote down. */
export const serverCrash: NodeCheck = {
  id: 'server-crash',
  number: 4,
  title: 'Server crashed',
  group: 'reachability',
  dimension: 'availability',
  scope: 'node',
  needs: [{ reading: crashes, columns: ['atSeconds', 'signal'], absent: 'not_applicable' }],
  samples: { open: 1, close: 1 },
  measure: (node) => {
    const rows = node.rows(crashes);
    const newest = rows[0];
    return measured([
      {
        subject: {},
        values: {
          crashesLastDay: rows.length,
          signal: newest?.signal,
          query: newest?.queryId,
          trace: newest?.trace?.join('\n').slice(0, 1_000),
        },
      },
    ]);
  },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'crashesLastDay', is: 'above', than: 0 }],
      source: 'ClickHouse/clickhouse-diagnostics (crash log): any; it stays for a day: guideline',
      message: (item) =>
        `The server crashed ${countText(Number(item.values.crashesLastDay), 'time')} in the last day, last by signal ${item.values.signal}${item.values.query ? ` in query ${item.values.query}` : ''}.`,
    },
  ],
  explanation: 'A crash ends every query and insert that runs, and the same query may do it again.',
  causes: ['A defect of this version', 'Faulty memory', 'A stack overflow in a query'],
  fix: () => ({
    sql: 'SELECT event_time, signal, query_id, trace_full FROM system.crash_log ORDER BY event_time DESC LIMIT 5',
    risk: 'safe',
    note: 'Look for the trace among the known issues, and upgrade to the newest patch of this version.',
  }),
  proof: { kind: 'sql' },
};
