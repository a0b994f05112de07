import { ByteColumn } from './byte-column.ts';
import { Exemplars } from './exemplars.ts';
import type { PointRun } from './metric-frame.ts';
import { PointHead } from './point-head.ts';
import { type PointBody, PointTable } from './point-table.ts';
import { PointValue } from './point-value.ts';
import type { WireReader } from './wire-reader.ts';
import { WordColumn } from './word-column.ts';

/** NumberDataPoint: the points of gauges, and of sums, which have a temporality besides. */
class NumberPoints implements PointBody {
  private readonly exemplars: Exemplars;
  private readonly values = new WordColumn();
  private readonly temporality = new WordColumn();
  private readonly monotonic = new ByteColumn();
  private readonly isSum: boolean;
  private readonly value = new PointValue();
  readonly columns;

  constructor(exemplars: Exemplars, isSum: boolean) {
    this.exemplars = exemplars;
    this.isSum = isSum;
    this.columns = {
      ...exemplars.columns,
      Value: this.values,
      AggregationTemporality: this.temporality,
      IsMonotonic: this.monotonic,
    };
  }

  begin(): void {
    this.value.clear();
  }

  read(reader: WireReader, head: PointHead): void {
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x11 || tag === 0x19) head.readTime(reader, tag);
      else if (tag === 0x21) this.value.readDouble(reader);
      else if (tag === 0x31) this.value.readInteger(reader);
      else if (tag === 0x3a) head.readAttribute(reader);
      else if (tag === 0x2a) this.exemplars.push(reader);
      else if (tag === 0x40) head.readFlags(reader);
      else reader.skip(tag);
    }
  }

  push(): void {
    this.value.push(this.values);
  }

  undo(): void {
    this.value.clear();
  }

  repeat({ metric }: PointRun, times: number): void {
    if (!this.isSum) return;
    this.temporality.pushRepeated32(metric.temporality, times);
    this.monotonic.pushRepeatedByte(metric.monotonic ? 1 : 0, times);
  }
}

export function numberTable(table: 'otel_metrics_gauge' | 'otel_metrics_sum'): PointTable {
  const exemplars = new Exemplars();
  const body = new NumberPoints(exemplars, table === 'otel_metrics_sum');
  return new PointTable(table, new PointHead(exemplars), body);
}
