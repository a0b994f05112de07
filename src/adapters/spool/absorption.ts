/**
 * Which entries may swallow the retry of a request. An entry starts as `pending` (its response is
 * on its way) and absorbs nothing; when the response is known or presumed lost it is `open` and
 * takes one equal request, which makes it `claimed` until that request's own response is settled.
 */
export class Absorption {
  readonly #byEntry = new Map<number, Tracked>();
  readonly #byKey = new Map<string, Set<Tracked>>();
  readonly #windowMs: number;

  /** Entries absorb up to `windowMs` after the time they are tracked with. */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Number of entries whose answer is not settled. */
  get size(): number {
    return this.#byEntry.size;
  }

  has(entry: number): boolean {
    return this.#byEntry.has(entry);
  }

  /** Follows an entry from its commit (`pending`) or from a recovered journal (`open`). */
  track(entry: number, key: string, atMs: number, state: 'pending' | 'open'): void {
    const tracked: Tracked = { entry, key, atMs, state };
    this.#byEntry.set(entry, tracked);
    if (state === 'open') this.#offer(tracked);
  }

  /** Claims the oldest open entry with this key, or undefined. */
  claim(key: string, nowMs: number): number | undefined {
    const open = this.#byKey.get(key);
    if (!open) return undefined;
    for (const tracked of open) {
      this.#withdraw(tracked);
      if (nowMs - tracked.atMs > this.#windowMs) continue;
      tracked.state = 'claimed';
      return tracked.entry;
    }
    return undefined;
  }

  /** The response arrived: true when the entry had been waiting for this. */
  answered(entry: number): boolean {
    const tracked = this.#byEntry.get(entry);
    if (!tracked) return false;
    this.#withdraw(tracked);
    this.#byEntry.delete(entry);
    return true;
  }

  /** The response was lost: the entry takes one equal request. */
  unanswered(entry: number): void {
    const tracked = this.#byEntry.get(entry);
    if (!tracked || tracked.state === 'open') return;
    tracked.state = 'open';
    this.#offer(tracked);
  }

  /** Forgets the entries whose time is over and returns their numbers. */
  expire(nowMs: number): readonly number[] {
    const gone: number[] = [];
    for (const tracked of this.#byEntry.values()) {
      // In-flight entries stay: a response that takes this long still settles them.
      if (tracked.state !== 'open' || nowMs - tracked.atMs <= this.#windowMs) continue;
      this.#withdraw(tracked);
      this.#byEntry.delete(tracked.entry);
      gone.push(tracked.entry);
    }
    return gone;
  }

  #offer(tracked: Tracked): void {
    const open = this.#byKey.get(tracked.key);
    if (open) open.add(tracked);
    else this.#byKey.set(tracked.key, new Set([tracked]));
  }

  #withdraw(tracked: Tracked): void {
    const open = this.#byKey.get(tracked.key);
    if (!open?.delete(tracked)) return;
    if (open.size === 0) this.#byKey.delete(tracked.key);
  }
}

interface Tracked {
  readonly entry: number;
  readonly key: string;
  readonly atMs: number;
  state: 'pending' | 'open' | 'claimed';
}

/** What makes two requests equal. The digest is lower-case hex. */
export const absorptionKey = (signal: string, keyId: string, digest: string): string =>
  `${signal} ${digest} ${keyId}`;
