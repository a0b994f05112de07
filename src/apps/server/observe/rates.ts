interface Sample {
  readonly atMs: number;
  readonly requests: number;
  readonly records: number;
}

const windowMs = 60_000;
const everyMs = 5_000;

/** Means over the last minute, from totals that only grow. */
export class Rates {
  readonly #read: () => { requests: number; records: number };
  readonly #now: () => number;
  #samples: Sample[] = [];

  constructor(
    read: () => { requests: number; records: number },
    now: () => number = () => performance.now(),
  ) {
    this.#read = read;
    this.#now = now;
  }

  /** Takes a sample; call it now and then. */
  sample(): Sample {
    const latest = { atMs: this.#now(), ...this.#read() };
    this.#samples = this.#samples.filter((each) => latest.atMs - each.atMs <= windowMs);
    this.#samples.push(latest);
    return latest;
  }

  current(): { requestsPerSecond: number; recordsPerSecond: number } {
    const latest = this.sample();
    const first = this.#samples[0]!;
    const seconds = (latest.atMs - first.atMs) / 1_000;
    const rate = (name: 'requests' | 'records') =>
      seconds > 0 ? Math.round(((latest[name] - first[name]) / seconds) * 100) / 100 : 0;
    return { requestsPerSecond: rate('requests'), recordsPerSecond: rate('records') };
  }

  /** Samples by itself until the returned function is called. */
  start(): () => void {
    this.sample();
    const timer = setInterval(() => this.sample(), everyMs);
    timer.unref();
    return () => clearInterval(timer);
  }
}
