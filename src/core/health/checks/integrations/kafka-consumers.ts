import { sqlString } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck, restartGraceMs } from '../../check.ts';
import { kafkaConsumers as consumers } from '../../readings/integrations.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { countText } from '../../wording.ts';

/** `background_message_broker_schedule_pool_size` where nothing is configured. */
const usualPool = 16;

/** Whether Kafka tables receive messages. */
export const kafkaConsumers: NodeCheck = {
  id: 'kafka-consumers',
  number: 86,
  title: 'Kafka tables do not receive messages',
  group: 'integrations',
  dimension: 'ingestion',
  scope: 'node',
  graceMs: restartGraceMs,
  about: { objects: objectKinds.kafkaTables },
  needs: [
    {
      reading: consumers,
      columns: ['database', 'table', 'assignments', 'used', 'exceptionAgeSeconds'],
      absent: 'unknown',
    },
  ],
  measure(node) {
    const rows = node.rows(consumers);
    const pool = node.serverSetting('background_message_broker_schedule_pool_size', usualPool);
    const byTable = Map.groupBy(rows, (row) => `${row.database}\0${row.table}`);
    const tables = [...byTable.values()].map((group): Measured => {
      const failing = group.filter((row) => failedSinceItWorked(row));
      return {
        subject: { database: group[0]?.database, table: group[0]?.table },
        values: {
          consumers: group.length,
          used: group.filter((row) => row.used).length,
          assigned: group.filter((row) => (row.assignments ?? 0) > 0).length,
          failing: failing.length,
          lastException: failing[0]?.lastException,
        },
      };
    });
    const all = rows.filter((row) => row.used).length;
    const values = { allConsumers: all, pool: pool > 0 ? pool : usualPool };
    return measured([{ subject: {}, values }, ...tables]);
  },
  rules: [
    {
      severity: 'critical',
      all: [
        { value: 'assigned', is: 'equal to', than: 0 },
        { value: 'used', is: 'above', than: 0 },
      ],
      holdMs: 5 * 60_000,
      source: 'guideline: no partition is assigned for 5 minutes',
      message: ({ subject }) =>
        `No consumer of ${subject.database}.${subject.table} has a partition: it receives nothing.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'failing', is: 'above', than: 0 }],
      source: 'ClickHouse, system.kafka_consumers: an exception newer than the last poll or commit',
      message: ({ subject, values }) =>
        `${countText(Number(values.failing), 'consumer')} of ${subject.database}.${subject.table} failed since the last success: ${values.lastException ?? ''}`,
    },
    {
      severity: 'warning',
      all: [{ value: 'allConsumers', is: 'above', than: { value: 'pool' } }],
      source: 'Altinity/Skills (Kafka): more consumers than threads for them',
      message: ({ values }) =>
        `${countText(Number(values.allConsumers), 'Kafka consumer')} share ${values.pool} threads (background_message_broker_schedule_pool_size).`,
    },
  ],
  explanation:
    'Messages stay in Kafka until a consumer takes them; what Kafka deletes before that is lost.',
  causes: [
    'A message that cannot be parsed: see the exception',
    'A materialized view behind the table that fails or is slow',
    'Brokers that cannot be reached, or rights that are missing',
    'More consumers than the topic has partitions',
  ],
  fix: ({ subject }) => {
    if (subject.table === undefined)
      return {
        sql: "SELECT name, value FROM system.server_settings WHERE name = 'background_message_broker_schedule_pool_size'",
        risk: 'safe',
        note: 'Raise it in the server’s configuration to the number of consumers.',
      };
    return {
      sql: `SELECT consumer_id, assignments.topic, exceptions.time, exceptions.text, last_poll_time, last_commit_time FROM system.kafka_consumers WHERE database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table)}`,
      risk: 'safe',
      note: 'Shows what fails. DETACH TABLE and then ATTACH TABLE starts the consumers anew; that does not help where a message or a view behind the table fails.',
    };
  },
  proof: { kind: 'sql' },
};

/** The newest exception came after the last poll or the last commit. */
function failedSinceItWorked(row: {
  readonly exceptionAgeSeconds: number | undefined;
  readonly pollAgeSeconds: number | undefined;
  readonly commitAgeSeconds: number | undefined;
}): boolean {
  const failed = row.exceptionAgeSeconds;
  if (failed === undefined) return false;
  const worked = Math.max(
    row.pollAgeSeconds ?? Number.POSITIVE_INFINITY,
    row.commitAgeSeconds ?? Number.POSITIVE_INFINITY,
  );
  return failed < worked;
}
