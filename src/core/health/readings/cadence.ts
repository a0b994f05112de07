import type { Tier } from './reading-definition.ts';

/** How often each tier is read, in milliseconds. */
export type Cadence = Readonly<Record<Tier, number>>;

/** The cadence that follows from the base interval of the configuration (30 s by default). */
export const cadenceOf = (baseMs: number): Cadence => ({
  vitals: baseMs / 2,
  state: baseMs * 2,
  logs: baseMs * 2,
  slow: baseMs * 10,
  parts: 1_800_000,
  daily: 21_600_000,
});

export const defaultCadence = cadenceOf(30_000);

/** Intervals that may pass without a reading before what it said is no answer any more. */
export const staleIntervals = 3;
