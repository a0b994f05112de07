import { DictionaryColumn } from './dictionary-column.ts';
import type { Exemplars } from './exemplars.ts';
import { pushKeyValue } from './key-value.ts';
import { MapColumn } from './map-column.ts';
import type { PointRun } from './metric-frame.ts';
import { type TimeGuard, timeOutOfRange } from './refusals.ts';
import { SharedColumns } from './shared-columns.ts';
import { SharedMapColumn } from './shared-map-column.ts';
import type { WireReader } from './wire-reader.ts';
import { WordColumn } from './word-column.ts';

/** The columns that the tables of all five kinds of metric have. */
export class PointHead {
  private readonly shared = new SharedColumns();
  readonly columns = {
    ...this.shared.columns,
    MetricName: new DictionaryColumn(),
    MetricDescription: new DictionaryColumn(),
    MetricUnit: new DictionaryColumn(),
    Attributes: new MapColumn(),
    StartTimeUnix: new WordColumn(),
    TimeUnix: new WordColumn(),
    Flags: new WordColumn(),
    MetricMetadata: new SharedMapColumn(),
  };
  private readonly exemplars: Exemplars | undefined;
  private startLo = 0;
  private startHi = 0;
  private timeLo = 0;
  private timeHi = 0;
  private flags = 0;

  constructor(exemplars?: Exemplars) {
    this.exemplars = exemplars;
  }

  /** Begins a point. */
  begin(): void {
    this.startLo = this.startHi = this.timeLo = this.timeHi = this.flags = 0;
    this.columns.Attributes.begin();
    this.exemplars?.begin();
  }

  /** Fields 2 and 3, which all points share. */
  readTime(reader: WireReader, tag: number): void {
    reader.fixed64();
    if (tag === 0x11) {
      this.startLo = reader.lo;
      this.startHi = reader.hi;
    } else {
      this.timeLo = reader.lo;
      this.timeHi = reader.hi;
    }
  }

  readFlags(reader: WireReader): void {
    this.flags = reader.word();
  }

  readAttribute(reader: WireReader): void {
    pushKeyValue(reader, this.columns.Attributes);
  }

  /** Why the point under way cannot be stored; undefined when it can. */
  objection(times: TimeGuard): string | undefined {
    if (this.startHi < 0 || this.exemplars?.outOfRange) return timeOutOfRange;
    return times.objection(this.timeLo, this.timeHi);
  }

  /** Ends the point under way. */
  push(): void {
    const { columns } = this;
    columns.Attributes.end();
    columns.StartTimeUnix.push64(this.startLo, this.startHi);
    columns.TimeUnix.push64(this.timeLo, this.timeHi);
    columns.Flags.push32(this.flags);
    this.exemplars?.end();
  }

  /** Forgets the point under way. */
  undo(): void {
    this.columns.Attributes.undo();
    this.exemplars?.undo();
  }

  /** Writes what the points of a run share. */
  repeat({ resource, scope, metric }: PointRun, times: number): void {
    const { columns } = this;
    this.shared.repeat(resource, scope, times);
    columns.MetricName.pushRepeated(metric.name, times);
    columns.MetricDescription.pushRepeated(metric.description, times);
    columns.MetricUnit.pushRepeated(metric.unit, times);
    columns.MetricMetadata.pushRepeated(metric.metadata, times);
  }
}
