import { ByteColumn } from './byte-column.ts';
import type { WireReader } from './wire-reader.ts';
import { WordColumn } from './word-column.ts';

/** An optional double: 0 where it is absent, and a column that says which. */
export class OptionalDouble {
  readonly values = new WordColumn();
  readonly presence = new ByteColumn();
  private lo = 0;
  private hi = 0;
  private present = false;

  clear(): void {
    this.lo = this.hi = 0;
    this.present = false;
  }

  read(reader: WireReader): void {
    reader.fixed64();
    this.lo = reader.lo;
    this.hi = reader.hi;
    this.present = true;
  }

  push(): void {
    this.values.push64(this.lo, this.hi);
    this.presence.pushByte(this.present ? 1 : 0);
  }
}
