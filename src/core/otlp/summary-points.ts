import { ArrayColumn } from './array-column.ts';
import { PointHead } from './point-head.ts';
import { type PointBody, PointTable } from './point-table.ts';
import type { WireReader } from './wire-reader.ts';
import { WordColumn } from './word-column.ts';

/** SummaryDataPoint. */
class SummaryPoints implements PointBody {
  private readonly counts = new WordColumn();
  private readonly sums = new WordColumn();
  private readonly offsets = new WordColumn();
  private readonly quantiles = new WordColumn();
  private readonly values = new WordColumn();
  private countLo = 0;
  private countHi = 0;
  private sumLo = 0;
  private sumHi = 0;
  private mark = 0;
  readonly columns = {
    Count: this.counts,
    Sum: this.sums,
    'ValueAtQuantiles.Quantile': new ArrayColumn(this.offsets, this.quantiles),
    'ValueAtQuantiles.Value': new ArrayColumn(this.offsets, this.values),
  };

  begin(): void {
    this.countLo = this.countHi = this.sumLo = this.sumHi = 0;
    this.mark = this.values.length;
  }

  read(reader: WireReader, head: PointHead): void {
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x11 || tag === 0x19) head.readTime(reader, tag);
      else if (tag === 0x21) {
        reader.fixed64();
        this.countLo = reader.lo;
        this.countHi = reader.hi;
      } else if (tag === 0x29) {
        reader.fixed64();
        this.sumLo = reader.lo;
        this.sumHi = reader.hi;
      } else if (tag === 0x32) this.readQuantile(reader);
      else if (tag === 0x3a) head.readAttribute(reader);
      else if (tag === 0x40) head.readFlags(reader);
      else reader.skip(tag);
    }
  }

  private readQuantile(reader: WireReader): void {
    let quantileLo = 0;
    let quantileHi = 0;
    let valueLo = 0;
    let valueHi = 0;
    const outer = reader.enter();
    while (reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x09) {
        reader.fixed64();
        quantileLo = reader.lo;
        quantileHi = reader.hi;
      } else if (tag === 0x11) {
        reader.fixed64();
        valueLo = reader.lo;
        valueHi = reader.hi;
      } else reader.skip(tag);
    }
    this.quantiles.push64(quantileLo, quantileHi);
    this.values.push64(valueLo, valueHi);
    reader.leave(outer);
  }

  push(): void {
    this.counts.push64(this.countLo, this.countHi);
    this.sums.push64(this.sumLo, this.sumHi);
    this.offsets.pushCount(this.values.length / 2);
  }

  undo(): void {
    this.quantiles.length = this.values.length = this.mark;
  }

  /** A summary has neither temporality nor monotonicity. */
  repeat(): void {}
}

export const summaryTable = (): PointTable =>
  new PointTable('otel_metrics_summary', new PointHead(), new SummaryPoints());
