import { monitorQueryPrefix } from './monitor-query.ts';
import { shapeHash, shapeText } from './query-text.ts';
import {
  type ColumnSource,
  computed,
  defineReading,
  logMinute,
  number,
  text,
} from './reading-definition.ts';

/** Ended queries: 2 finished, 3 failed before it started, 4 failed while it ran. */
const ended: ColumnSource = { needs: ['type'], sql: 'toInt8(type) > 1' };
/** What the monitor asks is not the cluster's work. */
const others: ColumnSource = {
  needs: ['query_id'],
  sql: `NOT startsWith(query_id, '${monitorQueryPrefix}')`,
};
const ownKind = `extract(query_id, '^${monitorQueryPrefix}([a-z]+)-[0-9a-f]+-')`;
const finished = 'toInt8(type) = 2';
const absent =
  'The server keeps no query_log: set log_queries = 1, and a <query_log> section in its configuration.';

const code = computed(
  'number',
  { needs: ['exception_code'], sql: 'exception_code' },
  { needs: ['exception'], sql: "toInt32OrZero(extract(exception, '^Code: ([0-9]+)'))" },
);

const kind = computed(
  'text',
  { needs: ['query_kind'], sql: 'lower(toString(query_kind))' },
  { needs: ['query'], sql: "lower(extract(query, '^\\\\s*([a-zA-Z]+)'))" },
);

/** Which limit a query ran into, where it failed for memory (code 241). */
const memoryLimit = text(
  'exception',
  "multiIf(position(exception, '(for query)') > 0 OR position(exception, 'Query memory limit') > 0, 'query', position(exception, '(for user)') > 0 OR position(exception, 'User memory limit') > 0, 'user', position(exception, '(total)') > 0, 'server', '')",
);

/** A sum of one ProfileEvent; servers before 21.9 have names and values as two arrays. */
const event = (name: string, aggregate = 'sum') =>
  computed(
    'number',
    { needs: ['ProfileEvents'], sql: `${aggregate}(ProfileEvents['${name}'])` },
    {
      needs: ['ProfileEvents.Names', 'ProfileEvents.Values'],
      sql: `${aggregate}(ProfileEvents.Values[indexOf(ProfileEvents.Names, '${name}')])`,
    },
  );

/** Counts of ended queries by minute, user, kind and error. */
export const queryMinutes = defineReading({
  name: 'query_minutes',
  tier: 'logs',
  table: 'query_log',
  columns: {
    minute: logMinute,
    user: text('user'),
    kind,
    code,
    memoryLimit,
    queries: number('type', 'count()'),
    finished: number('type', `countIf(${finished})`),
    cpuMicroseconds: event('OSCPUVirtualTimeMicroseconds'),
    readRows: number('read_rows', 'sum(read_rows)'),
    readBytes: number('read_bytes', 'sum(read_bytes)'),
    writtenRows: number('written_rows', 'sum(written_rows)'),
    memoryBytes: number('memory_usage', 'max(memory_usage)'),
    durationMs: number('query_duration_ms', 'sum(query_duration_ms)'),
  },
  where: [ended, others],
  groupBy: ['minute', 'user', 'kind', 'code', 'memoryLimit'],
  orderBy: [{ needs: ['type'], sql: 'count() DESC' }],
  limit: 1_000,
  log: { keepMinutes: 60 },
  absent,
});

/**
 * Durations as a histogram that can be added up: `bucket:count` by four buckets for each doubling
 * of the milliseconds, so that a quantile read from it is at most a fifth off.
 */
const durations = computed('text', {
  needs: ['query_duration_ms', 'type'],
  sql: `arrayStringConcat(arrayMap((b, n) -> concat(toString(b), ':', toString(n)), (sumMapIf([toUInt16(floor(log2(toFloat64(query_duration_ms) + 1) * 4))], [toUInt64(1)], ${finished}) AS buckets).1, buckets.2), ',')`,
});

/** What the heaviest shapes of queries did, by minute. */
export const queryShapes = defineReading({
  name: 'query_shapes',
  tier: 'logs',
  table: 'query_log',
  columns: {
    minute: logMinute,
    hash: shapeHash({ needs: ['normalized_query_hash'], sql: 'toString(normalized_query_hash)' }),
    user: text('user'),
    kind,
    shape: shapeText('any(query)', ['normalized_query_hash']),
    finished: number('type', `countIf(${finished})`),
    failed: number('type', `countIf(NOT ${finished})`),
    durations,
    durationMs: number('query_duration_ms', 'sum(query_duration_ms)'),
    cpuMicroseconds: event('OSCPUVirtualTimeMicroseconds'),
    readRows: number('read_rows', 'sum(read_rows)'),
    readBytes: number('read_bytes', 'sum(read_bytes)'),
    resultRows: number('result_rows', 'sum(result_rows)'),
    memoryBytes: number('memory_usage', 'max(memory_usage)'),
    selectedMarks: event('SelectedMarks'),
    totalMarks: event('SelectedMarksTotal'),
  },
  where: [ended, others],
  groupBy: ['minute', 'hash', 'user', 'kind'],
  orderBy: [{ needs: ['query_duration_ms'], sql: 'sum(query_duration_ms) DESC' }],
  limit: 150,
  log: { keepMinutes: 60 },
  absent,
});

/**
 * What the monitor's own statements took in the last half hour, by the word in their ids that says
 * what they were for.
 */
export const ownStatements = defineReading({
  name: 'own_statements',
  tier: 'slow',
  table: 'query_log',
  columns: {
    kind: text('query_id', ownKind),
    statements: number('type', 'count()'),
    cpuMicroseconds: computed(
      'number',
      {
        needs: ['ProfileEvents'],
        sql: "sum(ProfileEvents['UserTimeMicroseconds'] + ProfileEvents['SystemTimeMicroseconds'])",
      },
      {
        needs: ['ProfileEvents.Names', 'ProfileEvents.Values'],
        sql: "sum(arraySum((name, value) -> if(name IN ('UserTimeMicroseconds', 'SystemTimeMicroseconds'), value, 0), ProfileEvents.Names, ProfileEvents.Values))",
      },
    ),
    readRows: number('read_rows', 'sum(read_rows)'),
    readBytes: number('read_bytes', 'sum(read_bytes)'),
  },
  where: [
    ended,
    { needs: ['query_id'], sql: `startsWith(query_id, '${monitorQueryPrefix}')` },
    { needs: ['event_date'], sql: 'event_date >= toDate(now() - 1800)' },
    { needs: ['event_time'], sql: 'event_time >= now() - 1800' },
  ],
  groupBy: ['kind'],
  limit: 50,
  absent,
});

/** Up to a week, without the last hour: that one is compared with it. */
const week: readonly ColumnSource[] = [
  ended,
  { needs: ['event_date'], sql: 'event_date >= today() - 7' },
  { needs: ['event_time'], sql: 'event_time < now() - 3600' },
];

const quantile = (level: number) =>
  computed('number', {
    needs: ['query_duration_ms', 'type'],
    sql: `quantileTDigestIf(${level})(query_duration_ms, ${finished})`,
  });

/**
 * How long the most frequent shapes usually take. Only where the server keeps the hash, for the
 * texts of a week are too much to read.
 */
export const usualDurations = defineReading({
  name: 'usual_durations',
  tier: 'daily',
  table: 'query_log',
  columns: {
    hash: text('normalized_query_hash', 'toString(normalized_query_hash)'),
    runs: number('type', `countIf(${finished})`),
    p95Ms: quantile(0.95),
    p99Ms: quantile(0.99),
  },
  where: week,
  groupBy: ['hash'],
  orderBy: [{ needs: ['type'], sql: 'count() DESC' }],
  limit: 500,
  rotates: true,
  absent,
});

/** How many queries ended in a timeout, a broken connection or a cancellation, by hour. */
export const usualTimeouts = defineReading({
  name: 'usual_timeouts',
  tier: 'daily',
  table: 'query_log',
  columns: {
    hour: number('event_time', 'toUnixTimestamp(toStartOfHour(event_time))'),
    queries: number('type', 'count()'),
    timeouts: computed(
      'number',
      { needs: ['exception_code'], sql: 'countIf(exception_code IN (159, 209, 210, 394))' },
      {
        needs: ['exception'],
        sql: "countIf(extract(exception, '^Code: ([0-9]+)') IN ('159', '209', '210', '394'))",
      },
    ),
  },
  where: week,
  groupBy: ['hour'],
  limit: 200,
  rotates: true,
  absent,
});
