/**
 * Rates per key, shared by the receiver threads: one signed 64-bit "paid until" time in nanoseconds
 * for each key and dimension (the generic cell rate algorithm, ITU-T I.371). A request is admitted
 * while the key has paid less than one second ahead, and is charged in full when its size is known.
 * So no request is too large to ever pass, and the average is exact.
 */
export interface RateMeter {
  /** Milliseconds until the key may send again; 0 = now. */
  waitMs(slot: number, dimension: RateDimension, nowNs: bigint): number;
  /** Charges `amount` at `perSecond`. */
  charge(charge: RateCharge): void;
}

export type RateDimension = 'records' | 'bytes';

interface RateCharge {
  readonly slot: number;
  readonly dimension: RateDimension;
  readonly amount: number;
  readonly perSecond: number;
  readonly nowNs: bigint;
}

/** How far ahead a key may have paid and still send: a burst of one second's worth. */
const burstNs = 1_000_000_000n;
const bytesPerSlot = 16;
/** Slots that the memory may grow to. */
const maxRateSlots = 1_048_576;

/** Memory for a meter's times; grows with `fitRateSlots`, and is passed to the threads. */
export const createRateMemory = (): SharedArrayBuffer =>
  new SharedArrayBuffer(64 * bytesPerSlot, { maxByteLength: maxRateSlots * bytesPerSlot });

/** Makes room for `slots` keys. Throws a RangeError beyond `maxRateSlots`. */
export function fitRateSlots(memory: SharedArrayBuffer, slots: number): void {
  const needed = slots * bytesPerSlot;
  if (needed > memory.byteLength) memory.grow(needed);
}

/** A meter over `memory`. */
export function rateMeter(memory: SharedArrayBuffer): RateMeter {
  const paidUntil = new BigInt64Array(memory);
  const index = (slot: number, dimension: RateDimension) =>
    slot * 2 + (dimension === 'records' ? 0 : 1);
  return {
    waitMs(slot, dimension, nowNs) {
      const aheadNs = Atomics.load(paidUntil, index(slot, dimension)) - nowNs - burstNs;
      return aheadNs > 0n ? Math.ceil(Number(aheadNs) / 1e6) : 0;
    },
    charge({ slot, dimension, amount, perSecond, nowNs }) {
      const at = index(slot, dimension);
      const costNs = BigInt(Math.ceil((amount / perSecond) * 1e9));
      for (;;) {
        const before = Atomics.load(paidUntil, at);
        const isAhead = before > nowNs;
        const after = (isAhead ? before : nowNs) + costNs;
        if (Atomics.compareExchange(paidUntil, at, before, after) === before) return;
      }
    },
  };
}
