import type { DecodeOptions } from '../../model/telemetry/block.ts';
import type { BlockList } from './block-writer.ts';
import { asciiBytes, ByteColumn } from './byte-column.ts';
import type { ResourceFrame, ScopeFrame } from './frame.ts';
import { LogRecord } from './log-record.ts';
import { LogStage } from './log-stage.ts';
import { LogTable, pushBody } from './log-table.ts';
import { Refusals, TimeGuard, timeOutOfRange, timeWords } from './refusals.ts';
import type { RecordSink } from './request.ts';
import type { WireReader } from './wire-reader.ts';

/** The attribute that marks a part of a session replay. */
const replayMarker = asciiBytes('rr-web.event');

/** Where log records go; kept from request to request, so that the columns keep their memory. */
export class LogTables {
  readonly logs = new LogTable('otel_logs');
  readonly sessions = new LogTable('hyperdx_sessions');

  open(list: BlockList): void {
    this.logs.open(list);
    this.sessions.open(list);
  }

  close(): void {
    this.logs.close();
    this.sessions.close();
  }
}

/** Writes the log records of one request to their tables. */
export class LogSink implements RecordSink {
  readonly refusals = new Refusals();
  private readonly tables: LogTables;
  private readonly record = new LogRecord();
  private readonly logTimes: TimeGuard;
  private readonly sessionTimes: TimeGuard;
  private readonly arrival;
  private readonly stage: LogStage | undefined;

  constructor(tables: LogTables, options: DecodeOptions) {
    this.tables = tables;
    this.logTimes = new TimeGuard(options.oldestNs);
    this.sessionTimes = new TimeGuard(options.oldestSessionNs);
    this.arrival = timeWords(options.arrivalNs);
    const { severityInference, jsonBodyExpansion } = options;
    if (severityInference || jsonBodyExpansion)
      this.stage = new LogStage(severityInference, jsonBodyExpansion);
  }

  beginScope(resource: ResourceFrame, scope: ScopeFrame): void {
    this.tables.logs.beginScope(resource, scope);
    this.tables.sessions.beginScope(resource, scope);
  }

  endScope(): void {
    this.tables.logs.endScope();
    this.tables.sessions.endScope();
  }

  readRecord(reader: WireReader): void {
    const { record, tables } = this;
    const attributes = tables.logs.attributes;
    const start = reader.pos;
    attributes.begin();
    record.read(reader, attributes);
    let { timeLo: lo, timeHi: hi } = record;
    if ((lo | hi) === 0) ({ observedLo: lo, observedHi: hi } = record);
    if ((lo | hi) === 0) ({ lo, hi } = this.arrival);
    const replay = attributes.has(replayMarker);
    const objection =
      (replay ? this.sessionTimes : this.logTimes).objection(lo, hi) ??
      (record.observedHi < 0 ? timeOutOfRange : undefined);
    if (objection !== undefined) {
      attributes.undo();
      checkUnstored(reader, record);
      this.refusals.add(objection);
    } else if (replay) {
      tables.sessions.attributes.pushOpen(attributes);
      tables.sessions.pushRow(reader, record, lo, hi);
    } else {
      const severity = this.stage?.apply(reader, start, record, attributes);
      tables.logs.pushRow(reader, record, lo, hi, severity);
    }
  }
}

/** A record that is refused must still be well-formed. */
function checkUnstored(reader: WireReader, record: LogRecord): void {
  reader.checkText(record.severityStart, record.severityEnd);
  reader.checkText(record.eventStart, record.eventEnd);
  pushBody(reader, record, new ByteColumn(64));
}
