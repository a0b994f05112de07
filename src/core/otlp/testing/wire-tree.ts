import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';

/**
 * One field on the wire. `value` is the field's bytes after the tag (a length is not part of them),
 * or the fields of a submessage.
 */
export interface WireField {
  readonly number: number;
  readonly wireType: number;
  readonly value: Uint8Array | WireField[];
  /** Written in the place of the right length. */
  readonly length?: Uint8Array;
}

/** Bytes that break the wire format, by the strictest reading. */
class BrokenWire extends Error {}

const maxDepth = 100;

/**
 * Reads protobuf bytes by a schema into a tree, strictly and plainly: this judges where protobuf-es
 * is lenient (see `oracle.ts`). Fields that are unknown, or known with another wire type, are
 * checked and left out.
 */
export function readWireTree(desc: DescMessage, bytes: Uint8Array, depth = 1): WireField[] {
  if (depth > maxDepth) throw new BrokenWire('too deep');
  const fields: WireField[] = [];
  const cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = readTag(cursor);
    const number = tag >>> 3;
    const wireType = tag & 7;
    const value = readValue(cursor, tag, maxDepth - depth);
    const field = fieldOf(desc, number);
    if (!field || !isExpected(field, wireType)) continue;
    if (field.message)
      fields.push({ number, wireType, value: readWireTree(field.message, value, depth + 1) });
    else {
      if (field.fieldKind === 'list' && wireType === 2) checkPacked(field, value);
      fields.push({ number, wireType, value });
    }
  }
  return fields;
}

const fieldMaps = new WeakMap<DescMessage, ReadonlyMap<number, DescField>>();

function fieldOf(desc: DescMessage, number: number): DescField | undefined {
  let fields = fieldMaps.get(desc);
  if (!fields) {
    fields = new Map(desc.fields.map((field) => [field.number, field]));
    fieldMaps.set(desc, fields);
  }
  return fields.get(number);
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** A varint as a number: beyond 2^53 not exact, but then beyond every bound too. */
function readVarint(cursor: Cursor): number {
  let value = 0;
  let factor = 1;
  for (let i = 0; i < 10; i++) {
    const byte = cursor.bytes[cursor.at];
    if (byte === undefined) throw new BrokenWire('a varint is cut off');
    cursor.at++;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
    factor *= 128;
  }
  throw new BrokenWire('a varint is longer than 10 bytes');
}

function readTag(cursor: Cursor): number {
  const start = cursor.at;
  const tag = readVarint(cursor);
  if (tag > 0xffff_ffff || cursor.at - start > 5) throw new BrokenWire('a long tag');
  if (tag < 8) throw new BrokenWire('field number 0');
  return tag;
}

function take(cursor: Cursor, size: number): Uint8Array {
  if (cursor.at + size > cursor.bytes.length) throw new BrokenWire('cut off');
  cursor.at += size;
  return cursor.bytes.subarray(cursor.at - size, cursor.at);
}

function readValue(cursor: Cursor, tag: number, groupsLeft: number): Uint8Array {
  const start = cursor.at;
  switch (tag & 7) {
    case 0:
      readVarint(cursor);
      return cursor.bytes.subarray(start, cursor.at);
    case 1:
      return take(cursor, 8);
    case 2:
      return take(cursor, readVarint(cursor));
    case 5:
      return take(cursor, 4);
    case 3:
      if (groupsLeft <= 0) throw new BrokenWire('too deep');
      while (cursor.at < cursor.bytes.length) {
        const inner = readTag(cursor);
        if (inner === tag + 1) return cursor.bytes.subarray(start, cursor.at);
        readValue(cursor, inner, groupsLeft - 1);
      }
      throw new BrokenWire('a group is not ended');
    default:
      throw new BrokenWire(`wire type ${tag & 7}`);
  }
}

const fixed64 = [ScalarType.FIXED64, ScalarType.SFIXED64, ScalarType.DOUBLE];
const fixed32 = [ScalarType.FIXED32, ScalarType.SFIXED32, ScalarType.FLOAT];

function wireTypeOf(field: DescField): number {
  const { scalar } = field;
  if (field.message) return 2;
  if (scalar === undefined) return 0;
  if (scalar === ScalarType.STRING || scalar === ScalarType.BYTES) return 2;
  return fixed64.includes(scalar) ? 1 : fixed32.includes(scalar) ? 5 : 0;
}

const isExpected = (field: DescField, wireType: number): boolean =>
  wireType === wireTypeOf(field) || (field.fieldKind === 'list' && wireType === 2);

function checkPacked(field: DescField, value: Uint8Array): void {
  const wireType = wireTypeOf(field);
  if (wireType === 2) return;
  const cursor = { bytes: value, at: 0 };
  while (cursor.at < value.length) readValue(cursor, 8 + wireType, 0);
}

/** Writes a tree with right lengths, where a field does not say otherwise. */
export function writeWireTree(fields: readonly WireField[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { number, wireType, value, length } of fields) {
    const body = value instanceof Uint8Array ? value : writeWireTree(value);
    parts.push(varint(number * 8 + wireType));
    if (wireType === 2) parts.push(length ?? varint(body.length));
    parts.push(body);
  }
  return Buffer.concat(parts);
}

export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}
