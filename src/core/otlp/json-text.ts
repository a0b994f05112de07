import { type AnyValue, readAnyValue } from './any-value.ts';
import type { ByteColumn } from './byte-column.ts';
import { readKeyAndValue } from './key-and-value.ts';
import { doubleText, pushBase64, pushInteger } from './number-text.ts';
import { markSuperseded } from './superseded.ts';
import type { WireReader } from './wire-reader.ts';
import { doubleOf } from './word-column.ts';

/**
 * Appends a value as JSON, without a length. Integers keep all digits, zero keeps its sign, doubles
 * that JSON cannot write are the strings `NaN`, `Infinity` and `-Infinity`, bytes are base64, an
 * empty value is `null`. Keys keep the order in which they were sent; of equal keys the last counts.
 */
export function renderJson(reader: WireReader, value: AnyValue, out: ByteColumn): void {
  const { kind, lo, hi } = value;
  if (kind === 0) out.pushAscii('null');
  else if (kind === 1) pushQuoted(out, reader.bytes, value.start, value.end);
  else if (kind === 2) out.pushAscii((lo | hi) !== 0 ? 'true' : 'false');
  else if (kind === 3) pushInteger(out, lo, hi);
  else if (kind === 4) pushDouble(out, doubleOf(lo, hi));
  else if (kind === 5) renderList(value.nested?.open(reader), out);
  else if (kind === 6) renderMap(value.nested?.open(reader), out);
  else {
    out.pushByte(quote);
    pushBase64(out, reader.bytes, value.start, value.end);
    out.pushByte(quote);
  }
}

function pushDouble(out: ByteColumn, value: number): void {
  const text = doubleText(value);
  out.pushAscii(Number.isFinite(value) ? text : `"${text}"`);
}

function renderList(reader: WireReader | undefined, out: ByteColumn): void {
  out.pushByte(0x5b);
  let first = true;
  while (reader && reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag !== 0x0a) {
      reader.skip(tag);
      continue;
    }
    if (!first) out.pushByte(comma);
    first = false;
    const outer = reader.enter();
    renderJson(reader, readAnyValue(reader), out);
    reader.leave(outer);
  }
  out.pushByte(0x5d);
}

function renderMap(reader: WireReader | undefined, out: ByteColumn): void {
  out.pushByte(0x7b);
  const entries: number[] = [];
  const keyEnds: number[] = [];
  while (reader && reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag !== 0x0a) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enter();
    entries.push(out.length);
    renderEntry(reader, out, keyEnds);
    reader.leave(outer);
    out.pushByte(comma);
  }
  const marks = markSuperseded(out.bytes, entries, keyEnds, entries.length);
  if (marks) dropEntries(out, entries, marks);
  if (entries.length > 0) out.length--;
  out.pushByte(0x7d);
}

/** Writes `"key":value` of the KeyValue that the reader is in. */
function renderEntry(reader: WireReader, out: ByteColumn, keyEnds: number[]): void {
  const { keyStart, keyEnd, value } = readKeyAndValue(reader);
  pushQuoted(out, reader.bytes, keyStart, keyEnd);
  keyEnds.push(out.length);
  out.pushByte(0x3a);
  const inner = value.open(reader);
  if (inner) renderJson(inner, readAnyValue(inner), out);
  else out.pushAscii('null');
}

function dropEntries(out: ByteColumn, entries: readonly number[], drop: readonly boolean[]): void {
  let to = entries[0]!;
  for (let i = 0; i < entries.length; i++) {
    if (drop[i]) continue;
    const end = entries[i + 1] ?? out.length;
    out.bytes.copyWithin(to, entries[i]!, end);
    to += end - entries[i]!;
  }
  out.length = to;
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const hex = '0123456789abcdef';
const shortEscapes: Readonly<Record<number, number>> = {
  8: 0x62,
  9: 0x74,
  10: 0x6e,
  12: 0x66,
  13: 0x72,
  34: quote,
  92: backslash,
};

/** Appends UTF-8 bytes as a JSON string, escaping what JSON demands and nothing else. */
function pushQuoted(out: ByteColumn, bytes: Uint8Array, start: number, end: number): void {
  let escapes = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte < 0x20 || byte === quote || byte === backslash) escapes++;
  }
  out.reserve(end - start + escapes * 5 + 2);
  const to = out.bytes;
  let at = out.length;
  to[at++] = quote;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x20 && byte !== quote && byte !== backslash) {
      to[at++] = byte;
      continue;
    }
    to[at++] = backslash;
    const short = shortEscapes[byte];
    if (short !== undefined) to[at++] = short;
    else {
      to[at++] = 0x75;
      to[at++] = 0x30;
      to[at++] = 0x30;
      to[at++] = hex.charCodeAt(byte >>> 4);
      to[at++] = hex.charCodeAt(byte & 15);
    }
  }
  to[at++] = quote;
  out.length = at;
}
