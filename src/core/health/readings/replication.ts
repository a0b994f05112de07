import { computed, defineReading, flag, number, text } from './reading-definition.ts';

/** Columns of `system.replicas` that the server answers from memory. */
export const replicas = defineReading({
  name: 'replicas',
  tier: 'state',
  table: 'replicas',
  columns: {
    database: text('database'),
    table: text('table'),
    isReadonly: flag('is_readonly'),
    isSessionExpired: flag('is_session_expired'),
    queueSize: number('queue_size'),
    insertsInQueue: number('inserts_in_queue'),
    mergesInQueue: number('merges_in_queue'),
    absoluteDelaySeconds: number('absolute_delay'),
    partsToCheck: number('parts_to_check'),
    lastQueueUpdateException: text('last_queue_update_exception'),
    replicaName: text('replica_name'),
    zookeeperPath: text('zookeeper_path'),
    replicaPath: text('replica_path'),
  },
  orderBy: [{ needs: ['absolute_delay'], sql: 'absolute_delay DESC' }],
  limit: 5_000,
});

/**
 * Columns of `system.replicas` that cost requests to Keeper for each table. The server fills in
 * `lost_part_count` and `zookeeper_exception` only when one of the log's columns or counts of
 * replicas is asked for as well.
 */
export const replicaLogs = defineReading({
  name: 'replica_logs',
  tier: 'slow',
  table: 'replicas',
  columns: {
    database: text('database'),
    table: text('table'),
    logMaxIndex: number('log_max_index'),
    logPointer: number('log_pointer'),
    totalReplicas: number('total_replicas'),
    activeReplicas: number('active_replicas'),
    lostParts: number('lost_part_count'),
    zookeeperException: text('zookeeper_exception'),
  },
  limit: 5_000,
  keepSamples: 2,
});

/** The replication queue, summed up by table and kind of entry. */
export const replicationQueue = defineReading({
  name: 'replication_queue',
  tier: 'state',
  table: 'replication_queue',
  columns: {
    database: text('database'),
    table: text('table'),
    type: text('type'),
    entries: computed('number', { needs: [], sql: 'count()' }),
    mostTries: number('num_tries', 'max(num_tries)'),
    mostPostponed: number('num_postponed', 'max(num_postponed)'),
    oldestCreated: number('create_time', 'toUnixTimestamp(min(create_time))'),
    failing: number('last_exception', `countIf(last_exception != '')`),
    lastException: text(
      'last_exception',
      `substring(anyIf(last_exception, last_exception != ''), 1, 500)`,
    ),
    postponeReason: text(
      'postpone_reason',
      `substring(anyIf(postpone_reason, postpone_reason != ''), 1, 500)`,
    ),
  },
  groupBy: ['database', 'table', 'type'],
  orderBy: [{ needs: ['create_time'], sql: 'min(create_time)' }],
  limit: 2_000,
});

/** Parts that are being fetched from other replicas. */
export const replicatedFetches = defineReading({
  name: 'replicated_fetches',
  tier: 'state',
  table: 'replicated_fetches',
  columns: {
    database: text('database'),
    table: text('table'),
    part: text('result_part_name'),
    elapsedSeconds: number('elapsed'),
    progress: number('progress'),
    bytesRead: number('bytes_read_compressed'),
    source: text('source_replica_hostname'),
  },
  orderBy: [{ needs: ['elapsed'], sql: 'elapsed DESC' }],
  limit: 500,
  keepSamples: 2,
});

/** What each replica has of each partition. */
export const replicatedPartitions = defineReading({
  name: 'replicated_partitions',
  tier: 'parts',
  table: 'parts',
  columns: {
    database: text('database'),
    table: text('table'),
    partition: text('partition_id'),
    rows: computed('number', { needs: ['rows', 'active', 'engine'], sql: 'sum(rows)' }),
    newestBlock: number('max_block_number', 'max(max_block_number)'),
    lastModified: number('modification_time', 'toUnixTimestamp(max(modification_time))'),
  },
  where: [
    { needs: ['active'], sql: 'active' },
    { needs: ['engine'], sql: `engine LIKE 'Replicated%'` },
  ],
  groupBy: ['database', 'table', 'partition'],
  orderBy: [{ needs: ['modification_time'], sql: 'max(modification_time) DESC' }],
  limit: 10_000,
});

/** MergeTree tables of users that are not replicated, by database. */
export const unreplicatedTables = defineReading({
  name: 'unreplicated_tables',
  tier: 'daily',
  table: 'tables',
  columns: {
    database: text('database'),
    tables: computed('number', { needs: ['engine'], sql: 'count()' }),
    example: text('name', 'min(name)'),
  },
  where: [
    {
      needs: ['engine'],
      sql: `engine LIKE '%MergeTree' AND engine NOT LIKE 'Replicated%' AND engine NOT LIKE 'Shared%'`,
    },
    {
      needs: ['database'],
      sql: `lower(database) NOT IN ('system', 'information_schema', '_temporary_and_external_tables')`,
    },
    { needs: ['is_temporary'], sql: 'NOT is_temporary' },
    { needs: ['name'], sql: `name NOT LIKE '.inner%'` },
  ],
  groupBy: ['database'],
  orderBy: [{ needs: [], sql: 'count() DESC' }],
  limit: 500,
});
