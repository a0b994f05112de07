import { keptBytes } from './byte-column.ts';

/**
 * A growable column of 32-bit words: `UInt32` and `Int32` take one, `UInt64`, `Int64`, `Float64`
 * and `DateTime64` take two, the low one first. The words reach the block as the machine holds
 * them, so the machine must be little-endian, as every one that runs ClickHouse is.
 */
export class WordColumn {
  words: Int32Array;
  length = 0;

  constructor(capacity = 128) {
    this.words = new Int32Array(capacity);
  }

  get size(): number {
    return this.length * 4;
  }

  parts(): readonly Uint8Array[] {
    return [new Uint8Array(this.words.buffer, 0, this.length * 4)];
  }

  /** Empties the column for the next request; memory beyond the usual is given back. */
  clear(): void {
    this.length = 0;
    if (this.words.length * 4 > keptBytes) this.words = new Int32Array(128);
  }

  private grow(needed: number): void {
    const words = new Int32Array(Math.max(needed, this.words.length * 2));
    words.set(this.words.subarray(0, this.length));
    this.words = words;
  }

  push32(value: number): void {
    if (this.length === this.words.length) this.grow(this.length + 1);
    this.words[this.length++] = value;
  }

  push64(lo: number, hi: number): void {
    if (this.length + 2 > this.words.length) this.grow(this.length + 2);
    this.words[this.length++] = lo;
    this.words[this.length++] = hi;
  }

  /** Appends a whole number from 0 to 2^53 as 64 bits. */
  pushCount(value: number): void {
    this.push64(value | 0, (value / 0x1_0000_0000) | 0);
  }

  pushDouble(value: number): void {
    float[0] = value;
    this.push64(floatWords[0]!, floatWords[1]!);
  }

  /** Appends the words from `start` on again, `times` times over. */
  repeatFrom(start: number, times: number): void {
    const unit = this.length - start;
    const total = unit * (times + 1);
    if (unit === 0) return;
    if (start + total > this.words.length) this.grow(start + total);
    for (let done = unit; done < total; done *= 2)
      this.words.copyWithin(start + done, start, start + Math.min(done, total - done));
    this.length = start + total;
  }

  pushRepeated32(value: number, times: number): void {
    if (this.length + times > this.words.length) this.grow(this.length + times);
    this.words.fill(value, this.length, this.length + times);
    this.length += times;
  }
}

const float = new Float64Array(1);
const floatWords = new Int32Array(float.buffer);

/** The double whose IEEE 754 words these are. */
export function doubleOf(lo: number, hi: number): number {
  floatWords[0] = lo;
  floatWords[1] = hi;
  return float[0]!;
}

/** The IEEE 754 words of a double. */
export function doubleWords(value: number): { lo: number; hi: number } {
  float[0] = value;
  return { lo: floatWords[0]!, hi: floatWords[1]! };
}
