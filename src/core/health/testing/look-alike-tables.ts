import type { EmbeddedNode } from './embedded-node.ts';

/** Both forms, as servers since 21.9 have them. */
const profileEvents = `
    ProfileEvents Map(LowCardinality(String), UInt64),
    \`ProfileEvents.Names\` Array(String) ALIAS mapKeys(ProfileEvents),
    \`ProfileEvents.Values\` Array(UInt64) ALIAS mapValues(ProfileEvents)`;

/**
 * Tables of `system` that the embedded engine does not have or cannot fill, with the columns and
 * types that their documentation names. Rows are seeded; the statements that read them are real.
 */
const definitions: Readonly<Record<string, string>> = {
  crash_log: `
    event_date Date DEFAULT toDate(event_time), event_time DateTime DEFAULT now(), signal Int32,
    query_id String, trace_full Array(String)`,
  text_log: `
    event_date Date DEFAULT toDate(event_time), event_time DateTime DEFAULT now(),
    level Enum8('Fatal' = 1, 'Critical' = 2, 'Error' = 3, 'Warning' = 4), message String`,
  replicas: `
    database String, table String, is_readonly UInt8, is_session_expired UInt8, queue_size UInt32,
    inserts_in_queue UInt32, merges_in_queue UInt32, absolute_delay UInt64, parts_to_check UInt32,
    last_queue_update_exception String, zookeeper_exception String, replica_name String,
    zookeeper_path String, replica_path String, log_max_index UInt64, log_pointer UInt64,
    total_replicas UInt32, active_replicas UInt32, lost_part_count UInt64`,
  replicated_fetches: `
    database String, table String, result_part_name String, elapsed Float64, progress Float64,
    bytes_read_compressed UInt64, source_replica_hostname String`,
  replication_queue: `
    database String, table String, type String, create_time DateTime, num_tries UInt32,
    num_postponed UInt32, last_exception String, postpone_reason String`,
  merge_tree_settings: 'name String, value String, changed UInt8',
  warnings: 'message String',
  query_log: `
    type Enum8('QueryStart' = 1, 'QueryFinish' = 2, 'ExceptionBeforeStart' = 3, 'ExceptionWhileProcessing' = 4),
    event_date Date MATERIALIZED toDate(event_time), event_time DateTime DEFAULT now(),
    query_id String, query String, normalized_query_hash UInt64, query_kind LowCardinality(String),
    exception_code Int32, exception String, user String, query_duration_ms UInt64,
    read_rows UInt64, read_bytes UInt64, written_rows UInt64, result_rows UInt64,
    memory_usage UInt64, ${profileEvents}`,
  query_views_log: `
    event_date Date MATERIALIZED toDate(event_time), event_time DateTime DEFAULT now(),
    view_name String, exception_code Int32, exception String`,
  session_log: `
    type Enum8('LoginFailure' = 0, 'LoginSuccess' = 1, 'Logout' = 2),
    event_date Date MATERIALIZED toDate(event_time), event_time DateTime DEFAULT now(),
    user Nullable(String), client_address IPv6`,
  backup_log: `
    event_date Date MATERIALIZED toDate(event_time_microseconds),
    event_time_microseconds DateTime64(6) DEFAULT now64(6), id String, name String,
    status Enum8('CREATING_BACKUP' = 0, 'BACKUP_CREATED' = 1, 'BACKUP_FAILED' = 2, 'RESTORING' = 3, 'RESTORED' = 4, 'RESTORE_FAILED' = 5),
    error String, start_time DateTime64(6), end_time DateTime64(6), total_size UInt64`,
  asynchronous_metrics: 'metric String, value Float64, description String',
  distributed_ddl_queue: `
    entry String, cluster String, query_create_time DateTime DEFAULT now(),
    host Nullable(String), port Nullable(UInt16),
    status Nullable(Enum8('Inactive' = 0, 'Active' = 1, 'Finished' = 2, 'Removing' = 3, 'Unknown' = 4)),
    exception_code Nullable(UInt16)`,
  kafka_consumers: `
    database String, table String, consumer_id String, \`assignments.topic\` Array(String),
    \`exceptions.time\` Array(DateTime), \`exceptions.text\` Array(String), last_poll_time DateTime,
    last_commit_time DateTime, is_currently_used UInt8`,
  certificates: 'path String, subject Nullable(String), not_after Nullable(String), default UInt8',
  dictionaries: `
    database String, name String, status Enum8('NOT_LOADED' = 0, 'LOADED' = 1, 'FAILED' = 2),
    bytes_allocated UInt64, element_count UInt64, source String, lifetime_max UInt64,
    last_successful_update_time DateTime, last_exception String`,
  processes: `
    query_id String, user String, elapsed Float64, memory_usage Int64, read_rows UInt64,
    is_cancelled UInt8, query String, query_kind String, ${profileEvents}`,
  part_log: `
    event_type Enum8('NewPart' = 1, 'MergeParts' = 2, 'DownloadPart' = 3, 'RemovePart' = 4, 'MutatePart' = 5, 'MovePart' = 6),
    event_date Date MATERIALIZED toDate(event_time), event_time DateTime DEFAULT now(),
    database String DEFAULT 'd', table String DEFAULT 't', part_name String DEFAULT 'p_1_1_0',
    partition_id String DEFAULT 'p', rows UInt64, merged_from Array(String),
    error UInt16, exception String`,
  zookeeper_connection: `
    name String, host String, is_expired UInt8, session_uptime_elapsed_seconds UInt64, xid Int64`,
  merges: `
    database String, table String, elapsed Float64, progress Float64, num_parts UInt64,
    result_part_name String, partition_id String, is_mutation UInt8,
    total_size_bytes_compressed UInt64, rows_read UInt64, bytes_written_uncompressed UInt64`,
  parts: `
    database String DEFAULT 'd', table String DEFAULT 't', name String DEFAULT 'p_1_1_0',
    partition String DEFAULT 'p', partition_id String DEFAULT 'p', active UInt8 DEFAULT 1, rows UInt64,
    level UInt32, bytes_on_disk UInt64, modification_time DateTime DEFAULT now(),
    remove_time DateTime, refcount UInt32, engine String DEFAULT 'MergeTree',
    disk_name String DEFAULT 'default', delete_ttl_info_max DateTime`,
  disks: `
    name String, path String, free_space UInt64, total_space UInt64, keep_free_space UInt64,
    type String DEFAULT 'Local', object_storage_type String DEFAULT 'None', is_read_only UInt8,
    is_write_once UInt8, is_remote UInt8, is_broken UInt8`,
};

export const lookAlikes: readonly string[] = Object.keys(definitions);

/** Puts an empty table in the place of one of `system`. It lives as long as the engine. */
export function placeLookAlike(node: EmbeddedNode, table: string, name = table): void {
  const columns = definitions[table];
  if (columns === undefined) throw new Error(`no look-alike of system.${table}`);
  node.execute(
    `DROP TABLE IF EXISTS system.${name}`,
    `CREATE TABLE system.${name} (${columns}) ENGINE = Memory`,
  );
}
