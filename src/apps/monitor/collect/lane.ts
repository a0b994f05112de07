/**
 * Does one thing again and again, never twice at a time. `work` says after how long it is due
 * again, counted from when it was due; moments that were missed meanwhile are skipped and counted.
 */
export class Lane {
  readonly #work: () => Promise<number>;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = 0;
  #running: Promise<void> | undefined;
  #stopped = false;
  #skipped = 0;
  #lateMs = 0;

  constructor(work: () => Promise<number>, onError: (error: unknown) => void) {
    this.#work = work;
    this.#onError = onError;
  }

  /** How late the last run began, and how many were skipped because the one before took longer. */
  get lateness(): { readonly lateMs: number; readonly skipped: number } {
    return { lateMs: this.#lateMs, skipped: this.#skipped };
  }

  /** The next run is after `inMs`, or sooner where it was due sooner. */
  wake(inMs = 0): void {
    const dueMs = performance.now() + inMs;
    if (this.#stopped || this.#running || (this.#timer && this.#dueMs <= dueMs)) return;
    this.#arm(dueMs);
  }

  /** No further run; resolves when the present one is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #arm(dueMs: number): void {
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => this.#start(), Math.max(0, dueMs - performance.now()));
  }

  #start(): void {
    this.#timer = undefined;
    this.#lateMs = performance.now() - this.#dueMs;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    let inMs = 1_000;
    try {
      inMs = Math.max(1, await this.#work());
    } catch (error) {
      if (!this.#stopped) this.#onError(error);
    }
    if (this.#stopped) return;
    const behindMs = performance.now() - (this.#dueMs + inMs);
    const missed = behindMs > 0 ? Math.ceil(behindMs / inMs) : 0;
    this.#skipped += missed;
    this.#arm(this.#dueMs + inMs * (missed + 1));
  }
}
