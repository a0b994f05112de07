import { Exemplars } from './exemplars.ts';
import type { PointRun } from './metric-frame.ts';
import { NumberList } from './number-list.ts';
import { OptionalDouble } from './optional-double.ts';
import { PointHead } from './point-head.ts';
import { type PointBody, PointTable } from './point-table.ts';
import type { WireReader } from './wire-reader.ts';
import { WordColumn } from './word-column.ts';

/** The buckets of one sign: an offset and counts. Several pieces on the wire are merged. */
class Buckets {
  readonly offsets = new WordColumn();
  readonly counts = new NumberList();
  private offset = 0;

  begin(): void {
    this.offset = 0;
    this.counts.begin();
  }

  read(reader: WireReader): void {
    const outer = reader.enter();
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x08) this.offset = zigzag(reader.word());
      else if (tag === 0x12) this.counts.readPackedVarint(reader);
      else if (tag === 0x10) this.counts.readVarint(reader);
      else reader.skip(tag);
    }
    reader.leave(outer);
  }

  push(): void {
    this.offsets.push32(this.offset);
    this.counts.end();
  }
}

const zigzag = (word: number): number => (word >>> 1) ^ -(word & 1);

/** ExponentialHistogramDataPoint. */
class ExponentialPoints implements PointBody {
  private readonly exemplars: Exemplars;
  private readonly counts = new WordColumn();
  private readonly zeroCounts = new WordColumn();
  private readonly zeroThresholds = new WordColumn();
  private readonly scales = new WordColumn();
  private readonly temporality = new WordColumn();
  private readonly positive = new Buckets();
  private readonly negative = new Buckets();
  private readonly sum = new OptionalDouble();
  private readonly min = new OptionalDouble();
  private readonly max = new OptionalDouble();
  private scale = 0;
  /** Count, zero count and zero threshold, two words each. */
  private readonly words = new Int32Array(6);
  readonly columns;

  constructor(exemplars: Exemplars) {
    this.exemplars = exemplars;
    this.columns = {
      ...exemplars.columns,
      Count: this.counts,
      Sum: this.sum.values,
      Scale: this.scales,
      ZeroCount: this.zeroCounts,
      PositiveOffset: this.positive.offsets,
      PositiveBucketCounts: this.positive.counts.column,
      NegativeOffset: this.negative.offsets,
      NegativeBucketCounts: this.negative.counts.column,
      Min: this.min.values,
      Max: this.max.values,
      AggregationTemporality: this.temporality,
      HasSum: this.sum.presence,
      HasMin: this.min.presence,
      HasMax: this.max.presence,
      ZeroThreshold: this.zeroThresholds,
    };
  }

  begin(): void {
    this.scale = 0;
    this.words.fill(0);
    for (const part of [this.sum, this.min, this.max]) part.clear();
    this.positive.begin();
    this.negative.begin();
  }

  read(reader: WireReader, head: PointHead): void {
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x11 || tag === 0x19) head.readTime(reader, tag);
      else if (tag === 0x0a) head.readAttribute(reader);
      else if (tag === 0x21) this.readWords(reader, 0);
      else if (tag === 0x29) this.sum.read(reader);
      else if (tag === 0x30) this.scale = zigzag(reader.word());
      else if (tag === 0x39) this.readWords(reader, 2);
      else if (tag === 0x42) this.positive.read(reader);
      else if (tag === 0x4a) this.negative.read(reader);
      else if (tag === 0x50) head.readFlags(reader);
      else if (tag === 0x5a) this.exemplars.push(reader);
      else if (tag === 0x61) this.min.read(reader);
      else if (tag === 0x69) this.max.read(reader);
      else if (tag === 0x71) this.readWords(reader, 4);
      else reader.skip(tag);
    }
  }

  private readWords(reader: WireReader, at: number): void {
    reader.fixed64();
    this.words[at] = reader.lo;
    this.words[at + 1] = reader.hi;
  }

  push(): void {
    const { words } = this;
    this.counts.push64(words[0]!, words[1]!);
    this.zeroCounts.push64(words[2]!, words[3]!);
    this.zeroThresholds.push64(words[4]!, words[5]!);
    this.scales.push32(this.scale);
    for (const part of [this.sum, this.min, this.max]) part.push();
    this.positive.push();
    this.negative.push();
  }

  undo(): void {
    this.positive.counts.undo();
    this.negative.counts.undo();
  }

  repeat({ metric }: PointRun, times: number): void {
    this.temporality.pushRepeated32(metric.temporality, times);
  }
}

export function exponentialTable(): PointTable {
  const exemplars = new Exemplars();
  return new PointTable(
    'otel_metrics_exponential_histogram',
    new PointHead(exemplars),
    new ExponentialPoints(exemplars),
  );
}
