import type { BlockColumn } from './block-writer.ts';
import type { ByteColumn, ByteSource } from './byte-column.ts';
import { Dictionary } from './dictionary.ts';
import { textStart } from './encoded-text.ts';
import { WordColumn } from './word-column.ts';

/** The dictionary is in the block, and is all there is of it. */
const additionalKeys = 0x600;

/** How far a column was: rows, texts of its dictionary, and `size`. */
export interface DictionaryMark {
  rows: number;
  texts: number;
  size: number;
}

export const emptyMark = (): DictionaryMark => ({ rows: 0, texts: 0, size: 0 });

/**
 * A `LowCardinality(String)` column: each distinct text once, and for each row which one it is. In
 * Native that is: how wide the indexes are, the number of texts, the texts, the number of rows, the
 * indexes; nothing for no rows.
 */
export class DictionaryColumn implements BlockColumn {
  readonly dictionary = new Dictionary();
  private readonly indexes = new WordColumn();
  /** Bytes that the rows would take as a `String` column. */
  size = 0;

  /** Number of rows. */
  get length(): number {
    return this.indexes.length;
  }

  /** Which text of the dictionary a row has. */
  at(row: number): number {
    return this.indexes.words[row]!;
  }

  parts(): readonly Uint8Array[] {
    const { dictionary, length } = this;
    if (length === 0) return [];
    const width = dictionary.count <= 0x100 ? 0 : dictionary.count <= 0x1_0000 ? 1 : 2;
    const words = this.indexes.words.subarray(0, length);
    const indexes =
      width === 0 ? new Uint8Array(words) : width === 1 ? new Uint16Array(words) : words;
    return [
      bytesOf(Int32Array.of(additionalKeys | width, 0, dictionary.count, 0)),
      ...dictionary.texts.parts(),
      bytesOf(Int32Array.of(length, 0)),
      bytesOf(indexes),
    ];
  }

  clear(): void {
    this.dictionary.clear();
    this.indexes.clear();
    this.size = 0;
  }

  /** Remembers how far the column is, for `rewind`. */
  mark(mark: DictionaryMark): void {
    mark.rows = this.length;
    mark.texts = this.dictionary.count;
    mark.size = this.size;
  }

  /** Forgets what came since the mark. */
  rewind(mark: DictionaryMark): void {
    this.indexes.length = mark.rows;
    this.dictionary.truncate(mark.texts);
    this.size = mark.size;
  }

  /** Appends a row with the text `index` of the dictionary, which has `length` bytes. */
  push(index: number, length: number): void {
    this.indexes.push32(index);
    this.size += length + 1;
  }

  /** Appends the text `source[start, end)`, which is known to be UTF-8. */
  pushText(source: ByteSource, start: number, end: number): void {
    this.push(this.dictionary.intern(source, start, end), end - start);
  }

  /** Appends the one text in `source`, encoded as in a `String` column, `times` times over. */
  pushRepeated(source: ByteColumn, times: number): void {
    const start = textStart(source.bytes, 0);
    const index = this.dictionary.intern(source, start, source.length);
    this.indexes.pushRepeated32(index, times);
    this.size += source.length * times;
  }

  /** Appends the rows since `mark` again, `times` times over. */
  repeatFrom(mark: DictionaryMark, times: number): void {
    this.indexes.repeatFrom(mark.rows, times);
    this.size += (this.size - mark.size) * times;
  }

  /** Drops the rows from `from` on that `dropped` marks, the first mark being that of `from`. */
  drop(from: number, dropped: readonly boolean[]): void {
    const { words } = this.indexes;
    let to = from;
    for (const [i, gone] of dropped.entries()) {
      const index = words[from + i]!;
      if (gone) this.size -= this.dictionary.end(index) - this.dictionary.start(index) + 1;
      else words[to++] = index;
    }
    this.indexes.length = to;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
