import { ByteColumn } from './byte-column.ts';

const utf8 = new TextEncoder();

/** Writes protobuf fields one after the other; submessages between `begin` and `end`. */
export class ProtobufWriter {
  private readonly out: ByteColumn;

  constructor(capacity: number) {
    this.out = new ByteColumn(capacity);
  }

  finish(): Uint8Array {
    return this.out.bytes.subarray(0, this.out.length);
  }

  private tag(field: number, wireType: number): void {
    this.out.pushVarint(field * 8 + wireType);
  }

  /** A varint field; negative numbers take ten bytes, as in `int32`, `int64` and enums. */
  integer(field: number, value: bigint): void {
    this.tag(field, 0);
    let rest = BigInt.asUintN(64, value);
    while (rest >= 0x80n) {
      this.out.pushByte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.out.pushByte(Number(rest));
  }

  /** A varint field of a number from 0 to 2^32 - 1. */
  small(field: number, value: number): void {
    this.tag(field, 0);
    this.out.pushVarint(value);
  }

  fixed32(field: number, value: number): void {
    this.tag(field, 5);
    this.word(value);
  }

  /** A `fixed64`, `sfixed64` or `double` field, as two words. */
  fixed64(field: number, lo: number, hi: number): void {
    this.tag(field, 1);
    this.word(lo);
    this.word(hi);
  }

  private word(value: number): void {
    this.out.reserve(4);
    for (let shift = 0; shift < 32; shift += 8) this.out.pushByte((value >>> shift) & 0xff);
  }

  bytes(field: number, value: Uint8Array): void {
    this.tag(field, 2);
    this.out.pushString(value);
  }

  /** A string field; unpaired surrogates become U+FFFD. */
  text(field: number, value: string): void {
    this.tag(field, 2);
    if (value.length < 64 && this.shortAscii(value)) return;
    this.out.pushString(utf8.encode(value));
  }

  private shortAscii(value: string): boolean {
    const { out } = this;
    out.reserve(value.length + 1);
    let at = out.length;
    out.bytes[at++] = value.length;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) return false;
      out.bytes[at++] = code;
    }
    out.length = at;
    return true;
  }

  /** Begins a submessage; give what it returns to `end`. */
  begin(field: number): number {
    this.tag(field, 2);
    this.out.pushByte(0);
    return this.out.length;
  }

  /** Ends a submessage: its length takes one byte, or what it holds moves to make room for more. */
  end(start: number): void {
    const { out } = this;
    const size = out.length - start;
    if (size < 0x80) {
      out.bytes[start - 1] = size;
      return;
    }
    let extra = 0;
    for (let rest = size; rest >= 0x80; rest = Math.floor(rest / 128)) extra++;
    out.reserve(extra + 5);
    out.bytes.copyWithin(start + extra, start, out.length);
    const end = out.length + extra;
    out.length = start - 1;
    out.pushVarint(size);
    out.length = end;
  }
}
