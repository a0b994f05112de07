import { ArrayColumn } from './array-column.ts';
import type { WireReader } from './wire-reader.ts';
import { WordColumn } from './word-column.ts';

/** An `Array` column of 64-bit numbers, read from a repeated field, packed or not. */
export class NumberList {
  private readonly offsets = new WordColumn();
  private readonly elements = new WordColumn();
  readonly column = new ArrayColumn(this.offsets, this.elements);
  private mark = 0;

  begin(): void {
    this.mark = this.elements.length;
  }

  end(): void {
    this.offsets.pushCount(this.elements.length / 2);
  }

  undo(): void {
    this.elements.length = this.mark;
  }

  readFixed(reader: WireReader): void {
    reader.fixed64();
    this.elements.push64(reader.lo, reader.hi);
  }

  readVarint(reader: WireReader): void {
    reader.varint();
    this.elements.push64(reader.lo, reader.hi);
  }

  readPackedFixed(reader: WireReader): void {
    const outer = reader.narrow();
    while (reader.pos < reader.limit) this.readFixed(reader);
    reader.limit = outer;
  }

  readPackedVarint(reader: WireReader): void {
    const outer = reader.narrow();
    while (reader.pos < reader.limit) this.readVarint(reader);
    reader.limit = outer;
  }
}
