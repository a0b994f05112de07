import { computed, defineReading, logMinute, number, text } from './reading-definition.ts';

/** Kinds of events by number: their names changed from NEW_PART to NewPart. */
const inserted = 'toInt8(event_type) = 1';
const merged = 'toInt8(event_type) = 2';
const fetched = 'toInt8(event_type) = 3';
const mutated = 'toInt8(event_type) = 5';

const absent =
  'The server keeps no part_log: give its configuration a <part_log> section with database and table.';

/**
 * How often a part was merged, from its name: `<partition>_<min>_<max>_<level>`, where parts of old
 * tables have two dates for the partition.
 */
const level = `toUInt32OrZero(extract(part_name, '^(?:[0-9]{8}_[0-9]{8}|[^_]+)_[0-9]+_[0-9]+_([0-9]+)'))`;

/**
 * 18.16 leaves the partition of a merge empty; the part's name begins with it, or with the dates of
 * its month.
 */
const partition = `multiIf(partition_id != '', partition_id, match(part_name, '^[0-9]{8}_[0-9]{8}_'), substring(part_name, 1, 6), extract(part_name, '^([^_]+)_'))`;

/** What became of the parts of each partition, by minute. */
export const partMinutes = defineReading({
  name: 'part_minutes',
  tier: 'logs',
  table: 'part_log',
  columns: {
    minute: logMinute,
    database: text('database'),
    table: text('table'),
    partition: computed('text', { needs: ['partition_id', 'part_name'], sql: partition }),
    inserts: computed('number', {
      needs: ['event_type', 'error'],
      sql: `countIf(${inserted} AND error = 0)`,
    }),
    insertedRows: computed('number', {
      needs: ['event_type', 'error', 'rows'],
      sql: `sumIf(rows, ${inserted} AND error = 0)`,
    }),
    /** Merges that were carried out, here or on the replica that this one fetched from. */
    merges: computed('number', {
      needs: ['part_name', 'event_type', 'error'],
      sql: `countIf(error = 0 AND (${merged} OR ${fetched} AND ${level} > 0))`,
    }),
    /** Parts that came, less those that were merged away. */
    growth: computed('number', {
      needs: ['merged_from', 'part_name', 'event_type', 'error'],
      sql: `toInt64(countIf(error = 0 AND (${inserted} OR ${fetched} AND ${level} = 0))) - toInt64(sumIf(length(merged_from) - 1, error = 0 AND ${merged} AND length(merged_from) > 0))`,
    }),
  },
  where: [{ needs: ['event_type'], sql: 'toInt8(event_type) IN (1, 2, 3)' }],
  groupBy: ['minute', 'database', 'table', 'partition'],
  orderBy: [{ needs: [], sql: 'count() DESC' }],
  limit: 2_000,
  log: { keepMinutes: 62 },
  absent,
});

/** Merges and mutations of parts that failed, by minute. 236: they were told to stop. */
export const mergeFailures = defineReading({
  name: 'merge_failures',
  tier: 'logs',
  table: 'part_log',
  columns: {
    minute: logMinute,
    database: text('database'),
    table: text('table'),
    part: text('part_name'),
    code: number('error'),
    failures: computed('number', { needs: ['error', 'event_type'], sql: 'count()' }),
    exception: text('exception', `substring(any(exception), 1, 300)`),
  },
  where: [
    { needs: ['event_type'], sql: `${merged} OR ${mutated}` },
    { needs: ['error'], sql: 'error NOT IN (0, 236)' },
  ],
  groupBy: ['minute', 'database', 'table', 'part', 'code'],
  orderBy: [{ needs: [], sql: 'count() DESC' }],
  limit: 500,
  log: { keepMinutes: 62 },
  absent,
});
