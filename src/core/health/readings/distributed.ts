import { exceptionText } from '../../../base/query-shape.ts';
import { computed, defineReading, flag, number, text } from './reading-definition.ts';

/** What Distributed tables have not sent yet. */
export const distributionQueue = defineReading({
  name: 'distribution_queue',
  tier: 'state',
  table: 'distribution_queue',
  columns: {
    database: text('database'),
    table: text('table'),
    blocked: flag('is_blocked', 'max(is_blocked)'),
    errors: number('error_count', 'sum(error_count)'),
    files: number('data_files', 'sum(data_files)'),
    bytes: number('data_compressed_bytes', 'sum(data_compressed_bytes)'),
    brokenFiles: number('broken_data_files', 'sum(broken_data_files)'),
    lastException: text('last_exception', exceptionText('max(last_exception)')),
  },
  groupBy: ['database', 'table'],
  orderBy: [{ needs: ['data_files'], sql: 'sum(data_files) DESC' }],
  keepSamples: 20,
  absent: 'Needs ClickHouse 20.4 or newer.',
});

/** Servers of the configured clusters that this server failed to reach of late. */
export const clusterErrors = defineReading({
  name: 'cluster_errors',
  tier: 'slow',
  table: 'clusters',
  columns: {
    host: text('host_name'),
    port: number('port'),
    cluster: text('cluster', 'any(cluster)'),
    errors: number('errors_count', 'max(errors_count)'),
    recoverySeconds: computed(
      'number',
      { needs: ['estimated_recovery_time'], sql: 'max(estimated_recovery_time)' },
      { needs: ['errors_count'], sql: '0' },
    ),
  },
  where: [{ needs: ['errors_count'], sql: 'errors_count > 0' }],
  groupBy: ['host', 'port'],
  limit: 200,
});

/**
 * Statements of the last day that were run ON CLUSTER and that some host has not finished, or that
 * failed. Their texts are not read, for they may hold passwords.
 */
export const ddlQueue = defineReading({
  name: 'ddl_queue',
  tier: 'slow',
  table: 'distributed_ddl_queue',
  columns: {
    entry: text('entry'),
    cluster: text('cluster'),
    host: computed(
      'text',
      { needs: ['host'], sql: 'host' },
      { needs: ['host_name'], sql: 'host_name' },
    ),
    status: text('status', "ifNull(toString(status), 'Inactive')"),
    ageSeconds: computed(
      'number',
      { needs: ['query_create_time'], sql: 'toInt64(now()) - toInt64(query_create_time)' },
      { needs: ['query_start_time'], sql: 'toInt64(now()) - toInt64(query_start_time)' },
    ),
    code: computed('number', {
      needs: ['exception_code'],
      sql: 'toInt32OrZero(toString(exception_code))',
    }),
  },
  where: [
    { needs: ['query_create_time'], sql: 'query_create_time > now() - 86400' },
    {
      needs: ['status', 'exception_code'],
      sql: "(ifNull(toString(status), '') != 'Finished' OR ifNull(toString(exception_code), '0') NOT IN ('0', 'ZOK'))",
    },
  ],
  orderBy: [
    { needs: ['query_create_time'], sql: 'query_create_time' },
    { needs: ['query_start_time'], sql: 'query_start_time' },
  ],
  limit: 3_000,
  absent: 'Needs ClickHouse 21.1 or newer.',
});
