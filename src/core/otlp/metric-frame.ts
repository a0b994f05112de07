import { ByteColumn } from './byte-column.ts';
import type { ResourceFrame, ScopeFrame } from './frame.ts';
import { pushKeyValue } from './key-value.ts';
import { MapColumn } from './map-column.ts';
import { SharedColumns } from './shared-columns.ts';
import { SharedMapColumn } from './shared-map-column.ts';
import { Submessage } from './submessage.ts';
import type { WireReader } from './wire-reader.ts';

/** The kinds of metric by the field number of their data. */
export const metricKinds = {
  gauge: 5,
  sum: 7,
  histogram: 9,
  exponential: 10,
  summary: 11,
} as const;

/** What all points of one metric share, encoded once as the columns hold it. */
export class MetricFrame {
  readonly name = new ByteColumn(64);
  readonly description = new ByteColumn(64);
  readonly unit = new ByteColumn(64);
  readonly metadata = new MapColumn();
  /** AggregationTemporality: 0 unspecified, 1 delta, 2 cumulative. */
  temporality = 0;
  monotonic = false;
  /** A field number of `metricKinds`, or 0 for a metric without data. */
  kind = 0;
  data: Submessage | undefined;

  /**
   * Reads the Metric that the reader is in. Of several kinds of data the last one counts; those
   * that it supersedes are handed to `check`, since a broken part makes the request malformed.
   */
  read(reader: WireReader, check: (kind: number, data: Submessage) => void): void {
    this.clear(reader);
    this.metadata.begin();
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x0a) readText(reader, this.name);
      else if (tag === 0x12) readText(reader, this.description);
      else if (tag === 0x1a) readText(reader, this.unit);
      else if (tag === 0x62) pushKeyValue(reader, this.metadata);
      else if (isData(tag)) this.takeData(reader, tag >>> 3, check);
      else reader.skip(tag);
    }
    this.metadata.end();
  }

  private clear(reader: WireReader): void {
    for (const column of [this.name, this.description, this.unit]) {
      column.clear();
      reader.copyText(column, 0, 0);
    }
    this.metadata.clear();
    this.temporality = 0;
    this.monotonic = false;
    this.kind = 0;
    this.data = undefined;
  }

  private takeData(
    reader: WireReader,
    kind: number,
    check: (kind: number, data: Submessage) => void,
  ): void {
    if (this.data && this.kind !== kind) {
      check(this.kind, this.data);
      this.data = undefined;
    }
    this.kind = kind;
    this.data ??= new Submessage();
    this.data.take(reader);
  }

  /** Reads what stands beside the points: temporality and monotonicity. */
  readTraits(reader: WireReader): void {
    const start = reader.pos;
    this.temporality = 0;
    this.monotonic = false;
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x10 && hasTemporality(this.kind)) this.temporality = reader.word();
      else if (tag === 0x18 && this.kind === metricKinds.sum) this.monotonic = reader.bool();
      else reader.skip(tag);
    }
    reader.pos = start;
  }
}

function readText(reader: WireReader, column: ByteColumn): void {
  const end = reader.lengthEnd();
  column.clear();
  reader.copyText(column, reader.pos, end);
  reader.pos = end;
}

const isData = (tag: number): boolean =>
  tag === 0x2a || tag === 0x3a || tag === 0x4a || tag === 0x52 || tag === 0x5a;

const hasTemporality = (kind: number): boolean =>
  kind === metricKinds.sum || kind === metricKinds.histogram || kind === metricKinds.exponential;

/** Everything that the points of a run share. */
export interface PointRun {
  readonly resource: ResourceFrame;
  readonly scope: ScopeFrame;
  readonly metric: MetricFrame;
}

/** Bytes that the shared columns take for each point. */
export const sharedSize = ({ resource, scope, metric }: PointRun): number =>
  SharedColumns.unitSize(resource, scope) +
  SharedMapColumn.unitSize(metric.metadata) +
  metric.name.length +
  metric.description.length +
  metric.unit.length;
