import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectStore, startEngine } from '../../../adapters/clickhouse/index.ts';
import { migrate } from '../../../adapters/clickhouse/schema/migrate.ts';

export const silentLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** The embedded engine in a folder of its own, with the tables of Castellan and no retention. */
export async function startTestStore(schema: { readonly textIndexes: boolean }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'castellan-search-'));
  const engine = await startEngine({ dataDir, database: 'castellan', logger: silentLogger });
  const store = connectStore(engine.connection);
  const retention = { logsMs: 0, tracesMs: 0, metricsMs: 0, sessionsMs: 0 };
  await migrate(store.client, { database: 'castellan', retention, ...schema }, silentLogger);
  return {
    store,
    /** Runs a statement of the test's own, with full rights. */
    run: async (query: string) => {
      await store.client.command({ query });
    },
    /** Ends the engine's process at once; it is started again. */
    crash: () => {
      const status = engine.status();
      if (status.state === 'running') process.kill(status.pid, 'SIGKILL');
    },
    stop: async () => {
      await store.close();
      await engine.stop(1_000);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
