import type { WireReader } from './wire-reader.ts';
import { doubleOf, type WordColumn } from './word-column.ts';

/**
 * The value of a number data point or exemplar: a double, or a 64-bit integer. The column is
 * Float64, so an integer beyond 2^53 is rounded to the nearest double. Absent = 0.
 */
export class PointValue {
  private value = 0;

  clear(): void {
    this.value = 0;
  }

  readDouble(reader: WireReader): void {
    reader.fixed64();
    this.value = doubleOf(reader.lo, reader.hi);
  }

  readInteger(reader: WireReader): void {
    reader.fixed64();
    // Both terms are exact, so that the sum is rounded once.
    this.value = reader.hi * 0x1_0000_0000 + (reader.lo >>> 0);
  }

  push(column: WordColumn): void {
    column.pushDouble(this.value);
  }
}
