/** When a segment is closed for writing, so that the store can have it. */
export interface SealLimits {
  /** Enough for an efficient insert. */
  readonly targetRows: number;
  /** How long the first row of a segment may wait for more. */
  readonly maxAgeMs: number;
  /** An insert is one block in memory: never more than this. */
  readonly maxRows: number;
  /** Of the rows in the store's memory. */
  readonly maxBytes: number;
}

/**
 * Batches of 10,000 rows cost ClickHouse a seventh per row of what batches of 100 cost; from about
 * 100,000 rows on nothing is gained. The byte limit bounds the engine's memory for one insert.
 */
export const defaultSealLimits: SealLimits = {
  targetRows: 10_000,
  maxAgeMs: 1_000,
  maxRows: 100_000,
  maxBytes: 64 * 2 ** 20,
};

/**
 * Whether to seal now. While sealed segments wait for the store nothing is gained by sealing
 * another one: the open segment grows to its limits, so that a backlog is stored in large batches.
 */
export function shouldSeal(
  open: { readonly rows: number; readonly bytes: number; readonly ageMs: number },
  waiting: number,
  limits: SealLimits,
): boolean {
  if (open.rows >= limits.maxRows || open.bytes >= limits.maxBytes) return true;
  if (waiting > 0) return false;
  return open.rows >= limits.targetRows || open.ageMs >= limits.maxAgeMs;
}
