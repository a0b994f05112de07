import { ArrayColumn } from './array-column.ts';
import { DictionaryColumn, emptyMark } from './dictionary-column.ts';
import { pushKeyValue } from './key-value.ts';
import { MapColumn } from './map-column.ts';
import type { WireReader } from './wire-reader.ts';
import { WordColumn } from './word-column.ts';

/** The columns `Events.*` of the spans under way. */
export class SpanEvents {
  private readonly offsets = new WordColumn();
  private readonly times = new WordColumn();
  private readonly names = new DictionaryColumn();
  private readonly attributes = new MapColumn();
  private readonly dropped = new WordColumn();
  readonly columns = {
    'Events.Timestamp': new ArrayColumn(this.offsets, this.times),
    'Events.Name': new ArrayColumn(this.offsets, this.names),
    'Events.Attributes': new ArrayColumn(this.offsets, this.attributes),
    'Events.DroppedAttrCount': new ArrayColumn(this.offsets, this.dropped),
  };
  /** An event of the span under way has a time that cannot be stored. */
  outOfRange = false;
  private readonly namesMark = emptyMark();
  private elementsMark = 0;

  begin(): void {
    this.outOfRange = false;
    this.names.mark(this.namesMark);
    this.elementsMark = this.dropped.length;
    this.attributes.mark();
  }

  /** Ends the list of the span under way. */
  end(): void {
    this.offsets.pushCount(this.dropped.length);
  }

  /** Forgets the list of the span under way. */
  undo(): void {
    this.names.rewind(this.namesMark);
    this.dropped.length = this.elementsMark;
    this.times.length = this.elementsMark * 2;
    this.attributes.rewind();
  }

  /** Reads the Event at the reader's position, its length first. */
  push(reader: WireReader): void {
    let timeLo = 0;
    let timeHi = 0;
    let nameStart = 0;
    let nameEnd = 0;
    let dropped = 0;
    const outer = reader.enter();
    this.attributes.begin();
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x09) {
        reader.fixed64();
        timeLo = reader.lo;
        timeHi = reader.hi;
      } else if (tag === 0x12) {
        reader.checkText(nameStart, nameEnd);
        nameEnd = reader.lengthEnd();
        nameStart = reader.pos;
        reader.pos = nameEnd;
      } else if (tag === 0x1a) pushKeyValue(reader, this.attributes);
      else if (tag === 0x20) dropped = reader.word();
      else reader.skip(tag);
    }
    this.attributes.end();
    if (timeHi < 0) this.outOfRange = true;
    this.times.push64(timeLo, timeHi);
    reader.copyLabel(this.names, nameStart, nameEnd);
    this.dropped.push32(dropped);
    reader.leave(outer);
  }
}
