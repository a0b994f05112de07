import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { mutations } from '../../readings/merges.ts';
import { replicationQueue } from '../../readings/replication.ts';
import { killMutation } from './mutation-fix.ts';
import { tableSubject } from './table-subject.ts';

/** Mutations whose last attempt failed. */
export const failingMutation: NodeCheck = {
  id: 'failing-mutation',
  number: 50,
  title: 'A mutation fails',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [
    { reading: mutations, columns: ['database', 'table', 'mutation'], absent: 'not_applicable' },
  ],
  uses: [replicationQueue],
  measure(node) {
    const queue = node.optionalRows(replicationQueue);
    return measured(
      node.rows(mutations).map((row) => {
        const entry = queue?.find(
          ({ database, table, type }) =>
            type === 'MUTATE_PART' && database === row.database && table === row.table,
        );
        return {
          subject: { ...tableSubject(row), object: row.mutation ?? '' },
          values: {
            // The time alone says nothing: it is no NULL for a mutation that never failed.
            failed: row.failReason === undefined ? undefined : row.failReason !== '',
            failedSecondsAgo:
              row.failedAtSeconds === undefined
                ? undefined
                : node.serverNowMs / 1_000 - row.failedAtSeconds,
            tries: entry?.mostTries,
            entriesFailing: entry?.failing,
            reason: row.failReason || entry?.lastException || '',
            part: row.failedPart,
            command: row.command,
            partsToDo: row.partsToDo,
          },
        };
      }),
    );
  },
  rules: [
    {
      severity: 'critical',
      all: [
        { value: 'failed', is: 'equal to', than: true },
        { value: 'failedSecondsAgo', is: 'at most', than: 3_600 },
      ],
      source:
        'ClickHouse documentation: latest_fail_reason of a mutation that is not done; within the last hour: guideline',
      message,
    },
    {
      // Servers before 20.1 tell it only in the queue of replicated tables.
      severity: 'critical',
      all: [
        { value: 'tries', is: 'at least', than: 5 },
        { value: 'entriesFailing', is: 'above', than: 0 },
      ],
      source: 'guideline: five attempts of an entry MUTATE_PART of the replication queue',
      message,
    },
  ],
  explanation:
    'A mutation that fails is tried again for ever. It holds up all later mutations of the table and merges of the parts that it has not rewritten.',
  causes: [
    'An expression that fails on some rows, such as a cast of a text that is no number',
    'A part that cannot be read',
    'Too little memory or disk space for rewriting a part',
  ],
  fix: ({ subject }) => killMutation(subject),
  proof: { kind: 'fault' },
};

function message({ subject, values }: Measured): string {
  const reason = String(values.reason).replaceAll(/\s+/g, ' ').slice(0, 200);
  return `The mutation ${subject.object} (${String(values.command).slice(0, 100)}) fails: ${reason}`;
}
