import { computed, defineReading, flag, number, text } from './reading-definition.ts';

const absent = 'Needs ClickHouse 19.15 or newer.';

/** A disk of this machine: not an object store, whose space has no end, and nothing read-only by its kind. */
const local = [
  { needs: ['is_remote'], sql: 'NOT is_remote' },
  {
    needs: ['type'],
    sql: `lower(type) NOT IN ('s3', 'hdfs', 'web', 'objectstorage', 'azureblobstorage')`,
  },
];

/** The disks that the server stores tables on. */
export const disks = defineReading({
  name: 'disks',
  tier: 'state',
  table: 'disks',
  columns: {
    disk: text('name'),
    path: text('path'),
    freeBytes: number('free_space'),
    totalBytes: number('total_space'),
    keepFreeBytes: number('keep_free_space'),
  },
  where: local,
  limit: 200,
  absent,
});

/** The same, kept for hours, to see how they fill. */
export const diskHistory = defineReading({
  name: 'disk_history',
  tier: 'slow',
  table: 'disks',
  columns: {
    disk: text('name'),
    path: text('path'),
    freeBytes: number('free_space'),
    totalBytes: number('total_space'),
  },
  where: local,
  limit: 200,
  keepSamples: 60,
  absent,
});

/** Whether disks can be used at all; those that are meant for reading only are left out. */
export const diskStates = defineReading({
  name: 'disk_states',
  tier: 'state',
  table: 'disks',
  columns: {
    disk: text('name'),
    path: text('path'),
    broken: flag('is_broken'),
    readOnly: flag('is_read_only'),
  },
  where: [
    { needs: ['type'], sql: `lower(type) != 'web'` },
    { needs: ['object_storage_type'], sql: `lower(object_storage_type) != 'web'` },
    { needs: ['is_write_once'], sql: 'NOT is_write_once' },
  ],
  limit: 200,
  absent,
});

/** The server's own log tables, and whether they have a TTL. */
export const systemLogs = defineReading({
  name: 'system_logs',
  tier: 'daily',
  table: 'tables',
  columns: {
    table: computed('text', { needs: ['name', 'database', 'engine'], sql: 'name' }),
    hasTtl: flag('engine_full', `position(engine_full, ' TTL ') > 0`),
  },
  where: [
    { needs: ['database'], sql: `database = 'system'` },
    { needs: ['engine'], sql: `engine LIKE '%MergeTree'` },
    { needs: ['name'], sql: `match(name, '_log(_[0-9]+)?$')` },
  ],
  limit: 500,
});
