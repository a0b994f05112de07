import type { Logger } from '../../base/log.ts';
import type { Signal } from '../../model/telemetry/tables.ts';
import { type Admission, refuse } from './admission.ts';
import { type SealLimits, shouldSeal } from './seal-policy.ts';
import { BrokenSegment, type OpenSegment, type PreparedEntry, unfoldedBytes } from './segment.ts';
import type { SpoolOutcome } from './spool.ts';

interface Waiting {
  readonly entry: PreparedEntry;
  readonly bytes: number;
  readonly settle: (outcome: SpoolOutcome) => void;
}

export interface LaneOptions {
  readonly signal: Signal;
  readonly limits: SealLimits;
  readonly admission: Admission;
  readonly logger: Logger;
  readonly now: () => number;
  readonly openSegment: () => Promise<OpenSegment>;
  /** Takes over a segment that is sealed. */
  readonly onSealed: (segment: OpenSegment) => void;
  /** Called with the entries of a commit before they are acknowledged. */
  readonly onKept: (segment: OpenSegment, entries: readonly PreparedEntry[]) => void;
  /** Sealed segments of this signal that the store could take now. */
  readonly waitingForStore: () => number;
}

/** What the rows of one group commit take in the store's memory: it goes to one segment. */
const commitBytes = 16 * 2 ** 20;
const reportEveryMs = 1_000;
const mendEveryMs = 1_000;

/**
 * The writer of one signal. Requests that arrive while a commit is under way are written together
 * by the next one, so that one fsync serves them all.
 */
export class CommitLane {
  readonly #options: LaneOptions;
  #segment: OpenSegment | undefined;
  /** Segments whose files could not be put back; they hold acknowledged entries. */
  readonly #broken: OpenSegment[] = [];
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #mending: Promise<void> | undefined;
  #mendAtMs = Number.NEGATIVE_INFINITY;
  #unreported = 0;
  #reportedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get open(): OpenSegment | undefined {
    return this.#segment;
  }

  get broken(): readonly OpenSegment[] {
    return this.#broken;
  }

  /** Takes an entry for which `bytes` are reserved. */
  append(entry: PreparedEntry, bytes: number): Promise<SpoolOutcome> {
    return new Promise((settle) => {
      this.#waiting.push({ entry, bytes, settle });
      this.#wake();
    });
  }

  /** Looks whether the open segment is due, and mends what is broken. Called at intervals. */
  tick(): void {
    const mending = this.#broken.length > 0 && this.#options.now() >= this.#mendAtMs;
    if (mending || this.#due()) this.#wake();
  }

  /** Seals what is open, once everything that waits is written. */
  async flush(): Promise<void> {
    while (this.#running || this.#waiting.length > 0) {
      this.#wake();
      await this.#running;
    }
    await this.#mend();
    await this.#sealOpen();
  }

  #wake(): void {
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
      if (this.#waiting.length > 0) this.#wake();
    });
  }

  async #work(): Promise<void> {
    if (this.#options.now() >= this.#mendAtMs) await this.#mend();
    while (this.#waiting.length > 0) {
      await this.#commit(this.#takeBatch());
      if (this.#due()) await this.#sealOpen();
    }
    if (this.#due()) await this.#sealOpen();
  }

  #takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const each of this.#waiting) {
      const unfolded = unfoldedBytes(each.entry);
      if (count > 0 && bytes + unfolded > commitBytes) break;
      bytes += unfolded;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const { admission } = this.#options;
    const entries = batch.map((each) => each.entry);
    const bytes = batch.reduce((sum, each) => sum + each.bytes, 0);
    try {
      this.#segment ??= await this.#options.openSegment();
      const segment = this.#segment;
      await segment.commit(entries);
      admission.written(bytes);
      this.#options.onKept(segment, entries);
      for (const { entry, settle } of batch) settle({ kind: 'kept', entry: entry.n });
    } catch (error) {
      admission.abandoned(bytes);
      await this.#failed(error, batch);
    }
  }

  async #failed(error: unknown, batch: readonly Waiting[]): Promise<void> {
    this.#report(batch.length, error);
    if (error instanceof BrokenSegment && this.#segment) {
      this.#broken.push(this.#segment);
      this.#segment = undefined;
    }
    const { code } = rootCause(error) as NodeJS.ErrnoException;
    const refusal =
      code === 'ENOSPC' || code === 'EDQUOT'
        ? refuse('disk_low', 'the disk of the spool is full; free some space')
        : refuse('spool_failed', `the spool could not be written (${code ?? 'unknown error'})`);
    for (const { settle } of batch) settle(refusal);
    // New files may be writable where these are not.
    if (this.#segment && this.#segment.entries > 0) await this.#sealOpen();
  }

  /** A full disk fails every commit: one line a second says so. */
  #report(requests: number, error: unknown): void {
    const { signal, logger, now } = this.#options;
    this.#unreported += requests;
    if (now() - this.#reportedAtMs < reportEveryMs) return;
    logger.error('spool_write_failed', { signal, requests: this.#unreported, error });
    this.#unreported = 0;
    this.#reportedAtMs = now();
  }

  #due(): boolean {
    const segment = this.#segment;
    if (!segment || segment.entries === 0) return false;
    const { limits, now, waitingForStore } = this.#options;
    const ageMs = now() - segment.openedAtMs;
    return shouldSeal(
      { rows: segment.rows, bytes: segment.unfoldedBytes, ageMs },
      waitingForStore(),
      limits,
    );
  }

  async #sealOpen(): Promise<void> {
    const segment = this.#segment;
    if (!segment) return;
    this.#segment = undefined;
    try {
      await this.#seal(segment);
    } catch (error) {
      this.#options.logger.error('segment_seal_failed', { segment: segment.id, error });
      this.#broken.push(segment);
    }
  }

  async #seal(segment: OpenSegment): Promise<void> {
    await segment.seal(this.#options.now());
    this.#options.onSealed(segment);
  }

  #mend(): Promise<void> {
    this.#mending ??= this.#mendAll().finally(() => {
      this.#mending = undefined;
      this.#mendAtMs = this.#options.now() + mendEveryMs;
    });
    return this.#mending;
  }

  /** Tries again to put broken segments back to their last acknowledged entry, and seals them. */
  async #mendAll(): Promise<void> {
    for (const segment of [...this.#broken]) {
      try {
        await segment.repair();
        await this.#seal(segment);
        this.#broken.splice(this.#broken.indexOf(segment), 1);
        this.#options.logger.warn('segment_repaired', { segment: segment.id });
      } catch (error) {
        this.#options.logger.error('segment_repair_failed', { segment: segment.id, error });
      }
    }
  }
}

/** The error of the operating system under the wrappers. */
function rootCause(error: unknown): unknown {
  if (error instanceof AggregateError) return rootCause(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return rootCause(error.cause);
  return error;
}
