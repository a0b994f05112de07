import { Submessage } from './submessage.ts';
import type { WireReader } from './wire-reader.ts';

/** Where the key of a KeyValue lies, and its value; an absent key is empty. */
export interface KeyAndValue {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: Submessage;
}

/** Reads the KeyValue that the reader is in, to its end. */
export function readKeyAndValue(reader: WireReader): KeyAndValue {
  let keyStart = 0;
  let keyEnd = 0;
  const value = new Submessage();
  while (reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      keyEnd = reader.lengthEnd();
      keyStart = reader.pos;
      reader.checkText(keyStart, keyEnd);
      reader.pos = keyEnd;
    } else if (tag === 0x12) value.take(reader);
    else reader.skip(tag);
  }
  return { keyStart, keyEnd, value };
}
