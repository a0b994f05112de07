import type { MapColumn } from './map-column.ts';
import { Submessage } from './submessage.ts';
import { pushAnyValue } from './value-text.ts';
import type { WireReader } from './wire-reader.ts';

/** Reads the KeyValue at the reader's position (its length first) as an entry of the open map. */
export function pushKeyValue(reader: WireReader, map: MapColumn): void {
  const outer = reader.enter();
  const { bytes, pos, limit } = reader;
  const keyEnd = pos + 2 + bytes[pos + 1]!;
  // What every encoder writes: one key and one value, both shorter than 128 bytes.
  if (
    bytes[pos] === 0x0a &&
    keyEnd + 2 <= limit &&
    keyEnd < pos + 0x82 &&
    bytes[keyEnd] === 0x12 &&
    keyEnd + 2 + bytes[keyEnd + 1]! === limit &&
    limit < keyEnd + 0x82
  ) {
    map.entry();
    reader.copyText(map.keys, pos + 2, keyEnd);
    reader.pos = keyEnd + 1;
    const keyValueLimit = reader.enter();
    pushAnyValue(reader, map.values);
    reader.leave(keyValueLimit);
  } else pushAnyKeyValue(reader, map);
  reader.leave(outer);
}

function pushAnyKeyValue(reader: WireReader, map: MapColumn): void {
  let start = 0;
  let end = 0;
  const value = new Submessage();
  while (reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      end = reader.lengthEnd();
      start = reader.pos;
      reader.checkText(start, end);
      reader.pos = end;
    } else if (tag === 0x12) value.take(reader);
    else reader.skip(tag);
  }
  map.entry();
  map.keys.pushSlice(reader.bytes, start, end);
  const inner = value.open(reader);
  if (inner) pushAnyValue(inner, map.values);
  else map.values.pushByte(0);
}
