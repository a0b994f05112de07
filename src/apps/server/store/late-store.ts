import type { ClickHouseClient } from '@clickhouse/client';
import {
  type SegmentInsert,
  type Store,
  StoreError,
  type StoreHealth,
} from '../../../adapters/clickhouse/store.ts';

/**
 * A store that is not there yet, so that everything that needs one can be built before. Until it
 * is opened each use throws a StoreError that says why.
 */
export class LateStore implements Store {
  readonly kind: Store['kind'];
  readonly database: string;
  #store: Store | undefined;
  #health: StoreHealth = { status: 'starting' };

  constructor(kind: Store['kind'], database: string) {
    this.kind = kind;
    this.database = database;
  }

  /** From now on everything goes to `store`. */
  open(store: Store): void {
    this.#store = store;
  }

  /** Why the store is not open yet. */
  explain(health: StoreHealth): void {
    this.#health = health;
  }

  get client(): ClickHouseClient {
    return this.#opened().client;
  }

  get reader(): ClickHouseClient {
    return this.#opened().reader;
  }

  async insertSegment(segment: SegmentInsert, signal?: AbortSignal): Promise<void> {
    return this.#opened().insertSegment(segment, signal);
  }

  async cancel(queryId: string): Promise<void> {
    return this.#opened().cancel(queryId);
  }

  async health(): Promise<StoreHealth> {
    return this.#store ? this.#store.health() : this.#health;
  }

  async close(): Promise<void> {
    await this.#store?.close();
  }

  #opened(): Store {
    if (this.#store) return this.#store;
    throw new StoreError('unavailable', this.#health.detail ?? 'the store is starting');
  }
}
