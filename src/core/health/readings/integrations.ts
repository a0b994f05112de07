import { quietExceptionText } from '../../../base/query-shape.ts';
import { computed, defineReading, flag, logMinute, number, text } from './reading-definition.ts';

/** Consumers of Kafka tables. */
export const kafkaConsumers = defineReading({
  name: 'kafka_consumers',
  tier: 'state',
  table: 'kafka_consumers',
  columns: {
    database: text('database'),
    table: text('table'),
    consumer: text('consumer_id'),
    used: flag('is_currently_used'),
    assignments: number('assignments.topic', 'length(assignments.topic)'),
    /** Seconds since; undefined where it never happened. */
    exceptionAgeSeconds: number(
      'exceptions.time',
      "if(empty(exceptions.time), NULL, toInt64(now()) - toInt64(arrayReduce('max', exceptions.time)))",
    ),
    pollAgeSeconds: number(
      'last_poll_time',
      'if(toUInt32(last_poll_time) = 0, NULL, toInt64(now()) - toInt64(last_poll_time))',
    ),
    commitAgeSeconds: number(
      'last_commit_time',
      'if(toUInt32(last_commit_time) = 0, NULL, toInt64(now()) - toInt64(last_commit_time))',
    ),
    lastException: text('exceptions.text', quietExceptionText('exceptions.text[-1]')),
  },
  limit: 2_000,
  absent: 'Needs ClickHouse 23.8 or newer.',
});

/** Views that refresh themselves. */
export const viewRefreshes = defineReading({
  name: 'view_refreshes',
  tier: 'state',
  table: 'view_refreshes',
  columns: {
    database: text('database'),
    view: text('view'),
    status: text('status', 'toString(status)'),
    exception: text('exception', quietExceptionText('exception')),
    retries: number('retry'),
    successAgeSeconds: number('last_success_time', 'toInt64(now()) - toInt64(last_success_time)'),
    /** From the last refresh to the next one that is due. */
    intervalSeconds: computed('number', {
      needs: ['next_refresh_time', 'last_refresh_time'],
      sql: 'toInt64(next_refresh_time) - toInt64(last_refresh_time)',
    }),
  },
  limit: 2_000,
  absent: 'Needs ClickHouse 23.12 or newer.',
});

/** Materialized views that failed while rows were inserted. */
export const viewFailures = defineReading({
  name: 'view_failures',
  tier: 'logs',
  table: 'query_views_log',
  columns: {
    minute: logMinute,
    view: text('view_name'),
    code: number('exception_code'),
    failures: number('event_time', 'count()'),
    exception: text('exception', quietExceptionText('any(exception)')),
  },
  where: [{ needs: ['exception_code'], sql: 'exception_code != 0' }],
  groupBy: ['minute', 'view', 'code'],
  orderBy: [{ needs: ['event_time'], sql: 'count() DESC' }],
  limit: 500,
  log: { keepMinutes: 60 },
  absent: 'The server keeps no query_views_log: give it a <query_views_log> section.',
});
