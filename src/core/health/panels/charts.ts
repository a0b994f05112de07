import { sqlString } from '../../../base/sql-text.ts';
import type { Chart, ChartUnit } from '../../../model/fleet/panel-api.ts';

interface ChartGroup {
  readonly name: string;
  readonly charts: readonly Chart[];
}

/** Where a metric comes from, to be asked by hand. */
export function metricStatement(metric: string): string {
  const name = sqlString(metric.slice(metric.indexOf(':') + 1));
  if (metric.startsWith('rate:')) return `SELECT value\nFROM system.events\nWHERE event = ${name}`;
  return [
    `SELECT toFloat64(value) AS value\nFROM system.metrics\nWHERE metric = ${name}`,
    `SELECT value\nFROM system.asynchronous_metrics\nWHERE metric = ${name}`,
  ].join('\nUNION ALL\n');
}

const chart = (title: string, metric: string, unit: ChartUnit, about?: string): Chart => ({
  title,
  metric,
  unit,
  ...(about === undefined ? {} : { about }),
});

/** What operators look at, in the order in which they ask. */
export const chartGroups: readonly ChartGroup[] = [
  {
    name: 'Queries',
    charts: [
      chart('Queries', 'rate:Query', 'per second', 'Started, all kinds'),
      chart('Running queries', 'gauge:Query', 'number'),
      chart('Failed queries', 'rate:FailedQuery', 'per second'),
      chart('Selected rows', 'rate:SelectedRows', 'per second'),
      chart('Selected bytes', 'rate:SelectedBytes', 'bytes per second'),
      chart('Connections by HTTP', 'gauge:HTTPConnection', 'number'),
    ],
  },
  {
    name: 'Inserts',
    charts: [
      chart('Inserts', 'rate:InsertQuery', 'per second'),
      chart('Inserted rows', 'rate:InsertedRows', 'per second'),
      chart('Inserted bytes', 'rate:InsertedBytes', 'bytes per second'),
      chart('Delayed inserts', 'rate:DelayedInserts', 'per second', 'Too many parts: slowed down'),
      chart('Rejected inserts', 'rate:RejectedInserts', 'per second', 'Too many parts: refused'),
    ],
  },
  {
    name: 'Merges and mutations',
    charts: [
      chart('Running merges', 'gauge:Merge', 'number'),
      chart('Merged rows', 'rate:MergedRows', 'per second'),
      chart('Running mutations', 'gauge:PartMutation', 'number'),
    ],
  },
  {
    name: 'Parts',
    charts: [
      chart('Most parts in a partition', 'gauge:MaxPartCountForPartition', 'count'),
      chart('Parts', 'gauge:TotalPartsOfMergeTreeTables', 'count', 'Of all MergeTree tables'),
      chart('Detached parts', 'gauge:NumberOfDetachedParts', 'count'),
    ],
  },
  {
    name: 'Replication',
    charts: [
      chart('Largest delay', 'gauge:ReplicasMaxAbsoluteDelay', 'seconds'),
      chart('Queue', 'gauge:ReplicasSumQueueSize', 'count', 'Of all replicated tables'),
      chart('Read-only replicas', 'gauge:ReadonlyReplica', 'number'),
      chart('Fetches', 'gauge:ReplicatedFetch', 'number', 'Parts that are being fetched'),
    ],
  },
  {
    name: 'Memory and processor',
    charts: [
      chart('Memory in queries and caches', 'gauge:MemoryTracking', 'bytes'),
      chart('Resident memory', 'gauge:MemoryResident', 'bytes'),
      chart('Free memory of the system', 'gauge:OSMemoryAvailable', 'bytes'),
      chart('Processor', 'gauge:OSUserTimeNormalized', 'share', 'Share of all cores'),
      chart('Load', 'gauge:LoadAverage1', 'number', 'Mean of one minute'),
    ],
  },
  {
    name: 'Disks',
    charts: [
      chart('Used on the main path', 'gauge:FilesystemMainPathUsedBytes', 'bytes'),
      chart('Free on the main path', 'gauge:FilesystemMainPathAvailableBytes', 'bytes'),
      chart('Read from disk', 'rate:OSReadBytes', 'bytes per second'),
      chart('Written to disk', 'rate:OSWriteBytes', 'bytes per second'),
    ],
  },
  {
    name: 'Keeper',
    charts: [
      chart('Requests', 'rate:ZooKeeperTransactions', 'per second'),
      chart('Waiting for Keeper', 'rate:ZooKeeperWaitMicroseconds', 'threads', 'Threads'),
      chart('Sessions', 'gauge:ZooKeeperSession', 'number', 'One for each node is right'),
      chart('Hardware exceptions', 'rate:ZooKeeperHardwareExceptions', 'per second'),
    ],
  },
  {
    name: 'Errors',
    charts: [
      chart('Failed selects', 'rate:FailedSelectQuery', 'per second'),
      chart('Failed inserts', 'rate:FailedInsertQuery', 'per second'),
      chart('Over the memory limit', 'rate:QueryMemoryLimitExceeded', 'per second'),
      chart('Failed fetches of parts', 'rate:ReplicatedPartFailedFetches', 'per second'),
      chart('Lost data parts', 'rate:ReplicatedDataLoss', 'per second'),
    ],
  },
];
