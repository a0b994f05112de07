import { defineReading, flag, number, text } from './reading-definition.ts';

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
    absoluteDelaySeconds: number('absolute_delay'),
    partsToCheck: number('parts_to_check'),
    lostParts: number('lost_part_count'),
    lastQueueUpdateException: text('last_queue_update_exception'),
    zookeeperException: text('zookeeper_exception'),
    replicaName: text('replica_name'),
    zookeeperPath: text('zookeeper_path'),
    replicaPath: text('replica_path'),
  },
  orderBy: [{ needs: ['absolute_delay'], sql: 'absolute_delay DESC' }],
  limit: 5_000,
});

/** Columns of `system.replicas` that cost requests to Keeper for each table. */
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
  },
  limit: 5_000,
});
