import { type BlockList, BlockWriter } from './block-writer.ts';
import { asciiBytes, ByteColumn } from './byte-column.ts';
import { DictionaryColumn } from './dictionary-column.ts';
import type { ResourceFrame, ScopeFrame } from './frame.ts';
import { MapColumn } from './map-column.ts';
import { pushId } from './number-text.ts';
import { SharedColumns } from './shared-columns.ts';
import { SpanEvents } from './span-events.ts';
import { SpanLinks } from './span-links.ts';
import type { SpanParts, SpanRecord } from './span-record.ts';
import type { WireReader } from './wire-reader.ts';
import { WordColumn } from './word-column.ts';

const names = (...texts: string[]): readonly ByteColumn[] => texts.map(asciiBytes);
const kinds = names('Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer');
const statuses = names('Unset', 'Ok', 'Error');

/** The columns of `otel_traces` under way. */
export class SpanTable implements SpanParts {
  readonly events = new SpanEvents();
  readonly links = new SpanLinks();
  private readonly shared = new SharedColumns();
  private readonly columns = {
    ...this.shared.columns,
    Timestamp: new WordColumn(),
    TraceId: new ByteColumn(),
    SpanId: new ByteColumn(),
    ParentSpanId: new ByteColumn(),
    TraceState: new ByteColumn(),
    SpanName: new DictionaryColumn(),
    SpanKind: new DictionaryColumn(),
    SpanAttributes: new MapColumn(),
    Duration: new WordColumn(),
    StatusCode: new DictionaryColumn(),
    StatusMessage: new ByteColumn(),
    ...this.events.columns,
    ...this.links.columns,
    Flags: new WordColumn(),
    DroppedAttrCount: new WordColumn(),
    DroppedEventsCount: new WordColumn(),
    DroppedLinksCount: new WordColumn(),
  };
  readonly attributes = this.columns.SpanAttributes;
  private readonly writer: BlockWriter;
  private resource: ResourceFrame | undefined;
  private scope: ScopeFrame | undefined;

  constructor() {
    this.writer = new BlockWriter('otel_traces', this.columns, (times) => this.repeat(times));
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
    if (!resource || !scope) throw new Error('a span outside a scope');
    this.shared.repeat(resource, scope, times);
  }

  /** Begins a row: `attributes`, `events` and `links` take what is read. */
  begin(): void {
    this.attributes.begin();
    this.events.begin();
    this.links.begin();
  }

  /** Forgets the row under way. */
  undo(): void {
    this.attributes.undo();
    this.events.undo();
    this.links.undo();
  }

  /** Ends the row under way. */
  pushRow(reader: WireReader, span: SpanRecord): void {
    const { columns } = this;
    const { bytes } = reader;
    columns.Timestamp.push64(span.startLo, span.startHi);
    pushId(columns.TraceId, bytes, span.traceStart, span.traceEnd, 16);
    pushId(columns.SpanId, bytes, span.spanStart, span.spanEnd, 8);
    pushId(columns.ParentSpanId, bytes, span.parentStart, span.parentEnd, 8);
    reader.copyText(columns.TraceState, span.stateStart, span.stateEnd);
    reader.copyLabel(columns.SpanName, span.nameStart, span.nameEnd);
    pushName(columns.SpanKind, kinds, span.kind);
    this.attributes.end();
    pushDuration(columns.Duration, span);
    pushName(columns.StatusCode, statuses, span.statusCode);
    reader.copyText(columns.StatusMessage, span.messageStart, span.messageEnd);
    this.events.end();
    this.links.end();
    columns.Flags.push32(span.flags);
    columns.DroppedAttrCount.push32(span.droppedAttributes);
    columns.DroppedEventsCount.push32(span.droppedEvents);
    columns.DroppedLinksCount.push32(span.droppedLinks);
    this.writer.rowDone();
  }
}

/** Appends the name of an enum's value; of one that is unknown that of 0. */
function pushName(column: DictionaryColumn, names: readonly ByteColumn[], value: number): void {
  const name = names[value] ?? names[0]!;
  column.pushText(name, 0, name.length);
}

/**
 * End minus start. A span that ends before it starts, or has no end, has the duration 0: the
 * unsigned difference would wrap to some 584 years and spoil every percentile.
 */
function pushDuration(column: WordColumn, span: SpanRecord): void {
  const startLo = span.startLo >>> 0;
  const endLo = span.endLo >>> 0;
  const borrow = endLo < startLo ? 1 : 0;
  const hi = (span.endHi >>> 0) - (span.startHi >>> 0) - borrow;
  if (hi < 0) column.push64(0, 0);
  else column.push64((endLo - startLo) | 0, hi | 0);
}
