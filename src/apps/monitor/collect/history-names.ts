import { checks } from '../../../core/health/index.ts';

/** Metrics and events that pages and checks look back at. */
export const historyNames: readonly string[] = [
  ...new Set([
    ...checks.flatMap((check) => check.series ?? []),
    ...['DelayedInserts', 'FailedInsertQuery', 'FailedQuery', 'FailedSelectQuery', 'InsertQuery'],
    ...['InsertedBytes', 'InsertedRows', 'MergedRows', 'OSReadBytes', 'OSWriteBytes', 'Query'],
    ...['SelectQuery', 'SelectedBytes', 'SelectedRows', 'Merge', 'PartMutation', 'ReplicatedFetch'],
    ...['FilesystemMainPathAvailableBytes', 'FilesystemMainPathUsedBytes', 'HTTPConnection'],
    ...['MaxPartCountForPartition', 'MemoryResident', 'MemoryTracking', 'NumberOfDetachedParts'],
    ...['OSMemoryAvailable', 'OSUserTimeNormalized', 'ReplicasMaxAbsoluteDelay', 'ReadonlyReplica'],
    ...['ReplicasSumQueueSize', 'TotalPartsOfMergeTreeTables', 'Uptime', 'ZooKeeperSession'],
  ]),
];
