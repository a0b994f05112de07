/**
 * A small reader of ClickHouse's Native format for tests: slow and plain, so that it can be trusted
 * where the writer under test is not. Integers of 64 bits and times are bigints,
 * maps are lists of pairs.
 */
export type Row = Record<string, unknown>;

export interface NativeBlock {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Row[];
}

interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}

/** Reads one block; throws unless it takes exactly all of the bytes. */
export function readNativeBlock(bytes: Uint8Array): NativeBlock {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cursor: Cursor = { bytes, view, at: 0 };
  const width = readVarint(cursor);
  const height = readVarint(cursor);
  const columns: { name: string; type: string }[] = [];
  const rows: Row[] = Array.from({ length: height }, () => ({}));
  for (let i = 0; i < width; i++) {
    const name = readString(cursor);
    const type = readString(cursor);
    columns.push({ name, type });
    for (const _ of type.matchAll(/LowCardinality/g))
      if (cursor.view.getBigUint64(take(cursor, 8), true) !== 1n)
        throw new Error(`${name}: unknown version of a dictionary`);
    readColumn(cursor, type, height).forEach((value, row) => {
      rows[row]![name] = value;
    });
  }
  if (cursor.at !== bytes.length)
    throw new Error(`${bytes.length - cursor.at} bytes follow the block`);
  return { columns, rows };
}

function readVarint(cursor: Cursor): number {
  let value = 0;
  let factor = 1;
  for (;;) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new Error('the block is cut off');
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
    factor *= 128;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readString(cursor: Cursor): string {
  const length = readVarint(cursor);
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new Error('a string is cut off');
  const text = utf8.decode(cursor.bytes.subarray(cursor.at, end));
  cursor.at = end;
  return text;
}

/** Takes `size` bytes and returns where they begin. */
function take(cursor: Cursor, size: number): number {
  const at = cursor.at;
  cursor.at += size;
  return at;
}

const scalars: Readonly<Record<string, (cursor: Cursor) => unknown>> = {
  String: readString,
  UInt8: (cursor) => cursor.view.getUint8(take(cursor, 1)),
  Bool: (cursor) => cursor.view.getUint8(take(cursor, 1)) === 1,
  UInt32: (cursor) => cursor.view.getUint32(take(cursor, 4), true),
  Int32: (cursor) => cursor.view.getInt32(take(cursor, 4), true),
  UInt64: (cursor) => cursor.view.getBigUint64(take(cursor, 8), true),
  'DateTime64(9)': (cursor) => cursor.view.getBigInt64(take(cursor, 8), true),
  Float64: (cursor) => cursor.view.getFloat64(take(cursor, 8), true),
};

function readColumn(cursor: Cursor, type: string, height: number): unknown[] {
  const scalar = scalars[type];
  if (scalar) return Array.from({ length: height }, () => scalar(cursor));
  if (type === 'LowCardinality(String)') return readDictionary(cursor, height);
  const array = /^Array\((.*)\)$/.exec(type);
  const ends = Array.from({ length: height }, () =>
    Number(cursor.view.getBigUint64(take(cursor, 8), true)),
  );
  const total = ends.at(-1) ?? 0;
  const cut = <T>(values: readonly T[]): T[][] =>
    ends.map((end, i) => values.slice(ends[i - 1] ?? 0, end));
  if (array) return cut(readColumn(cursor, array[1]!, total));
  const map = /^Map\((LowCardinality\(String\)|String), (LowCardinality\(String\)|String)\)$/.exec(
    type,
  );
  if (!map) throw new Error(`no reader for ${type}`);
  const keys = readColumn(cursor, map[1]!, total);
  const values = readColumn(cursor, map[2]!, total);
  return cut(keys.map((key, i) => [key, values[i]]));
}

/** Bits of a dictionary's head: texts follow, and they replace earlier ones. */
const headBits = 0x600n;

function readDictionary(cursor: Cursor, height: number): unknown[] {
  if (height === 0) return [];
  const word = () => cursor.view.getBigUint64(take(cursor, 8), true);
  const head = word();
  const read = [
    () => cursor.view.getUint8(take(cursor, 1)),
    () => cursor.view.getUint16(take(cursor, 2), true),
    () => cursor.view.getUint32(take(cursor, 4), true),
  ][Number(head - headBits)];
  if (!read) throw new Error(`unknown kind of dictionary ${head}`);
  const texts = readColumn(cursor, 'String', Number(word()));
  if (Number(word()) !== height) throw new Error('a dictionary miscounts its rows');
  return Array.from({ length: height }, () => {
    const index = read();
    if (index >= texts.length) throw new Error('an index passes the end of its dictionary');
    return texts[index];
  });
}
