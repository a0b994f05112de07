import { Submessage } from './submessage.ts';
import type { WireReader } from './wire-reader.ts';

/** The cases of AnyValue's oneof, by field number; 0 is an empty value. */
type ValueCase = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** What one AnyValue holds: numbers in `lo` and `hi`, text and bytes as a range of the reader. */
export interface AnyValue {
  readonly kind: ValueCase;
  readonly lo: number;
  readonly hi: number;
  readonly start: number;
  readonly end: number;
  /** The ArrayValue or KeyValueList. */
  readonly nested: Submessage | undefined;
}

/**
 * Reads the AnyValue that the reader is in, to its end. Of several cases the last one counts; what
 * it supersedes is still checked, since a broken part makes the whole request malformed.
 */
export function readAnyValue(reader: WireReader): AnyValue {
  let kind: ValueCase = 0;
  let lo = 0;
  let hi = 0;
  let start = 0;
  let end = 0;
  let nested: Submessage | undefined;
  const supersede = (next: ValueCase): void => {
    if (nested && next !== kind) {
      checkNested(reader, kind, nested);
      nested = undefined;
    }
    kind = next;
  };
  while (reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x0a || tag === 0x3a) {
      supersede(tag === 0x0a ? 1 : 7);
      end = reader.lengthEnd();
      start = reader.pos;
      if (tag === 0x0a) reader.checkText(start, end);
      reader.pos = end;
    } else if (tag === 0x10 || tag === 0x18 || tag === 0x21) {
      supersede((tag >>> 3) as ValueCase);
      if (tag === 0x21) reader.fixed64();
      else reader.varint();
      lo = reader.lo;
      hi = reader.hi;
    } else if (tag === 0x2a || tag === 0x32) {
      supersede((tag >>> 3) as ValueCase);
      nested ??= new Submessage();
      nested.take(reader);
    } else if (tag === stringIndexTag) {
      supersede(0);
      reader.varint();
    } else reader.skip(tag);
  }
  return { kind, lo, hi, start, end, nested };
}

/**
 * `string_value_strindex` is a case of the oneof that has a meaning only in profiles; elsewhere the
 * value counts as empty.
 */
const stringIndexTag = 0x40;

/** Reads a list or map that another case supersedes, only to see that it is well-formed. */
function checkNested(outer: WireReader, kind: ValueCase, nested: Submessage): void {
  const reader = nested.open(outer);
  while (reader && reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag !== 0x0a) {
      reader.skip(tag);
      continue;
    }
    const limit = reader.enter();
    if (kind === 5) checkValue(reader);
    else checkEntry(reader);
    reader.leave(limit);
  }
}

function checkValue(reader: WireReader): void {
  const value = readAnyValue(reader);
  if (value.nested) checkNested(reader, value.kind, value.nested);
}

function checkEntry(reader: WireReader): void {
  const value = new Submessage();
  while (reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      const end = reader.lengthEnd();
      reader.checkText(reader.pos, end);
      reader.pos = end;
    } else if (tag === 0x12) value.take(reader);
    else reader.skip(tag);
  }
  const inner = value.open(reader);
  if (inner) checkValue(inner);
}
