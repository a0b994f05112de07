import type { RefusalReason } from './refusal.ts';

/** What passed since the last report; sums of reports are totals. */
export interface Tally {
  requests: number;
  /** Log records, spans and data points that were taken. */
  records: number;
  /** Records that were refused through partial success. */
  rejectedRecords: number;
  /** Decompressed bytes of the requests that were taken. */
  bytes: number;
  /** Retries that the spool already had. */
  absorbed: number;
  refusals: Partial<Record<RefusalReason, number>>;
  keys: Record<string, KeyTally>;
}

/** The same by key; '' are requests without one. */
export interface KeyTally {
  requests: number;
  records: number;
  bytes: number;
  refused: number;
  lastUsedMs: number;
}

export const emptyTally = (): Tally => ({
  requests: 0,
  records: 0,
  rejectedRecords: 0,
  bytes: 0,
  absorbed: 0,
  refusals: {},
  keys: {},
});

/** Adds `more` to `total`. */
export function addTally(total: Tally, more: Tally): void {
  total.requests += more.requests;
  total.records += more.records;
  total.rejectedRecords += more.rejectedRecords;
  total.bytes += more.bytes;
  total.absorbed += more.absorbed;
  for (const [reason, count] of Object.entries(more.refusals) as [RefusalReason, number][])
    total.refusals[reason] = (total.refusals[reason] ?? 0) + count;
  for (const [keyId, tally] of Object.entries(more.keys)) {
    const sum = tallyOfKey(total, keyId);
    sum.requests += tally.requests;
    sum.records += tally.records;
    sum.bytes += tally.bytes;
    sum.refused += tally.refused;
    sum.lastUsedMs = Math.max(sum.lastUsedMs, tally.lastUsedMs);
  }
}

/** The key's part of `tally`, made where it is not there yet. */
export function tallyOfKey(tally: Tally, keyId: string): KeyTally {
  const known = tally.keys[keyId];
  if (known) return known;
  const fresh = { requests: 0, records: 0, bytes: 0, refused: 0, lastUsedMs: 0 };
  tally.keys[keyId] = fresh;
  return fresh;
}
