import type { ByteColumn } from './byte-column.ts';
import type { DictionaryColumn } from './dictionary-column.ts';
import { MalformedInput } from './malformed.ts';
import { isUtf8 } from './utf8.ts';

/**
 * How deep messages, and groups that are skipped, may nest, the request itself being the first.
 * 100 is the default of the protobuf implementations for C++, Java and JavaScript. An attribute's
 * value is the sixth level, and each list takes two more, each map three.
 */
export const maxDepth = 100;

/**
 * A cursor over protobuf bytes. Every read is bounded by the innermost message (`limit`). 64-bit
 * values are left in `lo` and `hi` as signed 32-bit words, so that nothing is rounded or allocated.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  pos: number;
  limit: number;
  depth: number;
  lo = 0;
  hi = 0;

  /** False where `bytes` are not the request's own, so that offsets would mislead. */
  private readonly located: boolean;

  constructor(
    bytes: Uint8Array,
    pos = 0,
    limit = bytes.length,
    depth = 1,
    located = true,
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  ) {
    this.bytes = bytes;
    this.view = view;
    this.pos = pos;
    this.limit = limit;
    this.depth = depth;
    this.located = located;
    if (depth > maxDepth) this.tooDeep();
  }

  fail(message: string, offset = this.pos): never {
    throw new MalformedInput(message, this.located ? offset : undefined);
  }

  /** A reader of a part of the same bytes, one level deeper. */
  part(start: number, end: number): WireReader {
    return new WireReader(this.bytes, start, end, this.depth + 1, this.located, this.view);
  }

  /** Reads a tag, `number << 3 | wire type`. The caller has checked that the message goes on. */
  tag(): number {
    const first = this.bytes[this.pos]!;
    if (first < 0x80) {
      this.pos++;
      return first;
    }
    return this.longTag();
  }

  private longTag(): number {
    const start = this.pos;
    this.varint();
    const size = this.pos - start;
    if (size > 5 || (size === 5 && this.bytes[this.pos - 1]! > 0x0f))
      this.fail('a tag does not fit 32 bits', start);
    return this.lo >>> 0;
  }

  /** Reads a varint into `lo` and `hi`; of ten bytes the bits past 64 are dropped. */
  varint(): void {
    const first = this.pos < this.limit ? this.bytes[this.pos]! : 0x80;
    if (first < 0x80) {
      this.pos++;
      this.lo = first;
      this.hi = 0;
    } else this.longVarint();
  }

  private longVarint(): void {
    const start = this.pos;
    const end = Math.min(this.limit, start + 10);
    let lo = 0;
    let hi = 0;
    let shift = 0;
    for (let at = start; at < end; at++, shift += 7) {
      const byte = this.bytes[at]!;
      const bits = byte & 0x7f;
      if (shift < 28) lo |= bits << shift;
      else if (shift === 28) {
        lo |= bits << 28;
        hi = bits >>> 4;
      } else hi |= bits << (shift - 32);
      if (byte < 0x80) {
        this.pos = at + 1;
        this.lo = lo;
        this.hi = hi;
        return;
      }
    }
    this.fail(
      end === start + 10 ? 'a varint is longer than 10 bytes' : 'a varint is cut off',
      start,
    );
  }

  fixed64(): void {
    const at = this.pos;
    if (at + 8 > this.limit) this.fail('a 64-bit value is cut off');
    const b = this.bytes;
    this.lo = b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24);
    this.hi = b[at + 4]! | (b[at + 5]! << 8) | (b[at + 6]! << 16) | (b[at + 7]! << 24);
    this.pos = at + 8;
  }

  fixed32(): number {
    const at = this.pos;
    if (at + 4 > this.limit) this.fail('a 32-bit value is cut off');
    const b = this.bytes;
    this.pos = at + 4;
    return b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24);
  }

  /** A `uint32`, `int32` or enum as a signed 32-bit word: longer varints are truncated. */
  word(): number {
    this.varint();
    return this.lo;
  }

  bool(): boolean {
    this.varint();
    return (this.lo | this.hi) !== 0;
  }

  /** Reads a length, leaves `pos` at the start of what it measures and returns its end. */
  lengthEnd(): number {
    const at = this.pos;
    const first = at < this.limit ? this.bytes[at]! : 0x80;
    if (first < 0x80) {
      const end = at + 1 + first;
      if (end > this.limit) this.fail(`a length of ${first} passes the end of its message`);
      this.pos = at + 1;
      return end;
    }
    this.longVarint();
    // The tenth byte holds bit 63; what it has beyond, `longVarint` drops.
    const fits = this.hi === 0 && (this.pos - at < 10 || this.bytes[this.pos - 1]! === 0);
    const length = fits ? this.lo >>> 0 : Number.POSITIVE_INFINITY;
    if (this.pos + length > this.limit)
      this.fail(
        `a length of ${length === Number.POSITIVE_INFINITY ? 'more than 32 bits' : length} passes the end of its message`,
        at,
      );
    return this.pos + length;
  }

  /** Enters the submessage at `pos`; give what it returns to `leave`. */
  enter(): number {
    const end = this.lengthEnd();
    const outer = this.limit;
    this.limit = end;
    if (++this.depth > maxDepth) this.tooDeep();
    return outer;
  }

  /** Bounds reading to the packed list at `pos`; set `limit` back to what it returns after it. */
  narrow(): number {
    const end = this.lengthEnd();
    const outer = this.limit;
    this.limit = end;
    return outer;
  }

  /** Enters a submessage whose range is known; give what it returns to `leave`. */
  focus(start: number, end: number): number {
    const outer = this.limit;
    this.pos = start;
    this.limit = end;
    if (++this.depth > maxDepth) this.tooDeep();
    return outer;
  }

  leave(outer: number): void {
    this.pos = this.limit;
    this.limit = outer;
    this.depth--;
  }

  private tooDeep(): never {
    return this.fail(`messages nest deeper than ${maxDepth}`);
  }

  /** Skips the value of a field that is unknown, or known with another wire type. */
  skip(tag: number): void {
    this.skipNested(tag, maxDepth - this.depth);
  }

  private skipNested(tag: number, groupsLeft: number): void {
    if (tag < 8) this.fail('field number 0');
    const wireType = tag & 7;
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.fixed64();
    else if (wireType === 2) this.pos = this.lengthEnd();
    else if (wireType === 3) this.skipGroup(tag, groupsLeft);
    else if (wireType === 5) this.fixed32();
    else
      this.fail(wireType === 4 ? 'the end of a group that was not begun' : `wire type ${wireType}`);
  }

  private skipGroup(begin: number, groupsLeft: number): void {
    if (groupsLeft <= 0) this.tooDeep();
    while (this.pos < this.limit) {
      const tag = this.tag();
      if (tag === begin + 1) return;
      this.skipNested(tag, groupsLeft - 1);
    }
    this.fail('a group is not ended');
  }

  /** Appends the string at `[start, end)` as one value of a `String` column. */
  copyText(out: ByteColumn, start: number, end: number): void {
    if (!out.pushSlice(this, start, end)) this.checkText(start, end);
  }

  /** Appends the string at `[start, end)` to a column of few distinct ones. */
  copyLabel(out: DictionaryColumn, start: number, end: number): void {
    const { dictionary } = out;
    let index = dictionary.find(this, start, end);
    if (index < 0) {
      this.checkText(start, end);
      index = dictionary.add(this, start, end);
    }
    out.push(index, end - start);
  }

  checkText(start: number, end: number): void {
    if (!isUtf8(this.bytes, start, end)) this.fail('a string is not UTF-8', start);
  }
}
