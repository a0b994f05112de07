import { pushKeyValue } from './key-value.ts';
import type { MapColumn } from './map-column.ts';
import { Submessage } from './submessage.ts';
import type { WireReader } from './wire-reader.ts';

/**
 * The fields of one LogRecord: numbers as words, text, ids and body as ranges of the reader. One
 * instance serves all records, so that reading a record allocates nothing.
 */
export class LogRecord {
  timeLo = 0;
  timeHi = 0;
  observedLo = 0;
  observedHi = 0;
  severityNumber = 0;
  severityStart = 0;
  severityEnd = 0;
  bodyStart = -1;
  bodyEnd = 0;
  /** The body, where it comes in several pieces. */
  bodyPieces: Submessage | undefined;
  droppedAttributes = 0;
  flags = 0;
  traceStart = 0;
  traceEnd = 0;
  spanStart = 0;
  spanEnd = 0;
  eventStart = 0;
  eventEnd = 0;

  private clear(): void {
    this.timeLo = this.timeHi = this.observedLo = this.observedHi = 0;
    this.severityNumber = this.severityStart = this.severityEnd = 0;
    this.bodyStart = -1;
    this.bodyEnd = 0;
    this.bodyPieces = undefined;
    this.droppedAttributes = this.flags = 0;
    this.traceStart = this.traceEnd = this.spanStart = this.spanEnd = 0;
    this.eventStart = this.eventEnd = 0;
  }

  /** Reads the LogRecord that the reader is in; its attributes go to the map begun in `attributes`. */
  read(reader: WireReader, attributes: MapColumn): void {
    this.clear();
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      switch (tag) {
        case 0x09:
          reader.fixed64();
          this.timeLo = reader.lo;
          this.timeHi = reader.hi;
          break;
        case 0x59:
          reader.fixed64();
          this.observedLo = reader.lo;
          this.observedHi = reader.hi;
          break;
        case 0x10:
          this.severityNumber = reader.word();
          break;
        case 0x1a:
          // What a later value supersedes is still checked.
          reader.checkText(this.severityStart, this.severityEnd);
          this.severityEnd = reader.lengthEnd();
          this.severityStart = reader.pos;
          reader.pos = this.severityEnd;
          break;
        case 0x2a:
          this.takeBody(reader);
          break;
        case 0x32:
          pushKeyValue(reader, attributes);
          break;
        case 0x38:
          this.droppedAttributes = reader.word();
          break;
        case 0x45:
          this.flags = reader.fixed32();
          break;
        case 0x4a:
          this.traceEnd = reader.lengthEnd();
          this.traceStart = reader.pos;
          reader.pos = this.traceEnd;
          break;
        case 0x52:
          this.spanEnd = reader.lengthEnd();
          this.spanStart = reader.pos;
          reader.pos = this.spanEnd;
          break;
        case 0x62:
          reader.checkText(this.eventStart, this.eventEnd);
          this.eventEnd = reader.lengthEnd();
          this.eventStart = reader.pos;
          reader.pos = this.eventEnd;
          break;
        default:
          reader.skip(tag);
      }
    }
  }

  private takeBody(reader: WireReader): void {
    const end = reader.lengthEnd();
    if (this.bodyStart >= 0) {
      if (!this.bodyPieces) {
        this.bodyPieces = new Submessage();
        this.bodyPieces.add(this.bodyStart, this.bodyEnd);
      }
      this.bodyPieces.add(reader.pos, end);
    }
    this.bodyStart = reader.pos;
    this.bodyEnd = end;
    reader.pos = end;
  }
}
