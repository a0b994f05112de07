import { formatBytes, formatRate, formatSeconds, formatShort } from '../../ui/quantity.ts';

/** One chart: a metric of each node over time. */
export interface PanelDefinition {
  readonly title: string;
  /** `gauge:` of system.metrics and asynchronous_metrics, `rate:` of system.events, per second. */
  readonly metric: string;
  readonly render: (value: number) => string;
  /** What a value means, where the title does not say it. */
  readonly about?: string;
}

/** Bytes are counted by 1024. */
export const isBinary = ({ render }: PanelDefinition): boolean =>
  render === formatBytes || render === bytesPerSecond;

export interface PanelGroup {
  readonly name: string;
  readonly panels: readonly PanelDefinition[];
}

const perSecond = (value: number): string => `${formatRate(value)}/s`;
const bytesPerSecond = (value: number): string => `${formatBytes(value)}/s`;
const percent = (value: number): string => `${formatRate(value * 100)} %`;
/** Microseconds of waiting in each second, as how many threads wait. */
const microsPerSecond = (value: number): string => formatRate(value / 1e6);

const panel = (
  title: string,
  metric: string,
  render: (value: number) => string,
  about?: string,
): PanelDefinition => ({ title, metric, render, ...(about === undefined ? {} : { about }) });

/** What operators look at, in the order in which they ask. */
export const panelGroups: readonly PanelGroup[] = [
  {
    name: 'Queries',
    panels: [
      panel('Queries', 'rate:Query', perSecond, 'Started, all kinds'),
      panel('Running queries', 'gauge:Query', formatRate),
      panel('Failed queries', 'rate:FailedQuery', perSecond),
      panel('Selected rows', 'rate:SelectedRows', perSecond),
      panel('Selected bytes', 'rate:SelectedBytes', bytesPerSecond),
      panel('Connections by HTTP', 'gauge:HTTPConnection', formatRate),
    ],
  },
  {
    name: 'Inserts',
    panels: [
      panel('Inserts', 'rate:InsertQuery', perSecond),
      panel('Inserted rows', 'rate:InsertedRows', perSecond),
      panel('Inserted bytes', 'rate:InsertedBytes', bytesPerSecond),
      panel('Delayed inserts', 'rate:DelayedInserts', perSecond, 'Too many parts: slowed down'),
      panel('Rejected inserts', 'rate:RejectedInserts', perSecond, 'Too many parts: refused'),
    ],
  },
  {
    name: 'Merges and mutations',
    panels: [
      panel('Running merges', 'gauge:Merge', formatRate),
      panel('Merged rows', 'rate:MergedRows', perSecond),
      panel('Running mutations', 'gauge:PartMutation', formatRate),
    ],
  },
  {
    name: 'Parts',
    panels: [
      panel('Most parts in a partition', 'gauge:MaxPartCountForPartition', formatShort),
      panel('Parts', 'gauge:TotalPartsOfMergeTreeTables', formatShort, 'Of all MergeTree tables'),
      panel('Detached parts', 'gauge:NumberOfDetachedParts', formatShort),
    ],
  },
  {
    name: 'Replication',
    panels: [
      panel('Largest delay', 'gauge:ReplicasMaxAbsoluteDelay', formatSeconds),
      panel('Queue', 'gauge:ReplicasSumQueueSize', formatShort, 'Of all replicated tables'),
      panel('Read-only replicas', 'gauge:ReadonlyReplica', formatRate),
      panel('Fetches', 'gauge:ReplicatedFetch', formatRate, 'Parts that are being fetched'),
    ],
  },
  {
    name: 'Memory and processor',
    panels: [
      panel('Memory in queries and caches', 'gauge:MemoryTracking', formatBytes),
      panel('Resident memory', 'gauge:MemoryResident', formatBytes),
      panel('Free memory of the system', 'gauge:OSMemoryAvailable', formatBytes),
      panel('Processor', 'gauge:OSUserTimeNormalized', percent, 'Share of all cores'),
      panel('Load', 'gauge:LoadAverage1', formatRate, 'Mean of one minute'),
    ],
  },
  {
    name: 'Disks',
    panels: [
      panel('Used on the main path', 'gauge:FilesystemMainPathUsedBytes', formatBytes),
      panel('Free on the main path', 'gauge:FilesystemMainPathAvailableBytes', formatBytes),
      panel('Read from disk', 'rate:OSReadBytes', bytesPerSecond),
      panel('Written to disk', 'rate:OSWriteBytes', bytesPerSecond),
    ],
  },
  {
    name: 'Keeper',
    panels: [
      panel('Requests', 'rate:ZooKeeperTransactions', perSecond),
      panel('Waiting for Keeper', 'rate:ZooKeeperWaitMicroseconds', microsPerSecond, 'Threads'),
      panel('Sessions', 'gauge:ZooKeeperSession', formatRate, 'One for each node is right'),
      panel('Hardware exceptions', 'rate:ZooKeeperHardwareExceptions', perSecond),
    ],
  },
  {
    name: 'Errors',
    panels: [
      panel('Failed selects', 'rate:FailedSelectQuery', perSecond),
      panel('Failed inserts', 'rate:FailedInsertQuery', perSecond),
      panel('Over the memory limit', 'rate:QueryMemoryLimitExceeded', perSecond),
      panel('Failed fetches of parts', 'rate:ReplicatedPartFailedFetches', perSecond),
      panel('Lost data parts', 'rate:ReplicatedDataLoss', perSecond),
    ],
  },
];

/** Where a metric comes from, to be asked by hand. */
export function metricStatement(metric: string): string {
  const name = metric.slice(metric.indexOf(':') + 1).replaceAll(/['\\]/g, '\\$&');
  if (metric.startsWith('rate:'))
    return `SELECT value\nFROM system.events\nWHERE event = '${name}'`;
  return [
    `SELECT toFloat64(value) AS value\nFROM system.metrics\nWHERE metric = '${name}'`,
    `SELECT value\nFROM system.asynchronous_metrics\nWHERE metric = '${name}'`,
  ].join('\nUNION ALL\n');
}
