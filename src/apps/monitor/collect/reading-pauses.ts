import { pauseMs } from '../../../core/collection/back-off.ts';

interface Pause {
  readonly failures: number;
  readonly untilMs: number;
}

/** Readings of one node that failed, and how long they are left out: a circuit breaker for each. */
export class ReadingPauses {
  readonly #pauses = new Map<string, Pause>();

  failed(name: string, cadenceMs: number, nowMs: number): void {
    const failures = (this.#pauses.get(name)?.failures ?? 0) + 1;
    this.#pauses.set(name, { failures, untilMs: nowMs + pauseMs(cadenceMs, failures - 1) });
  }

  succeeded(name: string): void {
    this.#pauses.delete(name);
  }

  /** All that failed last time, whether their pause is over or not. */
  names(): ReadonlySet<string> {
    return new Set(this.#pauses.keys());
  }

  /** Those whose pause is over. */
  due(nowMs: number): ReadonlySet<string> {
    const over = [...this.#pauses].filter(([, { untilMs }]) => untilMs <= nowMs);
    return new Set(over.map(([name]) => name));
  }

  /** The server is another now: all are tried again. */
  forget(): void {
    this.#pauses.clear();
  }
}
