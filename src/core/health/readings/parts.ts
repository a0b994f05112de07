import { computed, defineReading, number, text } from './reading-definition.ts';

const active = { needs: ['active'], sql: 'active' };
/** Without the column, parts that were merged away would count. */
const counted = computed('number', { needs: ['active'], sql: 'count()' });
const bytes = computed('number', { needs: ['bytes_on_disk', 'active'], sql: 'sum(bytes_on_disk)' });

/** Parts of each table. */
export const tableParts = defineReading({
  name: 'table_parts',
  tier: 'parts',
  table: 'parts',
  columns: {
    database: text('database'),
    table: text('table'),
    parts: counted,
    partitions: number('partition_id', 'uniqExact(partition_id)'),
    rows: number('rows', 'sum(rows)'),
    bytes,
    medianPartBytes: number('bytes_on_disk', 'quantile(0.5)(bytes_on_disk)'),
    largestPartBytes: number('bytes_on_disk', 'max(bytes_on_disk)'),
    largestPart: computed('text', {
      needs: ['name', 'bytes_on_disk'],
      sql: 'argMax(name, bytes_on_disk)',
    }),
    /** Parts of which every row should have been deleted two days ago. */
    expiredParts: number(
      'delete_ttl_info_max',
      'countIf(toUnixTimestamp(delete_ttl_info_max) > 0 AND delete_ttl_info_max < now() - 172800)',
    ),
    expiredBytes: computed('number', {
      needs: ['bytes_on_disk', 'delete_ttl_info_max'],
      sql: 'sumIf(bytes_on_disk, toUnixTimestamp(delete_ttl_info_max) > 0 AND delete_ttl_info_max < now() - 172800)',
    }),
  },
  where: [active],
  groupBy: ['database', 'table'],
  orderBy: [{ needs: [], sql: 'count() DESC' }],
  limit: 5_000,
});

/** Parts of a partition that is read of at all. */
export const leastCrowded = 50;

/** Partitions that have many parts; those with fewer are nobody's concern. */
export const crowdedPartitions = defineReading({
  name: 'crowded_partitions',
  tier: 'parts',
  table: 'parts',
  columns: {
    database: text('database'),
    table: text('table'),
    partition: text('partition_id'),
    parts: counted,
    bytes,
    newestSeconds: number('modification_time', 'toUnixTimestamp(max(modification_time))'),
  },
  where: [active],
  groupBy: ['database', 'table', 'partition'],
  having: [{ needs: [], sql: `count() >= ${leastCrowded}` }],
  orderBy: [{ needs: [], sql: 'count() DESC' }],
  limit: 2_000,
});

/** Partitions of tables that only merge rows of one key which are in one part. */
export const replacingPartitions = defineReading({
  name: 'replacing_partitions',
  tier: 'parts',
  table: 'parts',
  columns: {
    database: text('database'),
    table: text('table'),
    partition: text('partition_id'),
    engine: text('engine', 'any(engine)'),
    parts: counted,
    bytes: computed('number', {
      needs: ['bytes_on_disk', 'active', 'engine'],
      sql: 'sum(bytes_on_disk)',
    }),
  },
  where: [
    active,
    { needs: ['engine'], sql: `match(engine, 'Replacing|Collapsing|Summing|Aggregating')` },
  ],
  groupBy: ['database', 'table', 'partition'],
  // A third of what merges grow to where nothing else is set (150 GiB).
  having: [{ needs: ['bytes_on_disk'], sql: 'sum(bytes_on_disk) > 53687091200' }],
  orderBy: [{ needs: ['bytes_on_disk'], sql: 'sum(bytes_on_disk) DESC' }],
  limit: 1_000,
});

/** The largest partitions that a merge could still take up, by disk. */
export const mergeablePartitions = defineReading({
  name: 'mergeable_partitions',
  tier: 'parts',
  table: 'parts',
  columns: {
    database: text('database'),
    table: text('table'),
    partition: text('partition_id'),
    disk: text('disk_name'),
    parts: counted,
    bytes,
  },
  where: [active],
  groupBy: ['database', 'table', 'partition', 'disk'],
  having: [{ needs: [], sql: 'count() > 1' }],
  orderBy: [{ needs: ['bytes_on_disk'], sql: 'sum(bytes_on_disk) DESC' }],
  limit: 50,
});

const removedFor = (seconds: number): string =>
  `countIf(toUnixTimestamp(remove_time) > 0 AND remove_time < now() - ${seconds})`;

/** Parts that were merged away and still take their place, by how long ago. */
export const deadParts = defineReading({
  name: 'dead_parts',
  tier: 'parts',
  table: 'parts',
  columns: {
    database: text('database'),
    table: text('table'),
    overHalfHour: computed('number', { needs: ['remove_time', 'active'], sql: removedFor(1_800) }),
    overFourHours: computed('number', {
      needs: ['remove_time', 'active'],
      sql: removedFor(14_400),
    }),
    overDay: computed('number', { needs: ['remove_time', 'active'], sql: removedFor(86_400) }),
    bytes,
    mostReferences: number('refcount', 'max(refcount)'),
  },
  where: [{ needs: ['active'], sql: 'NOT active' }],
  groupBy: ['database', 'table'],
  having: [{ needs: ['remove_time'], sql: `${removedFor(1_800)} > 1000` }],
  limit: 1_000,
});

/** What lies in the folders `detached`, by the reason that the server gave. */
export const detachedParts = defineReading({
  name: 'detached_parts',
  tier: 'parts',
  table: 'detached_parts',
  columns: {
    database: text('database'),
    table: text('table'),
    reason: text('reason', `ifNull(reason, '')`),
    parts: computed('number', { needs: ['reason'], sql: 'count()' }),
    example: text('name', 'min(name)'),
  },
  where: [{ needs: ['reason'], sql: `ifNull(reason, '') != ''` }],
  groupBy: ['database', 'table', 'reason'],
  orderBy: [{ needs: [], sql: 'count() DESC' }],
  limit: 2_000,
  absent: 'Needs ClickHouse 19.6 or newer.',
});
