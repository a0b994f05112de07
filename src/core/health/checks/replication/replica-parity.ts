import type { ClusterCheck, Measured } from '../../check.ts';
import { measured } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import type { RowOf } from '../../readings/reading-definition.ts';
import { replicas, replicatedPartitions } from '../../readings/replication.ts';
import { countText } from '../../wording.ts';
import { tableCondition, tableText } from './replica-subject.ts';

/** One partition as one replica of its table has it. */
interface Copy {
  readonly node: NodeView;
  /** When it was read; replicas that were read earlier are not compared with those read later. */
  readonly atMs: number;
  readonly row: RowOf<typeof replicatedPartitions> | undefined;
}

/** Rows of `replicatedPartitions` that are read at most: more, and a missing one may be cut off. */
const rowLimit = replicatedPartitions.limit ?? 1_000;
const hourSeconds = 3_600;

const keyOf = (...parts: readonly (string | undefined)[]): string => JSON.stringify(parts);

/** Replicas of one table: nodes whose tables have the same path in Keeper. */
function replicaGroups(nodes: readonly NodeView[]): ReadonlyMap<string, readonly NodeView[]> {
  const groups = new Map<string, NodeView[]>();
  for (const node of nodes)
    for (const row of node.rows(replicas)) {
      const key = keyOf(row.database, row.table, row.zookeeperPath);
      const group = groups.get(key);
      if (group) group.push(node);
      else groups.set(key, [node]);
    }
  return groups;
}

function partitionsOf(nodes: readonly NodeView[]): ReadonlyMap<NodeView, PartitionsOfNode> {
  return new Map(
    nodes.map((node) => {
      const rows = node.rows(replicatedPartitions);
      const byTable = new Map<string, Map<string, RowOf<typeof replicatedPartitions>>>();
      for (const row of rows) {
        const table = keyOf(row.database, row.table);
        const partitions = byTable.get(table) ?? new Map();
        byTable.set(table, partitions.set(row.partition ?? '', row));
      }
      const atMs = node.history(replicatedPartitions).at(-1)?.atMs ?? 0;
      return [node, { atMs, cutOff: rows.length >= rowLimit, byTable }] as const;
    }),
  );
}

interface PartitionsOfNode {
  readonly atMs: number;
  readonly cutOff: boolean;
  readonly byTable: ReadonlyMap<string, ReadonlyMap<string, RowOf<typeof replicatedPartitions>>>;
}

/** What one replica lacks of a partition, measured by those that were not read after it. */
function compare(copy: Copy, others: readonly Copy[]): Measured['values'] {
  const earlier = others.flatMap((each) => (each.atMs <= copy.atMs && each.row ? [each.row] : []));
  const newest = Math.max(...earlier.map((row) => row.newestBlock ?? 0));
  const modified = Math.max(...earlier.map((row) => row.lastModified ?? 0));
  const most = Math.max(...earlier.map((row) => row.rows ?? 0));
  const own = copy.row;
  const ownSeconds = Math.max(own?.lastModified ?? 0, modified);
  return {
    blocksBehind: own && earlier.length > 0 ? newest - (own.newestBlock ?? 0) : 0,
    missing: own === undefined && earlier.length > 0,
    fewerRows: own !== undefined && earlier.length > 0 && (own.rows ?? 0) < most,
    idleSeconds: Math.max(0, copy.node.serverNowMs / 1_000 - ownSeconds),
    rows: own?.rows ?? 0,
    rowsElsewhere: earlier.length > 0 ? most : 0,
  };
}

/** Whether the replicas of a table have the same data. */
export const replicaParity: ClusterCheck = {
  id: 'replica-parity',
  number: 26,
  title: 'Replicas differ',
  group: 'replication',
  dimension: 'safety',
  scope: 'cluster',
  about: { objects: objectKinds.replicatedTables },
  needs: [
    { reading: replicas, columns: ['database', 'table', 'zookeeperPath'], absent: 'unknown' },
    { reading: replicatedPartitions, absent: 'unknown' },
  ],
  samples: { open: 2, close: 1 },
  measure: ({ answering }) => {
    const partitions = partitionsOf(answering);
    const items: Measured[] = [];
    for (const [key, nodes] of replicaGroups(answering)) {
      if (nodes.length < 2) continue;
      const [database, table] = JSON.parse(key) as [string, string];
      const tableKey = keyOf(database, table);
      const names = new Set(
        nodes.flatMap((node) => [...(partitions.get(node)?.byTable.get(tableKey)?.keys() ?? [])]),
      );
      for (const partition of names) {
        const copies = nodes.flatMap((node): Copy[] => {
          const all = partitions.get(node);
          const row = all?.byTable.get(tableKey)?.get(partition);
          return !all || (!row && all.cutOff) ? [] : [{ node, atMs: all.atMs, row }];
        });
        for (const copy of copies)
          items.push({
            subject: { node: copy.node.node.id, database, table, partition },
            values: compare(
              copy,
              copies.filter((each) => each !== copy),
            ),
          });
      }
    }
    return measured(items);
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'blocksBehind', is: 'at least', than: 32 }],
      source: 'ClickHouse/clickhouse-diagnostics (replica parity): 32 blocks',
      message: (item) =>
        `Partition ${item.subject.partition} of ${tableText(item)} is ${countText(Number(item.values.blocksBehind), 'block')} of inserts behind another replica.`,
    },
    {
      severity: 'warning',
      all: [
        { value: 'missing', is: 'equal to', than: true },
        { value: 'idleSeconds', is: 'above', than: 600 },
        { value: 'idleSeconds', is: 'below', than: 86_400 },
      ],
      source:
        'ClickHouse/clickhouse-diagnostics (replica parity): nothing of a partition written within a day; ten minutes to arrive: guideline',
      message: (item) =>
        `This replica of ${tableText(item)} has nothing of partition ${item.subject.partition}, which another one wrote to within the last day.`,
    },
    {
      severity: 'warning',
      all: [
        { value: 'fewerRows', is: 'equal to', than: true },
        { value: 'idleSeconds', is: 'above', than: hourSeconds },
      ],
      source: 'guideline: nothing has changed for an hour, and rows are still missing',
      message: (item) =>
        `Partition ${item.subject.partition} of ${tableText(item)} has ${countText(Number(item.values.rows), 'row')} here and ${item.values.rowsElsewhere} on another replica, though nothing has changed for an hour.`,
    },
  ],
  explanation:
    'Replicas answer the same query differently, and each may be the one that is lost. Queue and lag do not show this: they count only what the replica knows that it lacks.',
  causes: [
    'Parts were detached, dropped or attached on one replica only',
    'The replica is cut off from Keeper and does not notice new entries',
    'A part was lost',
  ],
  fix: (item) => ({
    sql: `SELECT name, rows, min_block_number, max_block_number, level FROM system.parts WHERE active AND ${tableCondition(item)} ORDER BY partition_id, min_block_number`,
    risk: 'safe',
    note: 'Compare the parts of both replicas. SYSTEM SYNC REPLICA waits until a replica has done all that it knows of.',
  }),
  proof: { kind: 'fault' },
};
