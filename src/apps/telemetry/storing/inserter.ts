import { setTimeout as pause } from 'node:timers/promises';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { StoreError } from '../../../adapters/clickhouse/store.ts';
import type { DeadLetters } from '../../../adapters/spool/dead-letters.ts';
import type { SealedSegment } from '../../../adapters/spool/sealed-segment.ts';
import type { Shelf } from '../../../adapters/spool/shelf.ts';
import type { Logger } from '../../../base/log.ts';
import type { SpooledTable } from '../../../model/telemetry/spooled-tables.ts';
import type { Signal } from '../../../model/telemetry/tables.ts';
import type { SegmentStore, ViewFailures } from './insert-range.ts';
import { DeadLettersFull, type StoredRows, storeTable } from './store-table.ts';

export interface InserterOptions {
  readonly shelf: Shelf;
  readonly store: SegmentStore;
  readonly deadLetters: DeadLetters;
  readonly logger: Logger;
  /** Segments of one signal that are stored at the same time. */
  readonly parallelInserts: number;
  readonly retry: { readonly firstMs: number; readonly mostMs: number };
  readonly now?: () => number;
  readonly onStored?: (stored: StoredRows) => void;
}

export interface InserterStatus {
  /** Rows that the store has taken since the start. */
  readonly storedRows: Readonly<Partial<Record<SpooledTable, number>>>;
  readonly storedSegments: number;
  /** Inserts that failed because the store was unavailable. */
  readonly failedInserts: number;
  /** Why the store takes nothing now; absent while it does. */
  readonly unavailable?: { readonly sinceMs: number; readonly message: string };
  /** Segments that wait for room among the dead letters. */
  readonly waitingForDeadLetters: number;
}

/** What became of a segment: all of it is stored, or some of it is in dead letters. */
export type SegmentEnd = 'stored' | 'rejected';

const signals: readonly Signal[] = ['logs', 'traces', 'metrics'];

/** So many segments of a signal may be cornered beside the ones that are stored. */
const extraForCornering = 2;

/** Segments that wait for a person are looked at again this often. */
const asideMs = 5_000;

/** A definition that is older than the insert makes a later rejection uncertain, never wrong. */
const definitionsMaxAgeMs = 1_000;

/** Carries sealed segments to the store, the oldest of each signal first. */
export class Inserter {
  readonly #options: InserterOptions;
  readonly #now: () => number;
  readonly #stop = new AbortController();
  readonly #running = new Map<SealedSegment, Promise<void>>();
  readonly #aside = new Map<SealedSegment, NodeJS.Timeout>();
  /** Running segments whose rejected requests are searched for. */
  readonly #cornering = new Set<SealedSegment>();
  readonly #died = new Set<SealedSegment>();
  readonly #ends = new Map<string, PromiseWithResolvers<SegmentEnd>>();
  readonly #views: ViewFailures = new Map();
  readonly #storedRows: Partial<Record<SpooledTable, number>> = {};
  #storedSegments = 0;
  #failedInserts = 0;
  #unavailable: { sinceMs: number; message: string } | undefined;

  constructor(options: InserterOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  start(): void {
    this.#options.shelf.onSealed((segment) => this.#fill(segment.signal));
    for (const signal of signals) this.#fill(signal);
  }

  status(): InserterStatus {
    return {
      storedRows: { ...this.#storedRows },
      storedSegments: this.#storedSegments,
      failedInserts: this.#failedInserts,
      ...(this.#unavailable ? { unavailable: this.#unavailable } : {}),
      waitingForDeadLetters: this.#aside.size,
    };
  }

  /** Resolves with what becomes of a segment that is on the shelf. */
  endOf(segmentId: string): Promise<SegmentEnd> {
    const known = this.#ends.get(segmentId) ?? Promise.withResolvers<SegmentEnd>();
    this.#ends.set(segmentId, known);
    return known.promise;
  }

  /** Waits until nothing is left that the store could take, `deadlineMs` at most. True: done. */
  async settle(deadlineMs: number): Promise<boolean> {
    const end = this.#now() + deadlineMs;
    while (signals.some((signal) => this.#options.shelf.ready(signal) > 0)) {
      const restMs = end - this.#now();
      if (restMs <= 0 || this.#running.size === 0) return false;
      await Promise.race([...this.#running.values(), pause(Math.min(restMs, 100))]);
    }
    return true;
  }

  /** Cuts off what is under way; a later start does it again with the same tokens. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const timer of this.#aside.values()) clearTimeout(timer);
    await Promise.allSettled(this.#running.values());
  }

  #fill(signal: Signal): void {
    if (this.#stop.signal.aborted) return;
    let busy = 0;
    let cornering = 0;
    for (const segment of this.#running.keys()) {
      if (segment.signal !== signal) continue;
      busy += 1;
      if (this.#cornering.has(segment)) cornering += 1;
    }
    busy -= Math.min(cornering, extraForCornering);
    for (const segment of this.#options.shelf.waitingOf(signal)) {
      if (busy >= this.#options.parallelInserts) return;
      if (this.#running.has(segment) || this.#aside.has(segment)) continue;
      busy += 1;
      const work = this.#carry(segment).finally(() => {
        this.#running.delete(segment);
        this.#cornering.delete(segment);
        this.#fill(signal);
      });
      this.#running.set(segment, work);
    }
  }

  /** Never rejects: a segment that cannot be stored now stays on the shelf. */
  async #carry(segment: SealedSegment): Promise<void> {
    const { logger, shelf } = this.#options;
    try {
      await this.#retrying(segment);
      this.#storedSegments += 1;
      await shelf.finished(segment);
      this.#ends.get(segment.id)?.resolve(this.#died.delete(segment) ? 'rejected' : 'stored');
      this.#ends.delete(segment.id);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      logger.error('segment_waits', { segment: segment.id, signal: segment.signal, error });
      this.#setAside(segment);
    }
  }

  #retrying(segment: SealedSegment): Promise<void> {
    const { firstMs, mostMs } = this.#options.retry;
    const policy = retry(
      handleWhen((error) => !(error instanceof DeadLettersFull)),
      {
        maxAttempts: Number.POSITIVE_INFINITY,
        backoff: new ExponentialBackoff({ initialDelay: firstMs, maxDelay: mostMs }),
      },
    );
    return policy.execute(async ({ signal }) => {
      try {
        await this.#storeAll(segment, signal);
        this.#recovered();
      } catch (error) {
        this.#failed(segment, error);
        throw error;
      }
    }, this.#stop.signal);
  }

  async #storeAll(segment: SealedSegment, signal: AbortSignal): Promise<void> {
    await this.#markTried(segment);
    const parts = {
      ...this.#options,
      views: this.#views,
      now: this.#now,
      onStored: (stored: StoredRows) => this.#count(stored),
      onCornering: (cornered: SealedSegment) => {
        this.#cornering.add(cornered);
        this.#fill(cornered.signal);
      },
      onDead: (dead: SealedSegment) => this.#died.add(dead),
    };
    const work = segment.openTables.map((table) => storeTable(segment, table, parts, signal));
    const results = await Promise.allSettled(work);
    const failures = results.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    // A table that waits for a person must not keep the others from being tried again.
    const retryable = failures.find((error) => !(error instanceof DeadLettersFull));
    if (failures.length > 0) throw retryable ?? failures[0];
  }

  /** Written before the first insert, so that a start knows what an insert may have met. */
  async #markTried(segment: SealedSegment): Promise<void> {
    if (segment.tried) return;
    const tables = await this.#options.store.definitions(definitionsMaxAgeMs);
    await segment.mark([{ t: 'tried', at: Math.floor(this.#now()), tables }], false);
  }

  #count({ table, rows }: StoredRows): void {
    this.#storedRows[table] = (this.#storedRows[table] ?? 0) + rows;
    this.#options.onStored?.({ table, rows });
  }

  #failed(segment: SealedSegment, error: unknown): void {
    if (this.#stop.signal.aborted || error instanceof DeadLettersFull) return;
    // How far the insert came is not known.
    if (segment.tried) segment.unsure = true;
    this.#failedInserts += 1;
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof StoreError))
      this.#options.logger.error('segment_failed', { segment: segment.id, error });
    else if (!this.#unavailable)
      this.#options.logger.warn('store_unavailable', { segment: segment.id, error });
    this.#unavailable ??= { sinceMs: this.#now(), message };
    this.#unavailable = { ...this.#unavailable, message };
  }

  #recovered(): void {
    if (!this.#unavailable) return;
    const afterMs = this.#now() - this.#unavailable.sinceMs;
    this.#options.logger.info('store_available', { afterMs });
    this.#unavailable = undefined;
  }

  #setAside(segment: SealedSegment): void {
    this.#options.shelf.setAside(segment, true);
    const timer = setTimeout(() => {
      this.#aside.delete(segment);
      this.#options.shelf.setAside(segment, false);
      this.#fill(segment.signal);
    }, asideMs);
    this.#aside.set(segment, timer);
  }
}
