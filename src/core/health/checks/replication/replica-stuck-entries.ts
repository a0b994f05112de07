import { type Measured, measured, type NodeCheck, restartGraceMs } from '../../check.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { replicationQueue } from '../../readings/replication.ts';
import { countText, durationText } from '../../wording.ts';
import { replicaStateSql, tableSubject, tableText } from './replica-subject.ts';

const entries = (item: Measured): string =>
  `${countText(Number(item.values.entries), 'entry', 'entries')} of kind ${item.subject.object} in the queue of ${tableText(item)}`;

const reason = (item: Measured): string => {
  const text = item.values.lastException || item.values.postponeReason;
  return text ? ` The server says: ${text}` : '';
};

/** Entries of the replication queue that do not get done. */
export const replicaStuckEntries: NodeCheck = {
  id: 'replica-stuck-entries',
  number: 17,
  title: 'Entries stuck in the replication queue',
  group: 'replication',
  dimension: 'replication',
  scope: 'node',
  graceMs: restartGraceMs,
  about: { objects: objectKinds.replicatedTables },
  needs: [
    {
      reading: replicationQueue,
      columns: [
        'database',
        'table',
        'type',
        'mostTries',
        'mostPostponed',
        'oldestCreated',
        'failing',
      ],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(replicationQueue).map((row) => ({
        subject: { ...tableSubject(row), ...(row.type !== undefined && { object: row.type }) },
        values: {
          entries: row.entries,
          ageSeconds:
            row.oldestCreated === undefined
              ? undefined
              : Math.max(0, node.serverNowMs / 1_000 - row.oldestCreated),
          mostTries: row.mostTries,
          mostPostponed: row.mostPostponed,
          failing: row.failing,
          lastException: row.lastException,
          postponeReason: row.postponeReason,
        },
      })),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'mostTries', is: 'above', than: 100 }],
      source: 'Altinity knowledge base (replication queue): more than 100 tries',
      message: (item) => `${entries(item)}: tried ${item.values.mostTries} times.${reason(item)}`,
    },
    {
      severity: 'critical',
      all: [
        { value: 'mostPostponed', is: 'above', than: 1_000 },
        { value: 'ageSeconds', is: 'above', than: 3_600 },
      ],
      source:
        'Altinity knowledge base (replication queue): postponed more than 1,000 times; an hour, so that a busy pool is not taken for it: guideline',
      message: (item) =>
        `${entries(item)}: postponed ${item.values.mostPostponed} times.${reason(item)}`,
    },
    {
      severity: 'critical',
      all: [{ value: 'failing', is: 'above', than: 0 }],
      holdMs: 600_000,
      source: 'ClickHouse/clickhouse-diagnostics (queue exceptions), held for ten minutes',
      message: (item) => `${entries(item)}: failing for ten minutes.${reason(item)}`,
    },
    {
      severity: 'critical',
      all: [{ value: 'ageSeconds', is: 'above', than: 86_400 }],
      source: 'Altinity knowledge base (replication queue): one day',
      message: (item) =>
        `${entries(item)}: the oldest waits for ${durationText(Number(item.values.ageSeconds))}.${reason(item)}`,
    },
    {
      severity: 'warning',
      all: [{ value: 'ageSeconds', is: 'above', than: 3_600 }],
      source: 'ClickHouse/clickhouse-diagnostics (idle queue entries): one hour',
      message: (item) =>
        `${entries(item)}: the oldest waits for ${durationText(Number(item.values.ageSeconds))}.${reason(item)}`,
    },
  ],
  explanation:
    'An entry that never succeeds keeps its replica apart from the others, and later entries for the same parts wait behind it.',
  causes: [
    'The part that is to be fetched exists on no live replica',
    'A mutation that fails on a value',
    'Fetches or merges were stopped',
    'Too little memory or disk for the merge',
  ],
  fix: (item) => ({
    sql: replicaStateSql(item),
    risk: 'safe',
    note: 'Shows the entries. Never delete GET_PART entries from Keeper by hand: the part would be lost to this replica.',
  }),
  proof: { kind: 'fault' },
};
