import { measured, type NodeCheck } from '../../check.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { replicatedFetches } from '../../readings/replication.ts';
import { durationText, percentText } from '../../wording.ts';
import { tableSql, tableSubject, tableText } from './replica-subject.ts';

/** A fetch that goes on for long and does not move. */
export const replicaWedgedFetch: NodeCheck = {
  id: 'replica-wedged-fetch',
  number: 24,
  title: 'Fetch of a part does not move',
  group: 'replication',
  dimension: 'replication',
  scope: 'node',
  about: { objects: objectKinds.replicatedTables },
  needs: [
    {
      reading: replicatedFetches,
      columns: ['database', 'table', 'part', 'elapsedSeconds', 'bytesRead'],
      absent: 'unknown',
    },
  ],
  measure: (node) => {
    const before = new Map(
      (node.history(replicatedFetches).at(-2)?.rows ?? []).map((row) => [
        JSON.stringify([row.database, row.table, row.part]),
        row.bytesRead,
      ]),
    );
    return measured(
      node.rows(replicatedFetches).map((row) => ({
        subject: { ...tableSubject(row), ...(row.part !== undefined && { object: row.part }) },
        values: {
          elapsedSeconds: row.elapsedSeconds,
          stands:
            row.bytesRead !== undefined &&
            row.bytesRead === before.get(JSON.stringify([row.database, row.table, row.part])),
          progress: row.progress,
          source: row.source,
        },
      })),
    );
  },
  rules: [
    {
      severity: 'warning',
      all: [
        { value: 'elapsedSeconds', is: 'above', than: 600 },
        { value: 'stands', is: 'equal to', than: true },
      ],
      source: 'ClickHouse/clickhouse-diagnostics (wedged fetch): 600 s, no progress twice',
      message: (item) =>
        `${tableText(item)} has been fetching ${item.subject.object} for ${durationText(Number(item.values.elapsedSeconds))} and does not get further${typeof item.values.progress === 'number' ? ` than ${percentText(item.values.progress)}` : ''}.`,
    },
  ],
  explanation:
    'A fetch that hangs holds a place in the pool and keeps its part from this replica until the connection times out.',
  causes: ['A half-open connection to the other replica', 'The source hangs', 'A slow disk'],
  fix: (item) => ({
    sql: `SYSTEM RESTART REPLICA ${tableSql(item)}`,
    risk: 'disruptive',
    note: 'Starts the replica of this table anew: its fetches end, and begin again.',
  }),
  proof: { kind: 'sql' },
};
