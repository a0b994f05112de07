import { measured, type NodeCheck } from '../../check.ts';
import { logParts } from '../../readings/server.ts';
import { durationText } from '../../wording.ts';

const hourMs = 3_600_000;

/** What makes each log grow. */
const logs = [
  { log: 'query_log', counter: 'Query' },
  { log: 'part_log', counter: 'InsertedRows' },
] as const;

/** The server's own logs are not written any more. */
export const logPipeline: NodeCheck = {
  id: 'log-pipeline',
  number: 9,
  title: "The server's logs have stopped",
  group: 'reachability',
  dimension: 'configuration',
  scope: 'node',
  graceMs: hourMs,
  needs: [{ reading: logParts, absent: 'unknown' }],
  series: logs.map(({ counter }) => counter),
  measure: (node) => {
    const rows = node.rows(logParts);
    return measured(
      logs.flatMap(({ log, counter }) => {
        const newest = rows.find((row) => row.table === log)?.lastModified;
        if (newest === undefined) return [];
        return [
          {
            subject: { database: 'system', table: log },
            values: {
              behindSeconds: Math.max(0, node.serverNowMs / 1_000 - newest),
              activityLastHour: node.increase(counter, hourMs),
            },
          },
        ];
      }),
    );
  },
  rules: [
    {
      severity: 'warning',
      all: [
        { value: 'behindSeconds', is: 'above', than: 14_400 },
        { value: 'activityLastHour', is: 'above', than: 1_000 },
      ],
      source:
        'Altinity/Skills (log pipeline): four hours; 1,000 in the last hour to be written: guideline',
      message: (item) =>
        `system.${item.subject.table} was last written ${durationText(Number(item.values.behindSeconds))} ago, though there was something to write.`,
    },
  ],
  explanation:
    'Everything that is told from the log (failures, slow queries, inserts by table) stands still without anybody noticing.',
  causes: [
    'The disk of the log table is full',
    'The log table is detached or cannot be written',
    'Logging was turned off in the configuration',
  ],
  fix: () => ({ sql: 'SYSTEM FLUSH LOGS', risk: 'safe', note: 'Its error tells what is wrong.' }),
  proof: { kind: 'sql' },
};
