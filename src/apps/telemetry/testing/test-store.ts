import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { startEngine } from '../../../adapters/clickhouse/embedded/engine.ts';
import { migrate } from '../../../adapters/clickhouse/schema/migrate.ts';
import type { Store } from '../../../adapters/clickhouse/store.ts';

export const silentLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** The embedded engine in a folder of its own, with the tables of Castellan and no retention. */
export async function startTestStore() {
  const dataDir = mkdtempSync(join(tmpdir(), 'castellan-search-'));
  const engine = await startEngine({ dataDir, database: 'castellan', logger: silentLogger });
  const { url, username, password, database } = engine.connection;
  const access = { url, username, password, database, log: { level: ClickHouseLogLevel.OFF } };
  const client = createClient(access);
  const reader = createClient({
    ...access,
    clickhouse_settings: { readonly: '1' },
  });
  const retention = { logsMs: 0, tracesMs: 0, metricsMs: 0, sessionsMs: 0 };
  await migrate(client, { database, retention, textIndexes: true }, silentLogger);
  const store: Store = {
    kind: 'embedded',
    database,
    client,
    reader,
    insertSegment: async () => {
      throw new Error('not part of these tests');
    },
    cancel: async () => {},
    health: async () => ({ status: 'ok' }),
    close: async () => {},
  };
  return {
    store,
    run: async (query: string) => {
      await client.command({ query });
    },
    stop: async () => {
      await Promise.all([client.close(), reader.close()]);
      await engine.stop(1_000);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
