import { ByteColumn, type ByteSource } from './byte-column.ts';
import { latin1 } from './latin1.ts';

const fewest = 64;
/** A dictionary keeps its memory from request to request up to this many texts. */
const keptTexts = 1_024;
/** Places that a text may take in the table; where all are taken it is kept in a `Map`. */
const window = 8;

/**
 * Distinct texts, numbered in the order in which they came. The hash table is a plain one, and
 * who knows it can choose texts that collide: past the window they go to a `Map` of strings, whose
 * hashes V8 seeds, so that no choice makes looking up slow.
 */
export class Dictionary {
  /** The texts, each with its length before it, as a `String` column has them. */
  readonly texts = new ByteColumn();
  count = 0;
  private starts = new Int32Array(fewest);
  private ends = new Int32Array(fewest);
  /** Numbers of texts plus one by hash; 0 is free. Twice as many as the texts at least. */
  private slots = new Int32Array(fewest * 2);
  private crowded: Map<string, number> | undefined;
  /** Which text came after a text last time: records of one kind have their keys in one order. */
  private followers = new Int32Array(fewest);
  /** The text that was found or added last. */
  private latest = 0;

  clear(): void {
    this.texts.clear();
    this.count = 0;
    this.latest = 0;
    this.crowded = undefined;
    if (this.starts.length <= keptTexts) this.slots.fill(0);
    else this.resize(fewest);
  }

  /** Where the text begins in `texts`, behind its length. */
  start(index: number): number {
    return this.starts[index]!;
  }

  end(index: number): number {
    return this.ends[index]!;
  }

  /** The number of the text `source[start, end)`, or -1 where it is new. */
  find(source: ByteSource, start: number, end: number): number {
    const guess = this.followers[this.latest]!;
    if (guess < this.count && this.holds(guess, source, start, end)) {
      this.latest = guess;
      return guess;
    }
    const found = this.lookUp(source, start, end);
    if (found >= 0) {
      this.followers[this.latest] = found;
      this.latest = found;
    }
    return found;
  }

  private lookUp(source: ByteSource, start: number, end: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    const hash = hashOf(source, start, end);
    for (let i = 0; i < window; i++) {
      const index = slots[(hash + i) & mask]! - 1;
      if (index < 0) return -1;
      if (this.holds(index, source, start, end)) return index;
    }
    return this.crowded?.get(latin1(source.bytes, start, end)) ?? -1;
  }

  private holds(index: number, source: ByteSource, start: number, end: number): boolean {
    const at = this.starts[index]!;
    const length = end - start;
    if (this.ends[index]! - at !== length) return false;
    if (length < 4) {
      for (let i = 0; i < length; i++)
        if (this.texts.bytes[at + i] !== source.bytes[start + i]) return false;
      return true;
    }
    const a = this.texts.view;
    const b = source.view;
    const last = length - 4;
    // From the end: names share their beginnings.
    for (let i = last; i > 0; i -= 4)
      if (a.getInt32(at + i, true) !== b.getInt32(start + i, true)) return false;
    return a.getInt32(at, true) === b.getInt32(start, true);
  }

  /** Adds a text that `find` did not find; returns its number. */
  add(source: ByteSource, start: number, end: number): number {
    const index = this.count;
    if (index === this.starts.length) this.grow();
    this.texts.pushSlice(source, start, end);
    this.ends[index] = this.texts.length;
    this.starts[index] = this.texts.length - (end - start);
    this.count++;
    this.followers[this.latest] = index;
    this.latest = index;
    this.followers[index] = 0;
    this.place(index);
    return index;
  }

  /** The number of the text `source[start, end)`, which is known to be UTF-8. */
  intern(source: ByteSource, start: number, end: number): number {
    const known = this.find(source, start, end);
    return known >= 0 ? known : this.add(source, start, end);
  }

  /** Forgets all but the first `count` texts. */
  truncate(count: number): void {
    // The last that came is the first to go, so that no text behind another's place is lost.
    while (this.count > count) this.displace(--this.count);
    this.latest = 0;
    this.texts.length = count === 0 ? 0 : this.ends[count - 1]!;
  }

  private place(index: number): void {
    const { slots, texts } = this;
    const mask = slots.length - 1;
    const start = this.starts[index]!;
    const end = this.ends[index]!;
    const hash = hashOf(texts, start, end);
    for (let i = 0; i < window; i++) {
      const slot = (hash + i) & mask;
      if (slots[slot] !== 0) continue;
      slots[slot] = index + 1;
      return;
    }
    this.crowded ??= new Map();
    this.crowded.set(latin1(texts.bytes, start, end), index);
  }

  private displace(index: number): void {
    const { slots, texts } = this;
    const mask = slots.length - 1;
    const start = this.starts[index]!;
    const end = this.ends[index]!;
    const hash = hashOf(texts, start, end);
    for (let i = 0; i < window; i++) {
      const slot = (hash + i) & mask;
      if (slots[slot] !== index + 1) continue;
      slots[slot] = 0;
      return;
    }
    this.crowded?.delete(latin1(texts.bytes, start, end));
  }

  private grow(): void {
    const { starts, ends, followers } = this;
    this.resize(starts.length * 2);
    this.starts.set(starts);
    this.ends.set(ends);
    this.followers.set(followers);
    this.crowded = undefined;
    for (let index = 0; index < this.count; index++) this.place(index);
  }

  private resize(texts: number): void {
    this.starts = new Int32Array(texts);
    this.ends = new Int32Array(texts);
    this.slots = new Int32Array(texts * 2);
    this.followers = new Int32Array(texts);
  }
}

/** Takes in texts of up to 20 bytes wholly, of longer ones five parts. */
function hashOf({ bytes, view }: ByteSource, start: number, end: number): number {
  const length = end - start;
  let hash = length;
  if (length < 4) for (let i = start; i < end; i++) hash = mix(hash, bytes[i]!);
  else {
    hash = mix(hash, view.getInt32(start, true));
    if (length > 4) hash = mix(hash, view.getInt32(end - 4, true));
    if (length > 8) hash = mix(hash, view.getInt32(start + (length >>> 1) - 2, true));
    if (length > 12) {
      hash = mix(hash, view.getInt32(start + (length >>> 2) - 1, true));
      hash = mix(hash, view.getInt32(end - (length >>> 2) - 3, true));
    }
  }
  return hash;
}

function mix(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e37_79b1);
  return product ^ (product >>> 15);
}
