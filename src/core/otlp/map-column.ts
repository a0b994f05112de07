import type { BlockColumn } from './block-writer.ts';
import { ByteColumn } from './byte-column.ts';
import { DictionaryColumn, emptyMark } from './dictionary-column.ts';
import { textEnd } from './encoded-text.ts';
import { WordColumn } from './word-column.ts';

/**
 * A `Map(LowCardinality(String), String)` column: the running number of entries after each map, all
 * keys, all values. A map is written as `begin`, for each entry its key to `keys` and its value to
 * `values`, and `end`, or `undo` to forget it.
 */
export class MapColumn implements BlockColumn {
  readonly offsets = new WordColumn();
  readonly keys = new DictionaryColumn();
  readonly values = new ByteColumn();
  private readonly keyMark = emptyMark();
  private valueMark = 0;
  private readonly listMark = { offsets: 0, keys: emptyMark(), values: 0 };
  /** For each key of the dictionary the number of the last look at a map in which it was found. */
  private seen = new Int32Array(64);
  private looks = 0;

  get size(): number {
    return this.offsets.size + this.keys.size + this.values.size;
  }

  parts(): readonly Uint8Array[] {
    return [...this.offsets.parts(), ...this.keys.parts(), ...this.values.parts()];
  }

  clear(): void {
    this.offsets.clear();
    this.keys.clear();
    this.values.clear();
    this.keys.mark(this.keyMark);
    this.valueMark = 0;
    this.looks = 0;
    if (this.seen.length > keptKeys) this.seen = new Int32Array(64);
    else this.seen.fill(0);
  }

  begin(): void {
    this.keys.mark(this.keyMark);
    this.valueMark = this.values.length;
  }

  /** Entries of the map that was begun last. */
  get entries(): number {
    return this.keys.length - this.keyMark.rows;
  }

  end(): void {
    if (this.entries > 1) this.dropSuperseded();
    this.offsets.pushCount(this.keys.length);
  }

  undo(): void {
    this.keys.rewind(this.keyMark);
    this.values.length = this.valueMark;
  }

  /** Remembers where the maps of a list begin, for `rewind`. */
  mark(): void {
    this.listMark.offsets = this.offsets.length;
    this.keys.mark(this.listMark.keys);
    this.listMark.values = this.values.length;
  }

  /** Forgets the maps since `mark`. */
  rewind(): void {
    this.offsets.length = this.listMark.offsets;
    this.keys.rewind(this.listMark.keys);
    this.values.length = this.listMark.values;
  }

  /** Drops entries whose key comes again: the last of equal keys counts. */
  private dropSuperseded(): void {
    const { keys, seen } = this;
    if (keys.dictionary.count > seen.length) this.growSeen();
    const first = this.keyMark.rows;
    const look = ++this.looks;
    let superseded = false;
    for (let row = first; row < keys.length; row++) {
      const key = keys.at(row);
      if (this.seen[key] === look) superseded = true;
      this.seen[key] = look;
    }
    if (superseded) this.drop(this.findSuperseded());
  }

  private growSeen(): void {
    const seen = new Int32Array(Math.max(this.keys.dictionary.count, this.seen.length * 2));
    seen.set(this.seen);
    this.seen = seen;
  }

  private findSuperseded(): readonly boolean[] {
    const { keys, entries } = this;
    const dropped = new Array<boolean>(entries).fill(false);
    const look = ++this.looks;
    for (let i = entries - 1; i >= 0; i--) {
      const key = keys.at(this.keyMark.rows + i);
      dropped[i] = this.seen[key] === look;
      this.seen[key] = look;
    }
    return dropped;
  }

  private drop(dropped: readonly boolean[]): void {
    const { values } = this;
    let to = this.valueMark;
    let at = to;
    for (const gone of dropped) {
      const next = textEnd(values.bytes, at);
      if (!gone) {
        values.bytes.copyWithin(to, at, next);
        to += next - at;
      }
      at = next;
    }
    values.length = to;
    this.keys.drop(this.keyMark.rows, dropped);
  }

  /** Appends the map that was begun last in `source` as a map of this column, and undoes it there. */
  pushOpen(source: MapColumn): void {
    this.begin();
    const { dictionary } = source.keys;
    for (let row = source.keyMark.rows; row < source.keys.length; row++) {
      const key = source.keys.at(row);
      this.keys.pushText(dictionary.texts, dictionary.start(key), dictionary.end(key));
    }
    this.values.pushBytes(source.values.bytes.subarray(source.valueMark, source.values.length));
    source.undo();
  }

  /** Row of `keys` in which the map that was begun last has this key, or -1. */
  private rowOf(key: ByteColumn): number {
    const { keys } = this;
    const index = keys.dictionary.find(key, 0, key.length);
    if (index < 0) return -1;
    for (let row = this.keyMark.rows; row < keys.length; row++)
      if (keys.at(row) === index) return row;
    return -1;
  }

  /** True when the map that was begun last has this key; `key` holds it without its length. */
  has(key: ByteColumn): boolean {
    return this.rowOf(key) >= 0;
  }

  /**
   * Copies the value under a key of the map that was begun last to `out`, encoded as it is; false
   * when there is none.
   */
  copyValue(key: ByteColumn, out: ByteColumn): boolean {
    const row = this.rowOf(key);
    if (row < 0) return false;
    let at = this.valueMark;
    for (let i = this.keyMark.rows; i < row; i++) at = textEnd(this.values.bytes, at);
    out.pushBytes(this.values.bytes.subarray(at, textEnd(this.values.bytes, at)));
    return true;
  }
}

/** The marks of this many keys are kept from request to request. */
const keptKeys = 4_096;
