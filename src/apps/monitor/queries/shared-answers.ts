interface Shared {
  readonly answer: Promise<unknown>;
  readonly stop: AbortController;
  waiting: number;
  endsMs: number;
}

/** Answers that are kept at most. */
const keptLimit = 200;

/**
 * What several viewers ask for at a time is asked once, and kept for a while. The work ends early
 * when nobody waits for it any more.
 */
export class SharedAnswers {
  readonly #kept = new Map<string, Shared>();

  async get<T>(
    key: string,
    keptMs: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const there = this.#kept.get(key);
    const shared = there && Date.now() < there.endsMs ? there : this.#begin(key, keptMs, work);
    shared.waiting += 1;
    try {
      return (await orAborted(shared.answer, signal)) as T;
    } finally {
      shared.waiting -= 1;
      if (shared.waiting === 0) shared.stop.abort(new Error('nobody waits for it any more'));
    }
  }

  #begin(key: string, keptMs: number, work: (signal: AbortSignal) => Promise<unknown>): Shared {
    const stop = new AbortController();
    const answer = work(stop.signal);
    const shared: Shared = { answer, stop, waiting: 0, endsMs: Number.POSITIVE_INFINITY };
    this.#kept.delete(key);
    this.#kept.set(key, shared);
    answer.then(
      () => {
        shared.endsMs = Date.now() + keptMs;
      },
      () => this.#forget(key, shared),
    );
    // Work that was given up must not be what the next one gets.
    stop.signal.addEventListener('abort', () => {
      if (shared.endsMs === Number.POSITIVE_INFINITY) this.#forget(key, shared);
    });
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size > keptLimit) this.#kept.delete(oldest);
    return shared;
  }

  #forget(key: string, shared: Shared): void {
    if (this.#kept.get(key) === shared) this.#kept.delete(key);
  }
}

function orAborted(answer: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
