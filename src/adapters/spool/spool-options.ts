import type { RefusalReason, SpaceLimits } from './admission.ts';
import type { SpoolProblem } from './recovery.ts';
import { defaultSealLimits, type SealLimits } from './seal-policy.ts';
import type { FsyncPolicy } from './segment.ts';

/** Everything the spool can be told; `defaultSpoolOptions` documents the defaults. */
export interface SpoolOptions extends SpaceLimits {
  readonly folder: string;
  /**
   * `always`: fsync before each acknowledgement, one for all that arrived meanwhile. `interval`:
   * fsync each `fsyncIntervalMs`; losing power may lose that much. `never`: the system decides.
   * Killing the process loses nothing with any of them.
   */
  readonly fsync: FsyncPolicy;
  readonly fsyncIntervalMs: number;
  readonly seal: SealLimits;
  /** How long an entry whose answer was lost absorbs its retry. */
  readonly absorbWindowMs: number;
}

export const defaultSpoolOptions: Omit<SpoolOptions, 'folder'> = {
  maxBytes: 8 * 2 ** 30,
  diskMinFreeBytes: 2 ** 30,
  maxQueuedBytes: 256 * 2 ** 20,
  fsync: 'always',
  fsyncIntervalMs: 1_000,
  seal: defaultSealLimits,
  absorbWindowMs: 600_000,
};

/** How the spool is. */
export interface SpoolStatus {
  readonly bytes: number;
  readonly maxBytes: number;
  /** Segments with rows that the store does not have, the open ones included. */
  readonly segments: number;
  readonly rows: number;
  /** Age of the oldest record that the store does not have. */
  readonly oldestAgeMs: number;
  /** Entries whose answer is on its way, or was lost and may be retried. */
  readonly unanswered: number;
  readonly diskFreeBytes: number;
  readonly kept: number;
  readonly absorbed: number;
  readonly refused: Readonly<Record<RefusalReason, number>>;
  /** Segments whose files could not be put back after a write error; tried again every second. */
  readonly broken: number;
  readonly problems: readonly SpoolProblem[];
}
