import type { DecodeOptions } from '../../model/telemetry/block.ts';
import type { ResourceFrame, ScopeFrame } from './frame.ts';
import { Refusals, TimeGuard, timeOutOfRange } from './refusals.ts';
import type { RecordSink } from './request.ts';
import { SpanRecord } from './span-record.ts';
import type { SpanTable } from './span-table.ts';
import type { WireReader } from './wire-reader.ts';

const invalidId = 'a trace id is not 16 bytes, or a span id or parent span id is not 8 bytes';

/** Writes the spans of one request to their table. */
export class SpanSink implements RecordSink {
  readonly refusals = new Refusals();
  private readonly table: SpanTable;
  private readonly span = new SpanRecord();
  private readonly times: TimeGuard;

  constructor(table: SpanTable, options: DecodeOptions) {
    this.table = table;
    this.times = new TimeGuard(options.oldestNs);
  }

  beginScope(resource: ResourceFrame, scope: ScopeFrame): void {
    this.table.beginScope(resource, scope);
  }

  endScope(): void {
    this.table.endScope();
  }

  readRecord(reader: WireReader): void {
    const { span, table } = this;
    table.begin();
    span.read(reader, table);
    const objection = this.objection();
    if (objection === undefined) table.pushRow(reader, span);
    else {
      table.undo();
      reader.checkText(span.stateStart, span.stateEnd);
      reader.checkText(span.nameStart, span.nameEnd);
      reader.checkText(span.messageStart, span.messageEnd);
      this.refusals.add(objection);
    }
  }

  private objection(): string | undefined {
    const { span } = this;
    if (span.endHi < 0 || this.table.events.outOfRange) return timeOutOfRange;
    const valid =
      fits(span.traceStart, span.traceEnd, 16) &&
      fits(span.spanStart, span.spanEnd, 8) &&
      fits(span.parentStart, span.parentEnd, 8);
    return valid ? this.times.objection(span.startLo, span.startHi) : invalidId;
  }
}

/** An id is absent or has its full length. */
const fits = (start: number, end: number, size: number): boolean =>
  end === start || end - start === size;
