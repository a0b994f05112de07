import { sqlTable } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import { distributionQueue } from '../../readings/distributed.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { countText } from '../../wording.ts';

const windowMs = 15 * 60_000;

/** Rows that Distributed tables keep on this server's disk until they can send them. */
export const distributedQueue: NodeCheck = {
  id: 'distributed-queue',
  number: 84,
  title: 'Rows wait to be sent to other servers',
  group: 'integrations',
  dimension: 'ingestion',
  scope: 'node',
  about: { objects: objectKinds.distributedTables },
  needs: [
    {
      reading: distributionQueue,
      columns: ['database', 'table', 'blocked', 'files', 'brokenFiles'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(distributionQueue).map(
        (row): Measured => ({
          subject: { database: row.database, table: row.table },
          values: {
            blocked: row.blocked,
            files: row.files,
            bytes: row.bytes,
            brokenFiles: row.brokenFiles,
            errors: row.errors,
            growing: grows(node, row.database, row.table),
            lastException: row.lastException,
          },
        }),
      ),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'brokenFiles', is: 'above', than: 0 }],
      source: 'guideline: broken files are not sent any more',
      message: (item) =>
        `${countText(Number(item.values.brokenFiles), 'file')} of ${name(item)} cannot be read any more: their rows are not sent.`,
    },
    {
      severity: 'critical',
      all: [
        { value: 'blocked', is: 'equal to', than: true },
        { value: 'files', is: 'above', than: 0 },
      ],
      source: 'guideline: sending was stopped while rows wait',
      message: (item) =>
        `Sending of ${name(item)} is stopped; ${countText(Number(item.values.files), 'file')} of rows wait.`,
    },
    {
      severity: 'high',
      all: [{ value: 'files', is: 'above', than: 50 }],
      source: 'Altinity/clickhouse-operator: more than 50 files to insert',
      message: (item) =>
        `${countText(Number(item.values.files), 'file')} of rows of ${name(item)} wait to be sent${because(item)}.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'growing', is: 'equal to', than: true }],
      source: 'Altinity knowledge base: grows for 15 minutes',
      message: (item) =>
        `The rows of ${name(item)} that wait to be sent have been growing for 15 minutes, to ${countText(Number(item.values.files), 'file')}${because(item)}.`,
    },
  ],
  explanation:
    'An insert into a Distributed table is acknowledged once it is on this disk. Until it is sent, nobody finds its rows, and they are lost with the disk.',
  causes: [
    'The other server is down, or refuses the rows: see the last exception',
    'Sending was stopped with SYSTEM STOP DISTRIBUTED SENDS',
    'The table on the other server has other columns',
    'The server was killed while it wrote a file: broken files',
  ],
  fix: ({ subject, values }) => {
    const table = sqlTable({ database: subject.database ?? '', name: subject.table ?? '' });
    if (values.blocked === true)
      return {
        sql: `SYSTEM START DISTRIBUTED SENDS ${table}`,
        risk: 'safe',
        note: 'Sending begins again.',
      };
    return {
      sql: `SYSTEM FLUSH DISTRIBUTED ${table}`,
      risk: 'disruptive',
      note: 'Sends everything now and says what fails. Broken files lie in the folder `broken` of the table’s data and are not sent.',
    };
  },
  proof: { kind: 'fault' },
};

const name = ({ subject }: Measured): string => `${subject.database}.${subject.table}`;
const because = ({ values }: Measured): string =>
  values.lastException ? `; the last attempt failed: ${values.lastException}` : '';

/** Whether files wait all the time for 15 minutes, never fewer than before. */
function grows(node: NodeView, database?: string, table?: string): boolean | undefined {
  const counts = node
    .history(distributionQueue)
    .filter((sample) => sample.atMs >= node.nowMs - windowMs - 60_000)
    .map((sample) => ({
      atMs: sample.atMs,
      files:
        sample.rows.find((row) => row.database === database && row.table === table)?.files ?? 0,
    }));
  const first = counts[0];
  const last = counts.at(-1);
  if (!first || !last || last.atMs - first.atMs < windowMs) return undefined;
  const everMore = counts.every((each, index) => each.files >= (counts[index - 1]?.files ?? 0));
  return everMore && last.files > first.files;
}
