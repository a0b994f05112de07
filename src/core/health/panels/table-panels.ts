import { sqlString } from '../../../base/sql-text.ts';
import {
  type ColumnSource,
  computed,
  defineReading,
  flag,
  number,
  text,
} from '../readings/reading-definition.ts';
import { healthy, nothing, type Panel, type TableName } from './panel.ts';
import { shownDefinition } from './shown-definition.ts';
import { delay, mergeColumns, mutationColumns, queueColumns, time } from './work-columns.ts';

export const tablePanelNames = [
  'definition',
  'columns',
  'partitions',
  'replicas',
  'queue',
  'merges',
  'mutations',
  'detached',
] as const;
export type TablePanelName = (typeof tablePanelNames)[number];

const tableColumns = ['database', 'table'];
const ofTable = ({ database, table }: TableName, name = 'table'): ColumnSource => ({
  needs: ['database', name],
  sql: `database = ${sqlString(database)} AND ${name} = ${sqlString(table)}`,
});

/** What the page of one table shows. Statements hold the names as quoted text. */
export const tablePanels = (table: TableName): Readonly<Record<TablePanelName, Panel>> => ({
  ...shapePanels(table),
  ...dataPanels(table),
  ...workPanels(table),
});

const shapePanels = (table: TableName) =>
  ({
    definition: {
      title: 'Definition',
      none: nothing('There is no such table here, or the monitoring user may not see it.'),
      asks: 'one',
      needs: ['database', 'name'],
      reading: defineReading({
        name: 'panel_definition',
        tier: 'slow',
        table: 'tables',
        columns: {
          engine: text('engine'),
          partitionKey: text('partition_key'),
          sortingKey: text('sorting_key'),
          primaryKey: text('primary_key'),
          samplingKey: text('sampling_key'),
          ttl: text('engine_full', "extract(engine_full, ' TTL (.*?)(?: SETTINGS |$)')"),
          settings: text('engine_full', "extract(engine_full, ' SETTINGS (.*)$')"),
          storagePolicy: text('storage_policy'),
          comment: text('comment'),
          rows: number('total_rows'),
          bytes: number('total_bytes'),
          changedAt: time('metadata_modification_time'),
          statement: shownDefinition,
        },
        where: [ofTable(table, 'name')],
        limit: 1,
      }),
    },
    columns: {
      title: 'Columns',
      none: nothing(
        'There is no such table here, or its columns are hidden: the monitoring user needs SHOW COLUMNS on it.',
      ),
      asks: 'one',
      needs: tableColumns,
      reading: defineReading({
        name: 'panel_columns',
        tier: 'slow',
        table: 'columns',
        columns: {
          column: text('name'),
          type: text('type'),
          /** Servers do not tell them of compact parts. */
          compressedBytes: number('data_compressed_bytes', 'nullIf(data_compressed_bytes, 0)'),
          uncompressedBytes: number(
            'data_uncompressed_bytes',
            'nullIf(data_uncompressed_bytes, 0)',
          ),
          ratio: computed('number', {
            needs: ['data_compressed_bytes', 'data_uncompressed_bytes'],
            sql: 'if(data_compressed_bytes > 0, data_uncompressed_bytes / data_compressed_bytes, NULL)',
          }),
          codec: text('compression_codec'),
          inSortingKey: flag('is_in_sorting_key'),
          inPartitionKey: flag('is_in_partition_key'),
          default: computed('text', {
            needs: ['default_kind', 'default_expression'],
            sql: `if(default_kind = '', '', concat(default_kind, ' ', default_expression))`,
          }),
          comment: text('comment'),
        },
        where: [ofTable(table)],
        limit: 2_000,
      }),
    },
  }) satisfies Partial<Record<TablePanelName, Panel>>;

const dataPanels = (table: TableName) =>
  ({
    partitions: {
      title: 'Parts by partition',
      none: nothing('The table has no parts: it is empty, or its engine stores none.'),
      asks: 'all',
      needs: tableColumns,
      reading: defineReading({
        name: 'panel_partitions',
        tier: 'parts',
        table: 'parts',
        columns: {
          partition: text('partition', 'any(partition)'),
          id: text('partition_id'),
          parts: computed('number', { needs: ['active'], sql: 'count()' }),
          rows: number('rows', 'sum(rows)'),
          bytes: number('bytes_on_disk', 'sum(bytes_on_disk)'),
          ratio: computed('number', {
            needs: ['data_compressed_bytes', 'data_uncompressed_bytes'],
            sql: 'if(sum(data_compressed_bytes) > 0, sum(data_uncompressed_bytes) / sum(data_compressed_bytes), NULL)',
          }),
          largestPartBytes: number('bytes_on_disk', 'max(bytes_on_disk)'),
          modifiedAt: time('modification_time', 'max(modification_time)'),
          disks: text('disk_name', "arrayStringConcat(groupUniqArray(disk_name), ', ')"),
        },
        where: [{ needs: ['active'], sql: 'active' }, ofTable(table)],
        groupBy: ['id'],
        orderBy: [{ needs: ['partition_id'], sql: 'partition_id DESC' }],
        limit: 1_000,
      }),
    },
    replicas: {
      title: 'Replicas',
      none: nothing('The table is not replicated here.'),
      asks: 'all',
      needs: tableColumns,
      reading: defineReading({
        name: 'panel_replicas',
        tier: 'state',
        table: 'replicas',
        columns: {
          replica: text('replica_name'),
          delaySeconds: delay,
          isReadonly: flag('is_readonly'),
          isLeader: flag('is_leader'),
          queueSize: number('queue_size'),
          logBehind: computed('number', {
            needs: ['log_max_index', 'log_pointer'],
            sql: 'greatest(toInt64(log_max_index) - toInt64(log_pointer) + 1, 0)',
          }),
          activeReplicas: number('active_replicas'),
          totalReplicas: number('total_replicas'),
          lastUpdateAt: time('last_queue_update'),
          lastException: text(
            'last_queue_update_exception',
            'substring(last_queue_update_exception, 1, 300)',
          ),
          keeperPath: text('zookeeper_path'),
        },
        where: [ofTable(table)],
        limit: 10,
      }),
    },
    detached: {
      title: 'Detached parts',
      none: healthy('Nothing lies in the folder “detached” of this table.'),
      asks: 'all',
      needs: tableColumns,
      reading: defineReading({
        name: 'panel_table_detached',
        tier: 'parts',
        table: 'detached_parts',
        columns: {
          part: text('name'),
          reason: text('reason', `ifNull(reason, '')`),
          partition: text('partition_id', `ifNull(partition_id, '')`),
          disk: text('disk'),
        },
        where: [ofTable(table)],
        orderBy: [{ needs: ['name'], sql: 'name' }],
        limit: 500,
        absent: 'Needs ClickHouse 19.6 or newer.',
      }),
    },
  }) satisfies Partial<Record<TablePanelName, Panel>>;

const workPanels = (table: TableName) =>
  ({
    queue: {
      title: 'Replication queue',
      none: healthy('Nothing waits to be fetched or merged for replication.'),
      asks: 'all',
      needs: tableColumns,
      reading: defineReading({
        name: 'panel_table_queue',
        tier: 'state',
        table: 'replication_queue',
        columns: queueColumns,
        where: [ofTable(table)],
        orderBy: [{ needs: ['create_time'], sql: 'create_time' }],
        limit: 500,
      }),
    },
    merges: {
      title: 'Running merges',
      none: healthy('No merge and no mutation of a part runs now.'),
      asks: 'all',
      needs: tableColumns,
      reading: defineReading({
        name: 'panel_table_merges',
        tier: 'state',
        table: 'merges',
        columns: mergeColumns,
        where: [ofTable(table)],
        orderBy: [{ needs: ['elapsed'], sql: 'elapsed DESC' }],
        limit: 500,
      }),
    },
    mutations: {
      title: 'Mutations',
      none: nothing('The table was never mutated, as far as the server remembers.'),
      asks: 'all',
      needs: tableColumns,
      reading: defineReading({
        name: 'panel_table_mutations',
        tier: 'state',
        table: 'mutations',
        columns: { ...mutationColumns, done: flag('is_done'), killed: flag('is_killed') },
        where: [ofTable(table)],
        orderBy: [
          { needs: ['is_done'], sql: 'is_done' },
          { needs: ['create_time'], sql: 'create_time DESC' },
        ],
        limit: 200,
      }),
    },
  }) satisfies Partial<Record<TablePanelName, Panel>>;
