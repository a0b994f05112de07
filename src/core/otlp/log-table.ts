import { type BlockList, BlockWriter } from './block-writer.ts';
import { ByteColumn, byteSource } from './byte-column.ts';
import { DictionaryColumn } from './dictionary-column.ts';
import type { ResourceFrame, ScopeFrame } from './frame.ts';
import type { LogRecord } from './log-record.ts';
import { MapColumn } from './map-column.ts';
import { pushId } from './number-text.ts';
import type { Severity } from './severity.ts';
import { SharedColumns } from './shared-columns.ts';
import { pushAnyValue } from './value-text.ts';
import type { WireReader } from './wire-reader.ts';
import { WordColumn } from './word-column.ts';

const utf8 = new TextEncoder();

/** The columns of `otel_logs` or `hyperdx_sessions` under way. */
export class LogTable {
  private readonly shared = new SharedColumns();
  private readonly columns = {
    ...this.shared.columns,
    Timestamp: new WordColumn(),
    TraceId: new ByteColumn(),
    SpanId: new ByteColumn(),
    TraceFlags: new ByteColumn(),
    SeverityText: new DictionaryColumn(),
    SeverityNumber: new ByteColumn(),
    Body: new ByteColumn(),
    LogAttributes: new MapColumn(),
    EventName: new ByteColumn(),
    ObservedTimestamp: new WordColumn(),
    Flags: new WordColumn(),
    DroppedAttrCount: new WordColumn(),
  };
  /** The attributes of the row under way are begun, written and ended here. */
  readonly attributes = this.columns.LogAttributes;
  private readonly writer: BlockWriter;
  private resource: ResourceFrame | undefined;
  private scope: ScopeFrame | undefined;

  constructor(table: 'otel_logs' | 'hyperdx_sessions') {
    this.writer = new BlockWriter(table, this.columns, (times) => this.repeat(times));
  }

  open(list: BlockList): void {
    this.writer.open(list);
  }

  close(): void {
    this.writer.close();
  }

  beginScope(resource: ResourceFrame, scope: ScopeFrame): void {
    this.resource = resource;
    this.scope = scope;
    this.writer.beginRun(SharedColumns.unitSize(resource, scope));
  }

  endScope(): void {
    this.writer.endRun();
  }

  private repeat(times: number): void {
    const { resource, scope } = this;
    if (!resource || !scope) throw new Error('a log row outside a scope');
    this.shared.repeat(resource, scope, times);
  }

  /** Appends a row; the attributes are there already and end here. `severity` replaces the sent. */
  pushRow(
    reader: WireReader,
    record: LogRecord,
    timeLo: number,
    timeHi: number,
    severity?: Severity,
  ): void {
    const { columns } = this;
    const { bytes } = reader;
    columns.Timestamp.push64(timeLo, timeHi);
    pushId(columns.TraceId, bytes, record.traceStart, record.traceEnd, 16);
    pushId(columns.SpanId, bytes, record.spanStart, record.spanEnd, 8);
    columns.TraceFlags.pushByte(record.flags & 0xff);
    if (severity) {
      reader.checkText(record.severityStart, record.severityEnd);
      const text = byteSource(utf8.encode(severity.text));
      columns.SeverityText.pushText(text, 0, text.bytes.length);
    } else reader.copyLabel(columns.SeverityText, record.severityStart, record.severityEnd);
    columns.SeverityNumber.pushByte(severityByte(severity?.number ?? record.severityNumber));
    pushBody(reader, record, columns.Body);
    columns.LogAttributes.end();
    reader.copyText(columns.EventName, record.eventStart, record.eventEnd);
    columns.ObservedTimestamp.push64(record.observedLo, record.observedHi);
    columns.Flags.push32(record.flags);
    columns.DroppedAttrCount.push32(record.droppedAttributes);
    this.writer.rowDone();
  }
}

/** OTLP knows 0 to 24; what does not fit the column is unspecified. */
const severityByte = (number: number): number => (number >= 0 && number <= 255 ? number : 0);

/** Appends the body as text. */
export function pushBody(reader: WireReader, record: LogRecord, out: ByteColumn): void {
  if (record.bodyPieces) {
    const joined = record.bodyPieces.open(reader);
    if (joined) pushAnyValue(joined, out);
  } else if (record.bodyStart < 0) out.pushByte(0);
  else {
    const outer = reader.focus(record.bodyStart, record.bodyEnd);
    pushAnyValue(reader, out);
    reader.leave(outer);
  }
}
