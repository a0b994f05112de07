import { ArrayColumn } from './array-column.ts';
import { ByteColumn } from './byte-column.ts';
import { pushKeyValue } from './key-value.ts';
import { MapColumn } from './map-column.ts';
import { pushId } from './number-text.ts';
import type { WireReader } from './wire-reader.ts';
import { WordColumn } from './word-column.ts';

/** The columns `Links.*` of the spans under way. */
export class SpanLinks {
  private readonly offsets = new WordColumn();
  private readonly traceIds = new ByteColumn();
  private readonly spanIds = new ByteColumn();
  private readonly states = new ByteColumn();
  private readonly attributes = new MapColumn();
  private readonly dropped = new WordColumn();
  private readonly flags = new WordColumn();
  readonly columns = {
    'Links.TraceId': new ArrayColumn(this.offsets, this.traceIds),
    'Links.SpanId': new ArrayColumn(this.offsets, this.spanIds),
    'Links.TraceState': new ArrayColumn(this.offsets, this.states),
    'Links.Attributes': new ArrayColumn(this.offsets, this.attributes),
    'Links.DroppedAttrCount': new ArrayColumn(this.offsets, this.dropped),
    'Links.Flags': new ArrayColumn(this.offsets, this.flags),
  };
  private readonly marks = { traceIds: 0, spanIds: 0, states: 0, elements: 0 };

  begin(): void {
    const { marks } = this;
    marks.traceIds = this.traceIds.length;
    marks.spanIds = this.spanIds.length;
    marks.states = this.states.length;
    marks.elements = this.flags.length;
    this.attributes.mark();
  }

  /** Ends the list of the span under way. */
  end(): void {
    this.offsets.pushCount(this.flags.length);
  }

  /** Forgets the list of the span under way. */
  undo(): void {
    const { marks } = this;
    this.traceIds.length = marks.traceIds;
    this.spanIds.length = marks.spanIds;
    this.states.length = marks.states;
    this.dropped.length = this.flags.length = marks.elements;
    this.attributes.rewind();
  }

  /** Reads the Link at the reader's position, its length first. */
  push(reader: WireReader): void {
    let traceStart = 0;
    let traceEnd = 0;
    let spanStart = 0;
    let spanEnd = 0;
    let stateStart = 0;
    let stateEnd = 0;
    let dropped = 0;
    let flags = 0;
    const outer = reader.enter();
    this.attributes.begin();
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x0a) {
        traceEnd = reader.lengthEnd();
        traceStart = reader.pos;
        reader.pos = traceEnd;
      } else if (tag === 0x12) {
        spanEnd = reader.lengthEnd();
        spanStart = reader.pos;
        reader.pos = spanEnd;
      } else if (tag === 0x1a) {
        reader.checkText(stateStart, stateEnd);
        stateEnd = reader.lengthEnd();
        stateStart = reader.pos;
        reader.pos = stateEnd;
      } else if (tag === 0x22) pushKeyValue(reader, this.attributes);
      else if (tag === 0x28) dropped = reader.word();
      else if (tag === 0x35) flags = reader.fixed32();
      else reader.skip(tag);
    }
    this.attributes.end();
    pushId(this.traceIds, reader.bytes, traceStart, traceEnd, 16);
    pushId(this.spanIds, reader.bytes, spanStart, spanEnd, 8);
    reader.copyText(this.states, stateStart, stateEnd);
    this.dropped.push32(dropped);
    this.flags.push32(flags);
    reader.leave(outer);
  }
}
