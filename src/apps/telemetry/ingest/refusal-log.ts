import type { Logger } from '../../../base/log.ts';
import type { Tally } from './counters.ts';
import type { RefusalReason } from './refusal.ts';

/** How often refusals are logged at most, however many there are. */
const logEveryMs = 10_000;

/** Logs refusals as counts by reason: the first at once, then at most once in `logEveryMs`. */
export class RefusalLog {
  private readonly logger: Logger;
  private pending: Partial<Record<RefusalReason, number>> = {};
  private loggedAtMs = Number.NEGATIVE_INFINITY;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  add(refusals: Tally['refusals'], nowMs: number): void {
    for (const [reason, count] of Object.entries(refusals) as [RefusalReason, number][])
      this.pending[reason] = (this.pending[reason] ?? 0) + count;
    if (Object.keys(this.pending).length === 0 || nowMs < this.loggedAtMs + logEveryMs) return;
    this.logger.warn('telemetry_refused', { requests: this.pending });
    this.pending = {};
    this.loggedAtMs = nowMs;
  }
}
