import { RequestFailure } from '../../../model/api/failure.ts';

/** Leaves the gate; calling it again does nothing. */
export type Leave = () => void;

/**
 * How many statements of searches the store runs at a time. Those that come later wait in order,
 * so that many slow searches leave the store room for inserting.
 */
export class StatementGate {
  readonly #most: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  /** Waits for room. Throws `rate_limited` when too many wait, and the signal's reason. */
  async enter(signal: AbortSignal): Promise<Leave> {
    signal.throwIfAborted();
    if (this.#running >= this.#most) await this.#wait(signal);
    else this.#running++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      // The place goes to the next in line, without being free in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    };
  }

  async #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting)
      throw new RequestFailure(
        'rate_limited',
        `${this.#running} searches run and ${this.#waiting.length} wait, which is the limit.`,
        { hint: 'Try again in a few seconds.', retryAfterSeconds: 2 },
      );
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => {
      const place = this.#waiting.indexOf(resolve);
      if (place >= 0) this.#waiting.splice(place, 1);
      reject(signal.reason);
    };
    this.#waiting.push(resolve);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }
}
