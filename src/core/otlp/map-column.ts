import { ByteColumn } from './byte-column.ts';
import { hasEqual, markSuperseded, pairwiseUpTo } from './superseded.ts';
import { WordColumn } from './word-column.ts';

/**
 * A `Map(String, String)` column: the running number of entries after each map, all keys, all
 * values. A map is written as `begin`, for each entry `entry` and then its key to `keys` and its
 * value to `values`, and `end`, or `undo` to forget it.
 */
export class MapColumn {
  readonly offsets = new WordColumn();
  readonly keys = new ByteColumn();
  readonly values = new ByteColumn();
  /** Entries of all finished maps. */
  entries = 0;
  private open = 0;
  private keyMark = 0;
  private valueMark = 0;
  private keyAt = new Int32Array(32);
  private valueAt = new Int32Array(32);

  private readonly marks = { offsets: 0, keys: 0, values: 0, entries: 0 };

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
    this.entries = 0;
  }

  begin(): void {
    this.open = 0;
    this.keyMark = this.keys.length;
    this.valueMark = this.values.length;
  }

  entry(): void {
    if (this.open === this.keyAt.length) this.growIndex();
    this.keyAt[this.open] = this.keys.length;
    this.valueAt[this.open++] = this.values.length;
  }

  private growIndex(): void {
    const keyAt = new Int32Array(this.open * 2);
    const valueAt = new Int32Array(this.open * 2);
    keyAt.set(this.keyAt);
    valueAt.set(this.valueAt);
    this.keyAt = keyAt;
    this.valueAt = valueAt;
  }

  end(): void {
    if (this.open > 1) this.dropSuperseded();
    this.entries += this.open;
    this.offsets.pushCount(this.entries);
  }

  undo(): void {
    this.keys.length = this.keyMark;
    this.values.length = this.valueMark;
  }

  /** Remembers where the maps of a list begin, for `rewind`. */
  mark(): void {
    this.marks.offsets = this.offsets.length;
    this.marks.keys = this.keys.length;
    this.marks.values = this.values.length;
    this.marks.entries = this.entries;
  }

  /** Forgets the maps since `mark`. */
  rewind(): void {
    this.offsets.length = this.marks.offsets;
    this.keys.length = this.marks.keys;
    this.values.length = this.marks.values;
    this.entries = this.marks.entries;
  }

  /** Drops entries whose key comes again: the last of equal keys counts. */
  private dropSuperseded(): void {
    const count = this.open;
    if (count === this.keyAt.length) this.growIndex();
    const { keyAt, valueAt } = this;
    keyAt[count] = this.keys.length;
    valueAt[count] = this.values.length;
    // An encoded key begins with its length, so equal slices are equal keys.
    if (count <= pairwiseUpTo && !hasEqual(this.keys.bytes, keyAt, count)) return;
    const marks = markSuperseded(this.keys.bytes, keyAt, keyAt.subarray(1), count);
    if (!marks) return;
    compact(this.keys, keyAt, marks);
    compact(this.values, valueAt, marks);
    this.open -= marks.filter(Boolean).length;
  }

  /** Appends the map that was begun last in `source`, entry by entry, as a map of this column. */
  pushOpen(source: MapColumn): void {
    if (source.open > 1) source.dropSuperseded();
    this.keys.pushBytes(source.keys.bytes.subarray(source.keyMark, source.keys.length));
    this.values.pushBytes(source.values.bytes.subarray(source.valueMark, source.values.length));
    source.undo();
    // Equal keys are gone, and where the entries lie no longer matters.
    this.open = 0;
    this.entries += source.open;
  }

  /** Appends all of `source`, which holds one map, `times` times over. */
  pushRepeated(source: MapColumn, times: number): void {
    this.keys.pushRepeated(source.keys, times);
    this.values.pushRepeated(source.values, times);
    for (let i = 0; i < times; i++) {
      this.entries += source.entries;
      this.offsets.pushCount(this.entries);
    }
  }

  /** True when the map under way has this ASCII key. */
  has(key: string): boolean {
    for (let i = 0; i < this.open; i++)
      if (isString(this.keys.bytes, this.keyAt[i]!, key)) return true;
    return false;
  }

  /**
   * Copies the value under an ASCII key of the map that was ended last to `out`, encoded as it is;
   * false when there is none.
   */
  copyValue(key: string, out: ByteColumn): boolean {
    for (let i = 0, keyAt = this.keyMark, valueAt = this.valueMark; i < this.open; i++) {
      const found = isString(this.keys.bytes, keyAt, key);
      const next = stringEnd(this.values.bytes, valueAt);
      if (found) out.pushBytes(this.values.bytes.subarray(valueAt, next));
      if (found) return true;
      keyAt = stringEnd(this.keys.bytes, keyAt);
      valueAt = next;
    }
    return false;
  }

  /** Bytes that one more copy of `source` takes. */
  static unitSize(source: MapColumn): number {
    return source.keys.length + source.values.length + 8;
  }
}

function compact(column: ByteColumn, at: Int32Array, dropped: readonly boolean[]): void {
  let to = at[0]!;
  for (let i = 0; i < dropped.length; i++) {
    if (dropped[i]) continue;
    column.bytes.copyWithin(to, at[i]!, at[i + 1]!);
    to += at[i + 1]! - at[i]!;
  }
  column.length = to;
}

/** Where the encoded string at `at` ends. */
function stringEnd(bytes: Uint8Array, at: number): number {
  let length = 0;
  let factor = 1;
  for (;;) {
    const byte = bytes[at++]!;
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return at + length;
    factor *= 128;
  }
}

/** True when the encoded string at `at` is `text`, which is ASCII and shorter than 128. */
function isString(bytes: Uint8Array, at: number, text: string): boolean {
  if (bytes[at] !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + 1 + i] !== text.charCodeAt(i)) return false;
  return true;
}
