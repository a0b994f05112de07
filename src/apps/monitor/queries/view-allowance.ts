interface Use {
  readonly atMs: number;
  readonly tookMs: number;
}

const windowMs = 300_000;

/** Bounds the time that each node spends on what people look at. */
export class ViewAllowance {
  readonly #mostMs: number;
  readonly #uses = new Map<string, Use[]>();

  /** `mostMs`: within five minutes. */
  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  spend(node: string, tookMs: number, nowMs: number): void {
    const uses = this.#recent(node, nowMs);
    uses.push({ atMs: nowMs, tookMs });
    this.#uses.set(node, uses);
  }

  /** Milliseconds until the node may be asked again; 0 = now. */
  waitMs(node: string, nowMs: number): number {
    const uses = this.#recent(node, nowMs);
    let spent = uses.reduce((sum, { tookMs }) => sum + tookMs, 0);
    if (spent < this.#mostMs) return 0;
    for (const { atMs, tookMs } of uses) {
      spent -= tookMs;
      if (spent < this.#mostMs) return Math.max(1, atMs + windowMs - nowMs);
    }
    return windowMs;
  }

  #recent(node: string, nowMs: number): Use[] {
    const uses = (this.#uses.get(node) ?? []).filter(({ atMs }) => atMs > nowMs - windowMs);
    if (uses.length === 0) this.#uses.delete(node);
    return uses;
  }
}
