import { computed, defineReading, flag, number, text } from './reading-definition.ts';

/** Merges and mutations of parts that run. */
export const merges = defineReading({
  name: 'merges',
  tier: 'state',
  table: 'merges',
  columns: {
    database: text('database'),
    table: text('table'),
    part: text('result_part_name'),
    partition: text('partition_id'),
    elapsedSeconds: number('elapsed'),
    progress: number('progress'),
    parts: number('num_parts'),
    isMutation: flag('is_mutation'),
    bytes: number('total_size_bytes_compressed'),
    rowsRead: number('rows_read'),
    bytesWritten: number('bytes_written_uncompressed'),
  },
  orderBy: [{ needs: ['elapsed'], sql: 'elapsed DESC' }],
  limit: 500,
  keepSamples: 15,
});

/** Mutations that are not done. */
export const mutations = defineReading({
  name: 'mutations',
  tier: 'state',
  table: 'mutations',
  columns: {
    database: text('database'),
    table: text('table'),
    mutation: computed('text', { needs: ['mutation_id', 'is_done'], sql: 'mutation_id' }),
    command: text('command', 'substring(command, 1, 300)'),
    createdSeconds: number('create_time', 'toUnixTimestamp(create_time)'),
    partsToDo: number('parts_to_do'),
    failReason: text('latest_fail_reason', 'substring(latest_fail_reason, 1, 500)'),
    failedPart: text('latest_failed_part'),
    /** 0 where it never failed: the column is a plain DateTime. */
    failedAtSeconds: number('latest_fail_time', 'toUnixTimestamp(latest_fail_time)'),
  },
  where: [
    { needs: ['is_done'], sql: 'NOT is_done' },
    { needs: ['is_killed'], sql: 'NOT is_killed' },
  ],
  orderBy: [{ needs: ['create_time'], sql: 'create_time' }],
  limit: 500,
  keepSamples: 60,
});

/** How many mutations wait, by table. */
export const mutationCounts = defineReading({
  name: 'mutation_counts',
  tier: 'state',
  table: 'mutations',
  columns: {
    database: text('database'),
    table: text('table'),
    waiting: computed('number', { needs: ['is_done'], sql: 'count()' }),
    oldestSeconds: number('create_time', 'toUnixTimestamp(min(create_time))'),
  },
  where: [
    { needs: ['is_done'], sql: 'NOT is_done' },
    { needs: ['is_killed'], sql: 'NOT is_killed' },
  ],
  groupBy: ['database', 'table'],
  orderBy: [{ needs: [], sql: 'count() DESC' }],
  limit: 2_000,
});
