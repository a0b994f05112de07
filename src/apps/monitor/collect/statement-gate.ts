/** Of the places for statements, how many nodes that failed last time share. */
const ailingShare = 0.25;

/**
 * Bounds how many statements run at a time. Nodes that failed last time have places of their own:
 * however many of them hang, the others do not wait for them.
 */
export class StatementGate {
  readonly #places: { readonly well: Places; readonly ailing: Places };

  constructor(max: number) {
    const ailing = Math.max(1, Math.floor(max * ailingShare));
    this.#places = { well: new Places(Math.max(1, max - ailing)), ailing: new Places(ailing) };
  }

  /** Runs `work` when it is its turn. Rejects with the signal's reason while it waits. */
  run<T>(state: 'well' | 'ailing', signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.#places[state].run(signal, work);
  }
}

/** So many at a time, in turn. */
export class Places {
  readonly #max: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(max: number) {
    this.#max = max;
  }

  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#running >= this.#max) await this.#turn(signal);
    else this.#running += 1;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Resolves when a place was handed over. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      this.#waiting.push(go);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
