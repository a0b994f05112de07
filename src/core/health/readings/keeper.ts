import { computed, defineReading, flag, number, text } from './reading-definition.ts';

/** One row where the server is configured with Keeper or ZooKeeper: it has no such table else. */
export const keeperTable = defineReading({
  name: 'keeper_table',
  tier: 'slow',
  table: 'tables',
  columns: { table: computed('text', { needs: ['name', 'database'], sql: 'name' }) },
  where: [
    { needs: ['database'], sql: `database = 'system'` },
    { needs: ['name'], sql: `name = 'zookeeper'` },
  ],
});

/** The server's connections to Keeper: one for each ensemble that it is configured with. */
export const keeperSessions = defineReading({
  name: 'keeper_sessions',
  tier: 'slow',
  table: 'zookeeper_connection',
  columns: {
    name: text('name'),
    host: text('host'),
    expired: flag('is_expired'),
    sessionSeconds: number('session_uptime_elapsed_seconds'),
    xid: number('xid'),
  },
  limit: 100,
  absent: 'Needs ClickHouse 22.11 or newer.',
});
