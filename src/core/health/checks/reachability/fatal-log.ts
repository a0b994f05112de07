import { measured, type NodeCheck } from '../../check.ts';
import { fatalLines } from '../../readings/server.ts';
import { countText } from '../../wording.ts';

/** Lines of the highest level in the server's log. */
export const fatalLog: NodeCheck = {
  id: 'fatal-log',
  number: 5,
  title: 'Fatal line in the log',
  group: 'reachability',
  dimension: 'availability',
  scope: 'node',
  needs: [{ reading: fatalLines, absent: 'not_applicable' }],
  samples: { open: 1, close: 1 },
  measure: (node) =>
    measured(
      node.rows(fatalLines).map((row) => ({
        subject: {},
        values: { linesLastHour: row.lines, newest: row.newest },
      })),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'linesLastHour', is: 'above', than: 0 }],
      source: 'chmonitor (fatal errors): any in an hour',
      message: (item) =>
        `${countText(Number(item.values.linesLastHour), 'line')} of level Fatal in the last hour: ${item.values.newest}`,
    },
  ],
  explanation: 'The server writes such lines when it cannot go on: at a crash, above all.',
  causes: ['A crash', 'A broken invariant in the server'],
  fix: () => ({
    sql: `SELECT event_time, logger_name, message FROM system.text_log WHERE event_date >= today() - 1 AND level = 'Fatal' ORDER BY event_time DESC LIMIT 50`,
    risk: 'safe',
  }),
  proof: { kind: 'sql' },
};
