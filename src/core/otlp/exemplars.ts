import { ArrayColumn } from './array-column.ts';
import { ByteColumn } from './byte-column.ts';
import { pushKeyValue } from './key-value.ts';
import { MapColumn } from './map-column.ts';
import { pushId } from './number-text.ts';
import { PointValue } from './point-value.ts';
import type { WireReader } from './wire-reader.ts';
import { WordColumn } from './word-column.ts';

/** The columns `Exemplars.*` of the data points under way. */
export class Exemplars {
  private readonly offsets = new WordColumn();
  private readonly attributes = new MapColumn();
  private readonly times = new WordColumn();
  private readonly values = new WordColumn();
  private readonly spanIds = new ByteColumn();
  private readonly traceIds = new ByteColumn();
  readonly columns = {
    'Exemplars.FilteredAttributes': new ArrayColumn(this.offsets, this.attributes),
    'Exemplars.TimeUnix': new ArrayColumn(this.offsets, this.times),
    'Exemplars.Value': new ArrayColumn(this.offsets, this.values),
    'Exemplars.SpanId': new ArrayColumn(this.offsets, this.spanIds),
    'Exemplars.TraceId': new ArrayColumn(this.offsets, this.traceIds),
  };
  /** An exemplar of the point under way has a time that cannot be stored. */
  outOfRange = false;
  private readonly value = new PointValue();
  private readonly marks = { times: 0, spanIds: 0, traceIds: 0 };

  begin(): void {
    this.outOfRange = false;
    this.marks.times = this.times.length;
    this.marks.spanIds = this.spanIds.length;
    this.marks.traceIds = this.traceIds.length;
    this.attributes.mark();
  }

  /** Ends the list of the point under way. */
  end(): void {
    this.offsets.pushCount(this.times.length / 2);
  }

  /** Forgets the list of the point under way. */
  undo(): void {
    this.times.length = this.values.length = this.marks.times;
    this.spanIds.length = this.marks.spanIds;
    this.traceIds.length = this.marks.traceIds;
    this.attributes.rewind();
  }

  /** Reads the Exemplar at the reader's position, its length first. */
  push(reader: WireReader): void {
    let timeLo = 0;
    let timeHi = 0;
    let spanStart = 0;
    let spanEnd = 0;
    let traceStart = 0;
    let traceEnd = 0;
    const outer = reader.enter();
    this.attributes.begin();
    this.value.clear();
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x11) {
        reader.fixed64();
        timeLo = reader.lo;
        timeHi = reader.hi;
      } else if (tag === 0x19) this.value.readDouble(reader);
      else if (tag === 0x31) this.value.readInteger(reader);
      else if (tag === 0x22) {
        spanEnd = reader.lengthEnd();
        spanStart = reader.pos;
        reader.pos = spanEnd;
      } else if (tag === 0x2a) {
        traceEnd = reader.lengthEnd();
        traceStart = reader.pos;
        reader.pos = traceEnd;
      } else if (tag === 0x3a) pushKeyValue(reader, this.attributes);
      else reader.skip(tag);
    }
    this.attributes.end();
    if (timeHi < 0) this.outOfRange = true;
    this.times.push64(timeLo, timeHi);
    this.value.push(this.values);
    pushId(this.spanIds, reader.bytes, spanStart, spanEnd, 8);
    pushId(this.traceIds, reader.bytes, traceStart, traceEnd, 16);
    reader.leave(outer);
  }
}
