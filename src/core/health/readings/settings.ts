import { computed, defineReading, flag, text } from './reading-definition.ts';

/** Effective defaults of MergeTree tables on this server. */
export const mergeTreeSettings = defineReading({
  name: 'merge_tree_settings',
  tier: 'slow',
  table: 'merge_tree_settings',
  columns: { name: text('name'), value: text('value'), changed: flag('changed') },
  limit: 2_000,
});

/** Tables that carry settings of their own, with the text that has them. */
export const tableSettings = defineReading({
  name: 'table_settings',
  tier: 'slow',
  table: 'tables',
  columns: {
    database: text('database'),
    table: text('name'),
    settings: computed('text', {
      needs: ['engine_full'],
      sql: `substring(engine_full, position(engine_full, ' SETTINGS ') + 10)`,
    }),
  },
  where: [
    { needs: ['engine'], sql: `engine LIKE '%MergeTree'` },
    { needs: ['engine_full'], sql: `position(engine_full, ' SETTINGS ') > 0` },
  ],
  limit: 5_000,
});

/** Settings of the server itself (23.4). */
export const serverSettings = defineReading({
  name: 'server_settings',
  tier: 'slow',
  table: 'server_settings',
  columns: { name: text('name'), value: text('value'), changed: flag('changed') },
  limit: 2_000,
});

/** Settings that somebody changed, as they are now and as they were at the reading before. */
export const changedMergeTreeSettings = defineReading({
  name: 'changed_merge_tree_settings',
  tier: 'slow',
  table: 'merge_tree_settings',
  columns: {
    name: computed('text', { needs: ['name', 'changed'], sql: 'name' }),
    value: text('value'),
  },
  where: [{ needs: ['changed'], sql: 'changed' }],
  keepSamples: 2,
});

export const changedServerSettings = defineReading({
  name: 'changed_server_settings',
  tier: 'slow',
  table: 'server_settings',
  columns: {
    name: computed('text', { needs: ['name', 'changed'], sql: 'name' }),
    value: text('value'),
  },
  where: [{ needs: ['changed'], sql: 'changed' }],
  keepSamples: 2,
});

/** Read for every check: thresholds follow the server's own settings. */
export const settingReadings = [mergeTreeSettings, tableSettings, serverSettings];
