/** A column keeps its memory from request to request up to this. */
export const keptBytes = 16 << 20;

/** Bytes, and a view of the same memory. */
export interface ByteSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Bytes in memory that begins with them. */
export const byteSource = (bytes: Uint8Array): ByteSource => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

/** ASCII text, without a length. */
export function asciiBytes(text: string): ByteColumn {
  const column = new ByteColumn(text.length);
  column.pushAscii(text);
  return column;
}

/**
 * A growable run of bytes: a `String` column (each value a varint length and its bytes, as Native
 * has it), a `UInt8` column, or scratch space. The fields are open because the readers fill it.
 */
export class ByteColumn {
  bytes: Uint8Array;
  /** The same memory. */
  view: DataView;
  length = 0;

  constructor(capacity = 512) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  get size(): number {
    return this.length;
  }

  parts(): readonly Uint8Array[] {
    return [this.bytes.subarray(0, this.length)];
  }

  /** Empties the column for the next request; memory beyond the usual is given back. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length <= keptBytes) return;
    this.bytes = new Uint8Array(512);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `extra` more bytes. */
  reserve(extra: number): void {
    if (this.length + extra > this.bytes.length) this.grow(this.length + extra);
  }

  private grow(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  pushByte(value: number): void {
    if (this.length === this.bytes.length) this.grow(this.length + 1);
    this.bytes[this.length++] = value;
  }

  /** Appends an unsigned number below 2^32 as a varint. */
  pushVarint(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  pushBytes(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** Appends text that is known to be ASCII, without a length. */
  pushAscii(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }

  /** Appends an ASCII string value with its length. */
  pushAsciiString(text: string): void {
    this.pushVarint(text.length);
    this.pushAscii(text);
  }

  /** Appends bytes as one string value. */
  pushString(source: Uint8Array): void {
    this.pushVarint(source.length);
    this.pushBytes(source);
  }

  /**
   * Appends `source[start, end)` as one string value. Returns false when it is not all ASCII: then
   * the caller decides whether it is UTF-8.
   */
  pushSlice(source: ByteSource, start: number, end: number): boolean {
    const length = end - start;
    this.reserve(length + 5);
    if (length < 0x80) this.bytes[this.length++] = length;
    else this.pushVarint(length);
    const to = this.length;
    this.length = to + length;
    let seen = 0;
    if (length < 4) {
      for (let i = 0; i < length; i++) {
        const byte = source.bytes[start + i]!;
        seen |= byte;
        this.bytes[to + i] = byte;
      }
      return seen < 0x80;
    }
    const from = source.view;
    const view = this.view;
    const last = length - 4;
    for (let i = 0; i < last; i += 4) {
      const word = from.getInt32(start + i, true);
      seen |= word;
      view.setInt32(to + i, word, true);
    }
    const word = from.getInt32(start + last, true);
    view.setInt32(to + last, word, true);
    return ((seen | word) & 0x80808080) === 0;
  }

  /** Appends everything in `source`, `times` times over. */
  pushRepeated(source: ByteColumn, times: number): void {
    const unit = source.length;
    const total = unit * times;
    if (total === 0) return;
    this.reserve(total);
    const start = this.length;
    this.bytes.set(source.bytes.subarray(0, unit), start);
    for (let done = unit; done < total; done *= 2)
      this.bytes.copyWithin(start + done, start, start + Math.min(done, total - done));
    this.length = start + total;
  }

  /** Appends one byte, `times` times over. */
  pushRepeatedByte(value: number, times: number): void {
    this.reserve(times);
    this.bytes.fill(value, this.length, this.length + times);
    this.length += times;
  }
}
