import { quietExceptionText } from '../../../base/query-shape.ts';
import { disks } from '../readings/disks.ts';
import { tableParts } from '../readings/parts.ts';
import { defineReading, flag, number, text } from '../readings/reading-definition.ts';
import { healthy, nothing, type Panel } from './panel.ts';
import { delay, mergeColumns, mutationColumns, queueColumns, time } from './work-columns.ts';

const database = text('database');
const table = text('table');

/** What the page of one node shows of its system tables. */
export const nodePanels = {
  disks: {
    title: 'Disks',
    none: nothing('The server tells of no local disk.'),
    reading: disks,
    asks: 'kept',
  },
  tables: {
    title: 'Tables and their parts',
    none: nothing('There is no MergeTree table that the monitoring user can see.'),
    reading: tableParts,
    asks: 'kept',
  },
  replicas: {
    title: 'Replicas that lag or cannot be written',
    none: healthy('Every replica here is writable and up to date, or nothing is replicated.'),
    asks: 'all',
    reading: defineReading({
      name: 'panel_lagging_replicas',
      tier: 'state',
      table: 'replicas',
      columns: {
        database,
        table,
        delaySeconds: delay,
        isReadonly: flag('is_readonly'),
        isSessionExpired: flag('is_session_expired'),
        queueSize: number('queue_size'),
        oldestAt: time('queue_oldest_time'),
        partsToCheck: number('parts_to_check'),
      },
      where: [
        {
          needs: ['is_readonly', 'absolute_delay', 'queue_size'],
          sql: 'is_readonly OR absolute_delay > 0 OR queue_size > 0',
        },
      ],
      orderBy: [{ needs: ['absolute_delay'], sql: 'absolute_delay DESC' }],
      limit: 500,
    }),
  },
  queue: {
    title: 'Replication queue',
    none: healthy('Nothing waits to be fetched or merged for replication.'),
    asks: 'all',
    reading: defineReading({
      name: 'panel_queue',
      tier: 'state',
      table: 'replication_queue',
      columns: { database, table, ...queueColumns },
      orderBy: [{ needs: ['create_time'], sql: 'create_time' }],
      limit: 500,
    }),
  },
  merges: {
    title: 'Running merges',
    none: healthy('No merge and no mutation of a part runs now.'),
    asks: 'all',
    reading: defineReading({
      name: 'panel_merges',
      tier: 'state',
      table: 'merges',
      columns: { database, table, ...mergeColumns },
      orderBy: [{ needs: ['elapsed'], sql: 'elapsed DESC' }],
      limit: 500,
    }),
  },
  mutations: {
    title: 'Unfinished mutations',
    none: healthy('Every mutation is done.'),
    asks: 'all',
    reading: defineReading({
      name: 'panel_mutations',
      tier: 'state',
      table: 'mutations',
      columns: { database, table, ...mutationColumns },
      where: [
        { needs: ['is_done'], sql: 'NOT is_done' },
        { needs: ['is_killed'], sql: 'NOT is_killed' },
      ],
      orderBy: [{ needs: ['create_time'], sql: 'create_time' }],
      limit: 500,
    }),
  },
  detached: {
    title: 'Detached parts',
    none: healthy('Nothing lies in a folder “detached”.'),
    asks: 'all',
    reading: defineReading({
      name: 'panel_detached',
      tier: 'parts',
      table: 'detached_parts',
      columns: {
        database,
        table,
        reason: text('reason', `ifNull(reason, '')`),
        parts: number('name', 'count()'),
        example: text('name', 'min(name)'),
      },
      groupBy: ['database', 'table', 'reason'],
      orderBy: [{ needs: [], sql: 'count() DESC' }],
      limit: 500,
      absent: 'Needs ClickHouse 19.6 or newer.',
    }),
  },
  errors: {
    title: 'Errors since the server started',
    none: healthy('The server has counted no error since it started.'),
    asks: 'all',
    reading: defineReading({
      name: 'panel_errors',
      tier: 'state',
      table: 'errors',
      columns: {
        error: text('name'),
        code: number('code'),
        count: number('value'),
        lastAt: time('last_error_time'),
        lastMessage: text('last_error_message', quietExceptionText('last_error_message')),
        fromOtherServer: flag('remote'),
      },
      where: [{ needs: ['value'], sql: 'value > 0' }],
      orderBy: [{ needs: ['last_error_time'], sql: 'last_error_time DESC' }],
      limit: 500,
      absent: 'Needs ClickHouse 20.11 or newer.',
    }),
  },
} as const satisfies Record<string, Panel>;
