import type { BlockColumn } from './block-writer.ts';
import type { WordColumn } from './word-column.ts';

/**
 * An `Array(T)` column: the running number of elements after each row, then the elements. Columns
 * of one nested structure (`Events.*`) share their offsets.
 */
export class ArrayColumn<Elements extends BlockColumn> implements BlockColumn {
  private readonly offsets: WordColumn;
  readonly elements: Elements;

  constructor(offsets: WordColumn, elements: Elements) {
    this.offsets = offsets;
    this.elements = elements;
  }

  get size(): number {
    return this.offsets.size + this.elements.size;
  }

  parts(): readonly Uint8Array[] {
    return [...this.offsets.parts(), ...this.elements.parts()];
  }

  clear(): void {
    this.offsets.clear();
    this.elements.clear();
  }
}
