import type { TelemetryTable } from '../../model/telemetry/tables.ts';
import { type BlockColumn, type BlockList, BlockWriter } from './block-writer.ts';
import { type PointRun, sharedSize } from './metric-frame.ts';
import type { PointHead } from './point-head.ts';
import type { Refusals, TimeGuard } from './refusals.ts';
import type { WireReader } from './wire-reader.ts';

/** What one kind of data point adds to the shared columns. */
export interface PointBody {
  readonly columns: Readonly<Record<string, BlockColumn>>;
  begin(): void;
  /** Reads the data point that the reader is in; the shared fields go to the head. */
  read(reader: WireReader, head: PointHead): void;
  push(): void;
  /** Forgets what `read` has written to columns. */
  undo(): void;
  /** Writes what depends on the metric alone. */
  repeat(run: PointRun, times: number): void;
}

/** The table of one kind of metric under way. */
export class PointTable {
  private readonly head: PointHead;
  private readonly body: PointBody;
  private readonly writer: BlockWriter;
  private run: PointRun | undefined;

  constructor(table: TelemetryTable, head: PointHead, body: PointBody) {
    this.head = head;
    this.body = body;
    const columns = { ...head.columns, ...body.columns };
    this.writer = new BlockWriter(table, columns, (times) => this.repeat(times));
  }

  open(list: BlockList): void {
    this.writer.open(list);
  }

  close(): void {
    this.writer.close();
  }

  beginRun(run: PointRun): void {
    this.run = run;
    this.writer.beginRun(sharedSize(run));
  }

  endRun(): void {
    this.writer.endRun();
  }

  private repeat(times: number): void {
    if (!this.run) throw new Error('a data point outside a metric');
    this.head.repeat(this.run, times);
    this.body.repeat(this.run, times);
  }

  /** Reads the data point that the reader is in, and stores or refuses it. */
  readPoint(reader: WireReader, times: TimeGuard, refusals: Refusals): void {
    const { head, body } = this;
    head.begin();
    body.begin();
    body.read(reader, head);
    const objection = head.objection(times);
    if (objection !== undefined) {
      head.undo();
      body.undo();
      refusals.add(objection);
      return;
    }
    head.push();
    body.push();
    this.writer.rowDone();
  }

  /** Reads the data point that the reader is in only to see that it is well-formed. */
  checkPoint(reader: WireReader): void {
    const { head, body } = this;
    head.begin();
    body.begin();
    body.read(reader, head);
    head.undo();
    body.undo();
  }
}
