import { type AnyValue, readAnyValue } from './any-value.ts';
import { ByteColumn } from './byte-column.ts';
import { renderJson } from './json-text.ts';
import { base64Size, doubleText, pushBase64, pushInteger } from './number-text.ts';
import type { WireReader } from './wire-reader.ts';
import { doubleOf } from './word-column.ts';

const scratch = new ByteColumn();
/** Scratch space beyond this is given back after use. */
const keptScratchBytes = 1 << 20;

/**
 * Appends the AnyValue that the reader is in, to its end, as one value of a `String` column: text
 * as it is, `true` or `false`, digits, the shortest decimal of a double, base64 of bytes, lists and
 * maps as JSON, and '' for an empty value.
 */
export function pushAnyValue(reader: WireReader, out: ByteColumn): void {
  const { bytes, pos, limit } = reader;
  if (bytes[pos] === 0x0a && limit - pos >= 2) {
    const length = bytes[pos + 1]!;
    if (length < 0x80 && pos + 2 + length === limit) {
      reader.copyText(out, pos + 2, limit);
      reader.pos = limit;
      return;
    }
  }
  if (pos === limit) out.pushByte(0);
  else if (!pushLoneNumber(reader, out)) pushText(reader, readAnyValue(reader), out);
}

/** The fast way for a value that is one bool, integer or double and nothing else. */
function pushLoneNumber(reader: WireReader, out: ByteColumn): boolean {
  const start = reader.pos;
  const tag = reader.bytes[start]!;
  if (tag !== 0x10 && tag !== 0x18 && tag !== 0x21) return false;
  reader.pos++;
  if (tag === 0x21) reader.fixed64();
  else reader.varint();
  if (reader.pos < reader.limit) {
    reader.pos = start;
    return false;
  }
  if (tag === 0x10) pushBool(out, reader.lo, reader.hi);
  else if (tag === 0x18) pushIntegerString(out, reader.lo, reader.hi);
  else out.pushAsciiString(doubleText(doubleOf(reader.lo, reader.hi)));
  return true;
}

const pushBool = (out: ByteColumn, lo: number, hi: number): void =>
  out.pushAsciiString((lo | hi) !== 0 ? 'true' : 'false');

function pushIntegerString(out: ByteColumn, lo: number, hi: number): void {
  const lengthAt = out.length;
  out.pushByte(0);
  pushInteger(out, lo, hi);
  out.bytes[lengthAt] = out.length - lengthAt - 1;
}

function pushText(reader: WireReader, value: AnyValue, out: ByteColumn): void {
  const { kind, lo, hi } = value;
  if (kind === 0) out.pushByte(0);
  else if (kind === 1) out.pushSlice(reader, value.start, value.end);
  else if (kind === 2) pushBool(out, lo, hi);
  else if (kind === 3) pushIntegerString(out, lo, hi);
  else if (kind === 4) out.pushAsciiString(doubleText(doubleOf(lo, hi)));
  else if (kind === 7) {
    out.pushVarint(base64Size(value.end - value.start));
    pushBase64(out, reader.bytes, value.start, value.end);
  } else pushNested(reader, value, out);
}

function pushNested(reader: WireReader, value: AnyValue, out: ByteColumn): void {
  scratch.clear();
  renderJson(reader, value, scratch);
  out.pushVarint(scratch.length);
  out.pushBytes(scratch.bytes.subarray(0, scratch.length));
  if (scratch.bytes.length > keptScratchBytes) scratch.bytes = new Uint8Array(1_024);
}
