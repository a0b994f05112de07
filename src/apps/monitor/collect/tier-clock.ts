import { phaseMs } from '../../../core/collection/back-off.ts';
import type { Cadence, Tier } from '../../../core/health/index.ts';

type TimedTier = Exclude<Tier, 'vitals'>;

/** In the order in which they are read when several are due. */
const tiers: readonly TimedTier[] = ['state', 'slow', 'parts', 'logs', 'daily'];

/**
 * When each tier of a node is due, by a clock in milliseconds that the caller reads. At first all
 * are; afterwards each node has a place of its own within the cadence.
 */
export class TierClock {
  readonly #cadence: Cadence;
  readonly #name: string;
  readonly #dueMs = new Map<TimedTier, number>(tiers.map((tier) => [tier, 0]));
  readonly #readMs = new Map<TimedTier, number>();

  constructor(cadence: Cadence, name: string) {
    this.#cadence = cadence;
    this.#name = name;
  }

  due(nowMs: number): TimedTier[] {
    return tiers.filter((tier) => this.#dueMs.get(tier)! <= nowMs);
  }

  nextInMs(nowMs: number): number {
    return Math.max(0, Math.min(...this.#dueMs.values()) - nowMs);
  }

  done(tier: TimedTier, nowMs: number, stretch: number): void {
    const everyMs = this.#cadence[tier] * stretch;
    const first = !this.#readMs.has(tier);
    this.#readMs.set(tier, nowMs);
    const inMs = first ? everyMs / 2 + phaseMs(`${this.#name} ${tier}`, everyMs / 2) : everyMs;
    this.#dueMs.set(tier, nowMs + inMs);
  }

  /** Makes a tier due now, or as soon as `leastMs` since its last reading have passed. */
  hasten(tier: TimedTier, nowMs: number, leastMs: number): void {
    const soonestMs = Math.max(nowMs, (this.#readMs.get(tier) ?? 0) + leastMs);
    this.#dueMs.set(tier, Math.min(this.#dueMs.get(tier)!, soonestMs));
  }
}
