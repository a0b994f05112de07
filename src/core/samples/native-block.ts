/** Grows as bytes are added; little-endian, as Native is. */
class ByteSink {
  #bytes = new Uint8Array(4_096);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.length++] = rest;
  }

  text(value: string): void {
    const encoded = encoder.encode(value);
    this.varint(encoded.length);
    this.#reserve(encoded.length);
    this.#bytes.set(encoded, this.length);
    this.length += encoded.length;
  }

  /** A whole number as 64 bits, negative ones too. */
  int64(value: number): void {
    this.#reserve(8);
    this.#view.setBigInt64(this.length, BigInt(value), true);
    this.length += 8;
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count));
    bytes.set(this.#bytes.subarray(0, this.length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

const encoder = new TextEncoder();

/** The values of one column, all rows. */
export type NativeColumn =
  | { readonly name: string; readonly type: 'String'; readonly values: readonly string[] }
  | {
      readonly name: string;
      /** DateTime64(3) is in milliseconds since the epoch. */
      readonly type: 'UInt64' | 'DateTime64(3)';
      readonly values: readonly number[];
    }
  | {
      readonly name: string;
      readonly type: 'Map(String, Float64)';
      readonly values: readonly ReadonlyMap<string, number>[];
    };

/** One block of ClickHouse's Native format (protocol revision 0). */
export function encodeNativeBlock(
  rows: number,
  columns: readonly NativeColumn[],
): Uint8Array<ArrayBuffer> {
  const sink = new ByteSink();
  sink.varint(columns.length);
  sink.varint(rows);
  for (const column of columns) {
    sink.text(column.name);
    sink.text(column.type);
    if (column.type === 'String') for (const value of column.values) sink.text(value);
    else if (column.type === 'Map(String, Float64)') writeMaps(sink, column.values);
    else for (const value of column.values) sink.int64(Math.trunc(value));
  }
  return sink.take();
}

/** Where each map ends, then all keys, then all values. */
function writeMaps(sink: ByteSink, maps: readonly ReadonlyMap<string, number>[]): void {
  let end = 0;
  for (const map of maps) {
    end += map.size;
    sink.int64(end);
  }
  for (const map of maps) for (const name of map.keys()) sink.text(name);
  for (const map of maps) for (const value of map.values()) sink.float64(value);
}
