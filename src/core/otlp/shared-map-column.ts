import type { BlockColumn } from './block-writer.ts';
import { DictionaryColumn, emptyMark } from './dictionary-column.ts';
import { textEnd, textStart } from './encoded-text.ts';
import type { MapColumn } from './map-column.ts';
import { WordColumn } from './word-column.ts';

/**
 * A `Map(LowCardinality(String), LowCardinality(String))` column, for maps that the rows of a run
 * share: the running number of entries after each map, all keys, all values.
 */
export class SharedMapColumn implements BlockColumn {
  private readonly offsets = new WordColumn();
  private readonly keys = new DictionaryColumn();
  private readonly values = new DictionaryColumn();
  private readonly keyMark = emptyMark();
  private readonly valueMark = emptyMark();

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
  }

  /** Appends the map in `source`, which holds one, `times` times over. */
  pushRepeated(source: MapColumn, times: number): void {
    const { keys, values, keyMark, valueMark } = this;
    keys.mark(keyMark);
    values.mark(valueMark);
    const { dictionary, length } = source.keys;
    const { bytes } = source.values;
    for (let row = 0, at = 0; row < length; row++) {
      const key = source.keys.at(row);
      keys.pushText(dictionary.texts, dictionary.start(key), dictionary.end(key));
      const next = textEnd(bytes, at);
      values.pushText(source.values, textStart(bytes, at), next);
      at = next;
    }
    keys.repeatFrom(keyMark, times - 1);
    values.repeatFrom(valueMark, times - 1);
    for (let i = 1; i <= times; i++) this.offsets.pushCount(keyMark.rows + length * i);
  }

  /** Bytes that one more copy of `source` takes where it is written out. */
  static unitSize(source: MapColumn): number {
    return source.keys.size + source.values.length + 8;
  }
}
