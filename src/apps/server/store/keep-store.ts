import { setTimeout as sleep } from 'node:timers/promises';
import {
  connectStore,
  type Engine,
  parseServerUrl,
  type StoreConnection,
  startEngine,
} from '../../../adapters/clickhouse/index.ts';
import { migrate } from '../../../adapters/clickhouse/schema/migrate.ts';
import type { Store } from '../../../adapters/clickhouse/store.ts';
import type { Logger } from '../../../base/log.ts';
import type { Part } from '../../../model/api/operation-api.ts';
import type { CastellanConfig } from '../../../model/config/castellan-config.ts';
import { StartError } from '../start-error.ts';
import { LateStore } from './late-store.ts';
import { readSchemaTarget } from './schema-target.ts';

/** Between tries of bringing the schema up to date, while the store is away. */
const retryMs = [250, 500, 1_000, 2_000, 5_000];
/** An engine whose parent was killed may hold its folder for as long. */
const orphanWaitMs = 20_000;

/** The store and the engine behind it, from the start to the end of the server. */
export class KeptStore {
  /** For searching: opens when the schema is up to date. */
  readonly late: LateStore;
  readonly #config: CastellanConfig;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #engine: Engine | undefined;
  #store: Store | undefined;
  #starting: Promise<unknown> = Promise.resolve();
  #migrating: Promise<void> = Promise.resolve();

  constructor(config: CastellanConfig, log: Logger) {
    this.#config = config;
    this.#log = log;
    this.late = new LateStore(config.storeUrl ? 'server' : 'embedded', config.database);
  }

  /**
   * Starts the engine where it is embedded, and in the background brings the schema up to date.
   * Resolves with the connection: for a server at once, whether it answers or not. Throws a
   * StartError.
   */
  async start(dataDir: string): Promise<StoreConnection> {
    const connecting = this.#connect(dataDir);
    this.#starting = connecting.catch(() => undefined);
    const connection = await connecting;
    this.#store = connectStore(connection);
    this.#migrating = this.#migrate(this.#store, connection);
    return connection;
  }

  /** How the store is now. */
  async part(): Promise<Part> {
    const engine = this.#engine?.status();
    if (engine?.state === 'down') return { status: 'unavailable', detail: engine.detail };
    const { status, detail } = await this.late.health();
    return { status, ...(detail ? { detail } : {}) };
  }

  /** Lets running statements finish until the deadline, and ends the engine. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#starting;
    await this.#migrating;
    await this.#store?.close();
    await this.#engine?.stop(deadlineMs);
  }

  /** Ends the engine at once. What was stored is safe. */
  kill(): void {
    const status = this.#engine?.status();
    if (status?.state !== 'running') return;
    try {
      process.kill(status.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  async #connect(dataDir: string): Promise<StoreConnection> {
    const { storeUrl, database } = this.#config;
    if (storeUrl) {
      const parsed = parseServerUrl(storeUrl, database);
      if (!parsed.ok) throw new StartError('settings', `CASTELLAN_STORE_URL: ${parsed.error}.`);
      return parsed.value;
    }
    const giveUpMs = performance.now() + orphanWaitMs;
    for (;;) {
      try {
        this.#engine = await startEngine({ dataDir, database, logger: this.#log });
        return this.#engine.connection;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const orphan = /in use by another process/.test(message);
        if (!orphan || performance.now() > giveUpMs || this.#stopping.signal.aborted)
          throw new StartError('data', `The embedded store does not start: ${message}`, error);
        this.late.explain({ status: 'starting', detail: message });
        await sleep(500);
      }
    }
  }

  async #migrate(store: Store, connection: StoreConnection): Promise<void> {
    // A server answers nothing to those who ask for a database that it does not have yet.
    const { client, close } = connectStore(
      connection.kind === 'server' ? { ...connection, database: 'default' } : connection,
    );
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const target = await readSchemaTarget(client, this.#config, this.#log);
        const report = await migrate(client, target, this.#log);
        this.#log.info('schema_ready', { applied: report.applied, ttl: report.ttl });
        this.late.open(store);
        break;
      } catch (error) {
        const detail = error instanceof Error ? error.message || error.name : String(error);
        this.late.explain({
          status: 'unavailable',
          detail: `the schema cannot be brought up to date: ${detail}`,
        });
        const waitMs = retryMs[Math.min(failures, retryMs.length - 1)]!;
        this.#log.warn('schema_waits', { detail, retryInMs: waitMs });
        await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      }
    }
    await close();
  }
}
