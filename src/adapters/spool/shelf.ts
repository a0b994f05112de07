import type { Logger } from '../../base/log.ts';
import type { Signal } from '../../model/telemetry/tables.ts';
import type { SealedSegment } from './sealed-segment.ts';
import type { OpenSegment } from './segment.ts';

/** A segment with the entries whose answers are not settled. */
interface Shelved {
  segment: OpenSegment | SealedSegment;
  readonly unsettled: Set<number>;
  /** Answered, and not yet written to the journal. */
  marks: number[];
  finished: boolean;
  /** Bytes that are counted as taken. */
  counted: number;
  failedMarks: number;
}

/** How long answered marks are gathered before they are written. */
const gatherMs = 5;
/** How often the marks of a segment are tried before they are given up. */
const markAttempts = 3;

/**
 * All segments between their first entry and their removal: which of them the store can have, and
 * which entries still wait for their answer. A stored segment leaves when both are settled.
 */
export class Shelf {
  readonly #logger: Logger;
  readonly #occupy: (deltaBytes: number) => void;
  readonly #byId = new Map<string, Shelved>();
  readonly #byEntry = new Map<number, Shelved>();
  readonly #marked = new Set<Shelved>();
  readonly #listeners = new Set<(segment: SealedSegment) => void>();
  /** Sealed segments with rows that the store does not have, oldest first. */
  readonly #waiting: Record<Signal, Set<SealedSegment>> = {
    logs: new Set(),
    traces: new Set(),
    metrics: new Set(),
  };
  /** Those among them that wait for a person, not for the store. */
  readonly #aside = new Set<SealedSegment>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(logger: Logger, occupy: (deltaBytes: number) => void) {
    this.#logger = logger;
    this.#occupy = occupy;
  }

  /** Called with each segment that the store can have. */
  onSealed(listener: (segment: SealedSegment) => void): void {
    this.#listeners.add(listener);
  }

  /** Sealed segments with rows that the store does not have, oldest first. */
  waiting(): readonly SealedSegment[] {
    return Object.values(this.#waiting).flatMap((segments) => [...segments]);
  }

  waitingOf(signal: Signal): ReadonlySet<SealedSegment> {
    return this.#waiting[signal];
  }

  /** Number of segments of a signal that the store could take now. */
  ready(signal: Signal): number {
    let aside = 0;
    for (const segment of this.#aside) if (segment.signal === signal) aside += 1;
    return this.#waiting[signal].size - aside;
  }

  setAside(segment: SealedSegment, aside: boolean): void {
    if (aside && this.#byId.has(segment.id)) this.#aside.add(segment);
    else this.#aside.delete(segment);
  }

  /** A segment that was found on disk. */
  put(segment: SealedSegment, unanswered: ReadonlySet<number>): void {
    const shelved = this.#add(segment);
    for (const entry of unanswered) this.#follow(shelved, entry);
    this.#offer(segment);
    if (segment.openTables.length === 0) void this.finished(segment);
  }

  open(segment: OpenSegment): void {
    this.#add(segment);
  }

  kept(segment: OpenSegment, entries: readonly number[]): void {
    const shelved = this.#byId.get(segment.id);
    if (!shelved) throw new Error(`segment ${segment.id} is not on the shelf`);
    for (const entry of entries) this.#follow(shelved, entry);
    this.#count(shelved);
  }

  drop(segment: OpenSegment): void {
    const shelved = this.#byId.get(segment.id);
    if (shelved) this.#remove(shelved);
  }

  sealed(open: OpenSegment, sealed: SealedSegment): void {
    const shelved = this.#byId.get(open.id);
    if (!shelved) throw new Error(`segment ${open.id} is not on the shelf`);
    shelved.segment = sealed;
    this.#count(shelved);
    this.#offer(sealed);
  }

  /** The answer of this entry arrived: written down with others. */
  answered(entry: number): void {
    const shelved = this.#settle(entry);
    if (!shelved) return;
    shelved.marks.push(entry);
    this.#marked.add(shelved);
    this.#writeSoon();
  }

  /** This entry absorbs nothing any more. */
  expired(entry: number): void {
    const shelved = this.#settle(entry);
    if (shelved) void this.#leave(shelved);
  }

  /** The store has, or a dead letter holds, all rows of the segment. */
  async finished(segment: SealedSegment): Promise<void> {
    const shelved = this.#byId.get(segment.id);
    if (!shelved) return;
    shelved.finished = true;
    this.#waiting[segment.signal].delete(segment);
    this.#aside.delete(segment);
    if (shelved.unsettled.size > 0) {
      await segment.removeData();
      this.#count(shelved);
    }
    await this.#leave(shelved);
  }

  /** Writes all gathered marks. */
  async flush(): Promise<void> {
    await this.#write();
  }

  #add(segment: OpenSegment | SealedSegment): Shelved {
    const shelved: Shelved = {
      segment,
      unsettled: new Set(),
      marks: [],
      finished: false,
      counted: 0,
      failedMarks: 0,
    };
    this.#byId.set(segment.id, shelved);
    this.#count(shelved);
    return shelved;
  }

  #offer(segment: SealedSegment): void {
    this.#waiting[segment.signal].add(segment);
    for (const listener of this.#listeners) listener(segment);
  }

  #count(shelved: Shelved): void {
    if (!this.#holds(shelved)) return;
    const { bytes } = shelved.segment;
    this.#occupy(bytes - shelved.counted);
    shelved.counted = bytes;
  }

  #holds(shelved: Shelved): boolean {
    return this.#byId.get(shelved.segment.id) === shelved;
  }

  /** True for the one call that takes it off. */
  #remove(shelved: Shelved): boolean {
    if (!this.#byId.delete(shelved.segment.id)) return false;
    this.#occupy(-shelved.counted);
    return true;
  }

  #follow(shelved: Shelved, entry: number): void {
    shelved.unsettled.add(entry);
    this.#byEntry.set(entry, shelved);
  }

  #settle(entry: number): Shelved | undefined {
    const shelved = this.#byEntry.get(entry);
    this.#byEntry.delete(entry);
    shelved?.unsettled.delete(entry);
    return shelved;
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => void this.#write(), gatherMs);
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const due = [...this.#marked];
    this.#marked.clear();
    this.#writing = this.#writing.then(async () => {
      await Promise.all(due.map((shelved) => this.#writeMarks(shelved)));
    });
    return this.#writing;
  }

  async #writeMarks(shelved: Shelved): Promise<void> {
    const n = shelved.marks;
    shelved.marks = [];
    // A segment that leaves now takes its marks along.
    const leaves = shelved.finished && shelved.unsettled.size === 0;
    if (n.length > 0 && !leaves)
      try {
        await shelved.segment.mark([{ t: 'answered', n }], false);
        this.#count(shelved);
      } catch (error) {
        this.#markFailed(shelved, n, error);
      }
    await this.#leave(shelved);
  }

  /** The segment may have been sealed under the mark, or the disk is full: tried again. */
  #markFailed(shelved: Shelved, n: readonly number[], error: unknown): void {
    if (!this.#holds(shelved)) return;
    shelved.failedMarks += 1;
    if (shelved.failedMarks % markAttempts === 0) {
      const { id } = shelved.segment;
      this.#logger.warn('answered_mark_failed', { segment: id, entries: n.length, error });
      return;
    }
    shelved.marks.unshift(...n);
    this.#marked.add(shelved);
    this.#writeSoon();
  }

  /** Removes a segment that nobody needs any more. */
  async #leave(shelved: Shelved): Promise<void> {
    const { segment } = shelved;
    if (!shelved.finished || shelved.unsettled.size > 0 || !this.#remove(shelved)) return;
    try {
      await (segment as SealedSegment).remove();
    } catch (error) {
      // The next start removes it: its journal says that everything is stored.
      this.#logger.warn('segment_remove_failed', { segment: segment.id, error });
    }
  }
}
