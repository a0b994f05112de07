import { computed, defineReading, number, text, texts } from './reading-definition.ts';

/** Crashes of the last day, newest first. */
export const crashes = defineReading({
  name: 'crashes',
  tier: 'slow',
  table: 'crash_log',
  columns: {
    atSeconds: number('event_time', 'toUnixTimestamp(event_time)'),
    signal: number('signal'),
    queryId: text('query_id'),
    trace: texts('trace_full', 'arraySlice(trace_full, 1, 5)'),
  },
  where: [
    { needs: ['event_date'], sql: 'event_date >= toDate(now() - 86400)' },
    { needs: ['event_time'], sql: 'event_time >= now() - 86400' },
  ],
  orderBy: [{ needs: ['event_time'], sql: 'event_time DESC' }],
  limit: 20,
  absent: 'The server makes it at its first crash.',
});

/** Lines of level Fatal of the last hour. */
export const fatalLines = defineReading({
  name: 'fatal_lines',
  tier: 'slow',
  table: 'text_log',
  columns: {
    // Without the level, every line would count.
    lines: computed('number', { needs: ['level'], sql: 'count()' }),
    newest: computed('text', {
      needs: ['message', 'event_time'],
      sql: 'substring(argMax(message, event_time), 1, 500)',
    }),
  },
  where: [
    { needs: ['event_date'], sql: 'event_date >= toDate(now() - 3600)' },
    { needs: ['event_time'], sql: 'event_time >= now() - 3600' },
    { needs: ['level'], sql: `level = 'Fatal'` },
  ],
  absent: 'It is written where `text_log` is configured.',
});

/** What the server itself warns of (21.9). */
export const serverWarnings = defineReading({
  name: 'server_warnings',
  tier: 'slow',
  table: 'warnings',
  columns: { message: text('message') },
  limit: 100,
});

/** Tables that the monitoring user sees, of those that `AttachedTable` counts. */
export const visibleTables = defineReading({
  name: 'visible_tables',
  tier: 'parts',
  table: 'tables',
  columns: { tables: computed('number', { needs: ['engine', 'database'], sql: 'count()' }) },
  where: [
    { needs: ['is_temporary'], sql: 'NOT is_temporary' },
    { needs: ['database'], sql: `lower(database) NOT IN ('system', 'information_schema')` },
    { needs: ['engine'], sql: `engine NOT LIKE '%View' AND engine != 'Dictionary'` },
  ],
});

/** Active parts that the monitoring user sees. */
export const visibleParts = defineReading({
  name: 'visible_parts',
  tier: 'parts',
  table: 'parts',
  columns: { parts: computed('number', { needs: ['active'], sql: 'count()' }) },
  where: [{ needs: ['active'], sql: 'active' }],
});

/**
 * When the server's own log tables last changed on disk: a few rows of metadata, where asking the
 * logs themselves would read them.
 */
export const logParts = defineReading({
  name: 'log_parts',
  tier: 'slow',
  table: 'parts',
  columns: {
    table: text('table'),
    lastModified: computed('number', {
      needs: ['modification_time', 'database', 'active'],
      sql: 'toUnixTimestamp(max(modification_time))',
    }),
  },
  where: [
    { needs: ['active'], sql: 'active' },
    { needs: ['database'], sql: `database = 'system'` },
    { needs: ['table'], sql: `table IN ('query_log', 'part_log')` },
  ],
  groupBy: ['table'],
});
