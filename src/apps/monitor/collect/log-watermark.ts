/** The first reading of a log, and the longest. */
const longestMs = 3_600_000;
/** Logs are flushed late: each reading begins this much before the last one ended. */
const overlapMs = 30_000;

/** How far the logs of a node were read. */
export class LogWatermark {
  #readMs: number | undefined;

  /** How far back a reading that begins now has to reach. */
  windowSeconds(nowMs: number): number {
    if (this.#readMs === undefined) return longestMs / 1_000;
    return Math.min(nowMs - this.#readMs + overlapMs, longestMs) / 1_000;
  }

  /** A reading that began at `nowMs` succeeded. */
  done(nowMs: number): void {
    this.#readMs = nowMs;
  }
}
