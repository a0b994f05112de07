import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectStore, type Engine, startEngine } from '../../../../adapters/clickhouse/index.ts';
import { migrate } from '../../../../adapters/clickhouse/schema/migrate.ts';
import type { Store } from '../../../../adapters/clickhouse/store.ts';
import { quiet } from './quiet-logger.ts';

/** The embedded engine in a data folder of its own, with the real schema in its database. */
export class RealStore {
  readonly dataDir: string;
  readonly engine: Engine;
  readonly store: Store;

  private constructor(dataDir: string, engine: Engine) {
    this.dataDir = dataDir;
    this.engine = engine;
    this.store = connectStore(engine.connection);
  }

  static async start(
    dataDir = mkdtempSync(join(tmpdir(), 'castellan-storing-')),
  ): Promise<RealStore> {
    mkdirSync(dataDir, { recursive: true });
    const engine = await startEngine({ dataDir, database: 'castellan', logger: quiet });
    const real = new RealStore(dataDir, engine);
    await migrate(
      real.store.client,
      {
        database: 'castellan',
        retention: { logsMs: 0, tracesMs: 0, metricsMs: 0, sessionsMs: 0 },
        textIndexes: true,
      },
      quiet,
    );
    return real;
  }

  async command(query: string): Promise<void> {
    await this.store.client.command({ query });
  }

  async rows<T>(query: string): Promise<T[]> {
    const result = await this.store.client.query({ query, format: 'JSONEachRow' });
    return result.json<T>();
  }

  /** Bodies in the logs table, each as often as it is there, and what the roll-up counted. */
  async bodies(): Promise<{ bodies: string[]; rolledUp: number }> {
    const rows = await this.rows<{ Body: string }>('SELECT Body FROM otel_logs ORDER BY Body');
    const [sum] = await this.rows<{ n: string }>(
      "SELECT sum(count) AS n FROM otel_logs_kv_rollup_15m WHERE Key = 'ServiceName'",
    );
    return { bodies: rows.map((row) => row.Body), rolledUp: Number(sum?.n ?? 0) };
  }

  async stop(): Promise<void> {
    await this.store.close();
    await this.engine.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
