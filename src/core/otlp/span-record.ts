import { pushKeyValue } from './key-value.ts';
import type { MapColumn } from './map-column.ts';
import type { SpanEvents } from './span-events.ts';
import type { SpanLinks } from './span-links.ts';
import type { WireReader } from './wire-reader.ts';

/** What a span's lists and maps are written to while it is read. */
export interface SpanParts {
  readonly attributes: MapColumn;
  readonly events: SpanEvents;
  readonly links: SpanLinks;
}

/**
 * The fields of one Span: numbers as words, text and ids as ranges of the reader. One instance
 * serves all spans, so that reading a span allocates nothing.
 */
export class SpanRecord {
  traceStart = 0;
  traceEnd = 0;
  spanStart = 0;
  spanEnd = 0;
  parentStart = 0;
  parentEnd = 0;
  stateStart = 0;
  stateEnd = 0;
  nameStart = 0;
  nameEnd = 0;
  kind = 0;
  startLo = 0;
  startHi = 0;
  endLo = 0;
  endHi = 0;
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;
  statusCode = 0;
  messageStart = 0;
  messageEnd = 0;
  flags = 0;

  private clear(): void {
    this.traceStart = this.traceEnd = this.spanStart = this.spanEnd = 0;
    this.parentStart = this.parentEnd = this.stateStart = this.stateEnd = 0;
    this.nameStart = this.nameEnd = this.kind = 0;
    this.startLo = this.startHi = this.endLo = this.endHi = 0;
    this.droppedAttributes = this.droppedEvents = this.droppedLinks = 0;
    this.statusCode = this.messageStart = this.messageEnd = this.flags = 0;
  }

  /** Reads the Span that the reader is in; lists and maps go to `parts`, which are begun. */
  read(reader: WireReader, parts: SpanParts): void {
    this.clear();
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      switch (tag) {
        case 0x39:
        case 0x41:
          this.readTime(reader, tag);
          break;
        case 0x0a:
        case 0x12:
        case 0x22:
          this.readId(reader, tag);
          break;
        case 0x1a:
          reader.checkText(this.stateStart, this.stateEnd);
          this.stateEnd = reader.lengthEnd();
          this.stateStart = reader.pos;
          reader.pos = this.stateEnd;
          break;
        case 0x2a:
          reader.checkText(this.nameStart, this.nameEnd);
          this.nameEnd = reader.lengthEnd();
          this.nameStart = reader.pos;
          reader.pos = this.nameEnd;
          break;
        case 0x30:
          this.kind = reader.word();
          break;
        case 0x4a:
          pushKeyValue(reader, parts.attributes);
          break;
        case 0x50:
          this.droppedAttributes = reader.word();
          break;
        case 0x5a:
          parts.events.push(reader);
          break;
        case 0x60:
          this.droppedEvents = reader.word();
          break;
        case 0x6a:
          parts.links.push(reader);
          break;
        case 0x70:
          this.droppedLinks = reader.word();
          break;
        case 0x7a:
          this.readStatus(reader);
          break;
        case 0x85:
          this.flags = reader.fixed32();
          break;
        default:
          reader.skip(tag);
      }
    }
  }

  private readTime(reader: WireReader, tag: number): void {
    reader.fixed64();
    if (tag === 0x39) {
      this.startLo = reader.lo;
      this.startHi = reader.hi;
    } else {
      this.endLo = reader.lo;
      this.endHi = reader.hi;
    }
  }

  private readId(reader: WireReader, tag: number): void {
    const end = reader.lengthEnd();
    if (tag === 0x0a) {
      this.traceStart = reader.pos;
      this.traceEnd = end;
    } else if (tag === 0x12) {
      this.spanStart = reader.pos;
      this.spanEnd = end;
    } else {
      this.parentStart = reader.pos;
      this.parentEnd = end;
    }
    reader.pos = end;
  }

  private readStatus(reader: WireReader): void {
    const outer = reader.enter();
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x12) {
        reader.checkText(this.messageStart, this.messageEnd);
        this.messageEnd = reader.lengthEnd();
        this.messageStart = reader.pos;
        reader.pos = this.messageEnd;
      } else if (tag === 0x18) this.statusCode = reader.word();
      else reader.skip(tag);
    }
    reader.leave(outer);
  }
}
