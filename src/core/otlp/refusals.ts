import type { Rejection } from '../../model/telemetry/block.ts';

export const timeOutOfRange = 'a time is after 2262-04-11T23:47:16.854775807Z and cannot be stored';

/** Counts the records that cannot be stored, by reason. */
export class Refusals {
  private readonly counts = new Map<string, number>();

  add(reason: string): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
  }

  list(): readonly Rejection[] {
    return [...this.counts].map(([reason, count]) => ({ reason, count }));
  }
}

/** Nanoseconds as two 32-bit words. */
export interface TimeWords {
  readonly lo: number;
  readonly hi: number;
}

export const timeWords = (ns: bigint): TimeWords => ({
  lo: Number(BigInt.asIntN(32, ns)),
  hi: Number(BigInt.asIntN(32, ns >> 32n)),
});

/** Decides which times can be stored: DateTime64(9) ends in 2262, and a table has a retention. */
export class TimeGuard {
  private readonly oldest: TimeWords | undefined;
  private readonly tooOld: string;

  constructor(oldestNs: bigint | undefined) {
    this.oldest = oldestNs !== undefined && oldestNs > 0n ? timeWords(oldestNs) : undefined;
    this.tooOld = this.oldest
      ? `older than the retention: before ${new Date(Number(oldestNs! / 1_000_000n)).toISOString()}`
      : '';
  }

  /** Why a record of this time (nanoseconds, unsigned) is refused; undefined when it is not. */
  objection(lo: number, hi: number): string | undefined {
    if (hi < 0) return timeOutOfRange;
    const { oldest } = this;
    if (!oldest || hi > oldest.hi) return undefined;
    return hi < oldest.hi || lo >>> 0 < oldest.lo >>> 0 ? this.tooOld : undefined;
  }
}
