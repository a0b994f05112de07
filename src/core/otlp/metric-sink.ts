import type { DecodeOptions } from '../../model/telemetry/block.ts';
import type { BlockList } from './block-writer.ts';
import { exponentialTable } from './exponential-points.ts';
import type { ResourceFrame, ScopeFrame } from './frame.ts';
import { histogramTable } from './histogram-points.ts';
import { MetricFrame, metricKinds } from './metric-frame.ts';
import { numberTable } from './number-points.ts';
import type { PointTable } from './point-table.ts';
import { Refusals, TimeGuard } from './refusals.ts';
import type { RecordSink } from './request.ts';
import type { Submessage } from './submessage.ts';
import { summaryTable } from './summary-points.ts';
import type { WireReader } from './wire-reader.ts';

/** The tables of the five kinds of metric, by the field number of their data. */
export class MetricTables {
  private readonly tables: ReadonlyMap<number, PointTable> = new Map([
    [metricKinds.gauge, numberTable('otel_metrics_gauge')],
    [metricKinds.sum, numberTable('otel_metrics_sum')],
    [metricKinds.histogram, histogramTable()],
    [metricKinds.exponential, exponentialTable()],
    [metricKinds.summary, summaryTable()],
  ]);

  of(kind: number): PointTable {
    const table = this.tables.get(kind);
    if (!table) throw new Error(`no metric has its data in field ${kind}`);
    return table;
  }

  open(list: BlockList): void {
    for (const table of this.tables.values()) table.open(list);
  }

  close(): void {
    for (const table of this.tables.values()) table.close();
  }
}

/** Writes the data points of one request to the tables of their kinds. */
export class MetricSink implements RecordSink {
  readonly refusals = new Refusals();
  private readonly tables: MetricTables;
  private readonly times: TimeGuard;
  private readonly metric = new MetricFrame();
  private resource: ResourceFrame | undefined;
  private scope: ScopeFrame | undefined;

  constructor(tables: MetricTables, options: DecodeOptions) {
    this.tables = tables;
    this.times = new TimeGuard(options.oldestNs);
  }

  beginScope(resource: ResourceFrame, scope: ScopeFrame): void {
    this.resource = resource;
    this.scope = scope;
  }

  endScope(): void {
    this.resource = undefined;
    this.scope = undefined;
  }

  readRecord(reader: WireReader): void {
    const { metric, resource, scope } = this;
    if (!resource || !scope) throw new Error('a metric outside a scope');
    metric.read(reader, (kind, data) => this.check(reader, kind, data));
    const points = metric.data?.open(reader);
    if (!points) return;
    metric.readTraits(points);
    const table = this.tables.of(metric.kind);
    table.beginRun({ resource, scope, metric });
    eachPoint(points, (reader) => table.readPoint(reader, this.times, this.refusals));
    table.endRun();
  }

  /** Reads data that is superseded, without storing it. */
  private check(outer: WireReader, kind: number, data: Submessage): void {
    const table = this.tables.of(kind);
    const points = data.open(outer);
    if (points) eachPoint(points, (reader) => table.checkPoint(reader));
  }
}

/** Visits the data points of the Gauge, Sum … that the reader is in. */
function eachPoint(points: WireReader, visit: (reader: WireReader) => void): void {
  while (points.pos < points.limit) {
    const tag = points.tag();
    if (tag !== 0x0a) {
      points.skip(tag);
      continue;
    }
    const outer = points.enter();
    visit(points);
    points.leave(outer);
  }
}
