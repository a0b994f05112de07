/** The first reading of a log, and the longest. */
const longestMs = 3_600_000;
/** Logs are flushed late: each reading begins this much before the last one ended. */
const overlapMs = 30_000;

/** How far the logs of a node were read. */
export class LogWatermark {
  #readMs: number | undefined;
  #tables: ReadonlySet<string> = new Set();

  /**
   * How far back a reading that begins now has to reach. `tables`: those that can be read; one that
   * could not be read before has a past of its own.
   */
  windowSeconds(nowMs: number, tables: Iterable<string>): number {
    const isNew = [...tables].some((table) => !this.#tables.has(table));
    if (this.#readMs === undefined || isNew) return longestMs / 1_000;
    return Math.min(nowMs - this.#readMs + overlapMs, longestMs) / 1_000;
  }

  /** A reading of these tables that began at `nowMs` succeeded. */
  done(nowMs: number, tables: Iterable<string>): void {
    this.#readMs = nowMs;
    this.#tables = new Set(tables);
  }
}
