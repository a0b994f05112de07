import { statfs } from 'node:fs/promises';
import type { SpoolOutcome } from './spool.ts';

type Refusal = Extract<SpoolOutcome, { kind: 'refused' }>;
export type RefusalReason = Refusal['reason'];

export interface SpaceLimits {
  /** Bytes that all segments together may take. */
  readonly maxBytes: number;
  /** Bytes of the disk that stay free for everything else, the embedded store first. */
  readonly diskMinFreeBytes: number;
  /** Bytes that may wait in memory for the disk. */
  readonly maxQueuedBytes: number;
}

const retryAfterMs: Record<RefusalReason, number> = {
  spool_full: 5_000,
  disk_low: 10_000,
  spool_failed: 2_000,
  draining: 1_000,
};

export const refuse = (reason: RefusalReason, message: string): Refusal => ({
  kind: 'refused',
  reason,
  message,
  retryAfterMs: retryAfterMs[reason],
});

const mib = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MiB`;

/**
 * Decides whether bytes may enter. The disk is asked at intervals; in between, what was admitted
 * is subtracted, so that a burst cannot pass the limit unseen.
 */
export class Admission {
  readonly limits: SpaceLimits;
  readonly #folder: string;
  #freeBytes = Number.POSITIVE_INFINITY;
  #admittedSincePoll = 0;
  #usedBytes = 0;
  #queuedBytes = 0;

  constructor(folder: string, limits: SpaceLimits) {
    this.#folder = folder;
    this.limits = limits;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** Reads the free space of the disk. Throws where the disk cannot say. */
  async poll(): Promise<void> {
    const before = this.#admittedSincePoll;
    const { bavail, bsize } = await statfs(this.#folder);
    this.#freeBytes = bavail * bsize;
    this.#admittedSincePoll -= before;
  }

  /** Reserves `bytes`, or says why not. A reservation ends with `written` or `abandoned`. */
  reserve(bytes: number): Refusal | undefined {
    const { maxBytes, diskMinFreeBytes, maxQueuedBytes } = this.limits;
    if (this.#usedBytes + this.#queuedBytes + bytes > maxBytes)
      return refuse(
        'spool_full',
        `the spool holds ${mib(this.#usedBytes)} of ${mib(maxBytes)} (SPOOL_MAX_BYTES) that the store has not taken yet`,
      );
    const free = this.#freeBytes - this.#admittedSincePoll;
    if (free - bytes < diskMinFreeBytes)
      return refuse(
        'disk_low',
        `the disk of ${this.#folder} has ${mib(Math.max(free, 0))} free, and ${mib(diskMinFreeBytes)} must stay free (DISK_MIN_FREE_BYTES)`,
      );
    if (this.#queuedBytes + bytes > maxQueuedBytes && this.#queuedBytes > 0)
      return refuse(
        'spool_full',
        `the disk does not keep up: ${mib(this.#queuedBytes)} wait in memory to be written`,
      );
    this.#queuedBytes += bytes;
    this.#admittedSincePoll += bytes;
    return undefined;
  }

  written(bytes: number): void {
    this.#queuedBytes -= bytes;
  }

  abandoned(bytes: number): void {
    this.#queuedBytes -= bytes;
    this.#admittedSincePoll -= Math.min(bytes, this.#admittedSincePoll);
  }

  /** The files of the spool grew or shrank. */
  occupy(deltaBytes: number): void {
    this.#usedBytes += deltaBytes;
  }
}
