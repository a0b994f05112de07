import { Exemplars } from './exemplars.ts';
import type { PointRun } from './metric-frame.ts';
import { NumberList } from './number-list.ts';
import { OptionalDouble } from './optional-double.ts';
import { PointHead } from './point-head.ts';
import { type PointBody, PointTable } from './point-table.ts';
import type { WireReader } from './wire-reader.ts';
import { WordColumn } from './word-column.ts';

/** HistogramDataPoint. */
class HistogramPoints implements PointBody {
  private readonly exemplars: Exemplars;
  private readonly counts = new WordColumn();
  private readonly sum = new OptionalDouble();
  private readonly min = new OptionalDouble();
  private readonly max = new OptionalDouble();
  private readonly buckets = new NumberList();
  private readonly bounds = new NumberList();
  private readonly temporality = new WordColumn();
  private countLo = 0;
  private countHi = 0;
  readonly columns;

  constructor(exemplars: Exemplars) {
    this.exemplars = exemplars;
    this.columns = {
      ...exemplars.columns,
      Count: this.counts,
      Sum: this.sum.values,
      BucketCounts: this.buckets.column,
      ExplicitBounds: this.bounds.column,
      Min: this.min.values,
      Max: this.max.values,
      AggregationTemporality: this.temporality,
      HasSum: this.sum.presence,
      HasMin: this.min.presence,
      HasMax: this.max.presence,
    };
  }

  begin(): void {
    this.countLo = this.countHi = 0;
    this.sum.clear();
    this.min.clear();
    this.max.clear();
    this.buckets.begin();
    this.bounds.begin();
  }

  read(reader: WireReader, head: PointHead): void {
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x11 || tag === 0x19) head.readTime(reader, tag);
      else if (tag === 0x21) this.readCount(reader);
      else if (tag === 0x29) this.sum.read(reader);
      else if (tag === 0x32) this.buckets.readPackedFixed(reader);
      else if (tag === 0x31) this.buckets.readFixed(reader);
      else if (tag === 0x3a) this.bounds.readPackedFixed(reader);
      else if (tag === 0x39) this.bounds.readFixed(reader);
      else if (tag === 0x42) this.exemplars.push(reader);
      else if (tag === 0x4a) head.readAttribute(reader);
      else if (tag === 0x50) head.readFlags(reader);
      else if (tag === 0x59) this.min.read(reader);
      else if (tag === 0x61) this.max.read(reader);
      else reader.skip(tag);
    }
  }

  private readCount(reader: WireReader): void {
    reader.fixed64();
    this.countLo = reader.lo;
    this.countHi = reader.hi;
  }

  push(): void {
    this.counts.push64(this.countLo, this.countHi);
    this.sum.push();
    this.min.push();
    this.max.push();
    this.buckets.end();
    this.bounds.end();
  }

  undo(): void {
    this.buckets.undo();
    this.bounds.undo();
  }

  repeat({ metric }: PointRun, times: number): void {
    this.temporality.pushRepeated32(metric.temporality, times);
  }
}

export function histogramTable(): PointTable {
  const exemplars = new Exemplars();
  return new PointTable(
    'otel_metrics_histogram',
    new PointHead(exemplars),
    new HistogramPoints(exemplars),
  );
}
