import { readKeyAndValue } from './key-and-value.ts';
import type { MapColumn } from './map-column.ts';
import { pushAnyValue } from './value-text.ts';
import type { WireReader } from './wire-reader.ts';

/**
 * Reads the KeyValue at the reader's position (its length first) as an entry of the open map. Half
 * of a request is attributes, so what nearly all of them look like is read without entering the
 * messages; they lie far above the deepest level.
 */
export function pushKeyValue(reader: WireReader, map: MapColumn): void {
  const { bytes, pos, limit } = reader;
  const end = pos + 1 + bytes[pos]!;
  const keyEnd = pos + 3 + bytes[pos + 2]!;
  const valueStart = keyEnd + 2;
  // One key and one value, in this order, whose lengths take one byte each.
  const usual =
    end < pos + 0x81 &&
    end <= limit &&
    bytes[pos + 1] === 0x0a &&
    keyEnd < pos + 0x83 &&
    valueStart <= end &&
    bytes[keyEnd] === 0x12 &&
    valueStart + bytes[keyEnd + 1]! === end;
  if (!usual) {
    const outer = reader.enter();
    pushAnyKeyValue(reader, map);
    reader.leave(outer);
    return;
  }
  reader.copyLabel(map.keys, pos + 3, keyEnd);
  // A text that fills the value.
  if (bytes[valueStart] === 0x0a && valueStart + 2 + bytes[valueStart + 1]! === end) {
    reader.copyText(map.values, valueStart + 2, end);
    reader.pos = end;
    return;
  }
  const outer = reader.focus(valueStart, end);
  pushAnyValue(reader, map.values);
  reader.leave(outer);
}

function pushAnyKeyValue(reader: WireReader, map: MapColumn): void {
  const { keyStart, keyEnd, value } = readKeyAndValue(reader);
  map.keys.pushText(reader, keyStart, keyEnd);
  const inner = value.open(reader);
  if (inner) pushAnyValue(inner, map.values);
  else map.values.pushByte(0);
}
