import type { TableBlock } from '../../model/telemetry/block.ts';
import {
  insertedColumns,
  type TelemetryTable,
  telemetryTables,
  wireType,
} from '../../model/telemetry/tables.ts';
import { ByteColumn } from './byte-column.ts';
import { MalformedInput } from './malformed.ts';

/** A column of a block under way. */
export interface BlockColumn {
  /** Bytes so far, with each text written out in each row. */
  readonly size: number;
  /** The column as Native has it, in pieces. */
  parts(): readonly Uint8Array[];
  clear(): void;
}

/** A table's columns are cut into a block when they pass this: it bounds the working memory. */
const blockBytes = 8 << 20;
/** The most rows whose shared columns are written at once. */
const longestRun = 1_024;

/** Collects the blocks of one request and bounds what they may take together. */
export class BlockList {
  readonly blocks: TableBlock[] = [];
  rows = 0;
  private bytesLeft: number;
  private readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
    this.bytesLeft = maxBytes;
  }

  /** Refuses a request whose blocks would pass the limit, before their memory is taken. */
  claim(bytes: number): void {
    this.bytesLeft -= bytes;
    if (this.bytesLeft < 0)
      throw new MalformedInput(
        `the request unfolds to more than ${this.maxBytes} bytes of rows; send it in smaller parts`,
        undefined,
        true,
      );
  }

  add(block: TableBlock): void {
    this.rows += block.rows;
    this.blocks.push(block);
  }
}

/**
 * Writes the blocks of one table. Rows come in runs: all rows of a run share the columns of their
 * resource and scope, which `repeat` writes when the run closes.
 */
export class BlockWriter {
  private readonly table: TelemetryTable;
  private readonly columns: readonly BlockColumn[];
  private readonly repeat: (times: number) => void;
  private list: BlockList | undefined;
  private rows = 0;
  private run = 0;
  private runLimit = longestRun;

  constructor(
    table: TelemetryTable,
    columns: Readonly<Record<string, BlockColumn>>,
    repeat: (times: number) => void,
  ) {
    this.table = table;
    this.columns = insertedColumns(telemetryTables[table]).map(({ name }) => {
      const column = columns[name];
      if (!column) throw new Error(`no column ${name} of ${table} is written`);
      return column;
    });
    this.repeat = repeat;
  }

  /** Starts over, for a new request. */
  open(list: BlockList): void {
    this.list = list;
    this.rows = 0;
    this.run = 0;
    for (const column of this.columns) column.clear();
  }

  /** Begins a run whose shared columns take `sharedBytes` a row. */
  beginRun(sharedBytes: number): void {
    this.runLimit = Math.max(1, Math.min(longestRun, Math.floor(blockBytes / (sharedBytes + 1))));
  }

  rowDone(): void {
    if (++this.run === this.runLimit) this.endRun();
  }

  endRun(): void {
    if (this.run === 0) return;
    this.repeat(this.run);
    this.rows += this.run;
    this.run = 0;
    if (this.unfoldedBytes() >= blockBytes) this.cut();
  }

  private unfoldedBytes(): number {
    let bytes = 0;
    for (const column of this.columns) bytes += column.size;
    return bytes;
  }

  /** Ends the last run and the last block. */
  close(): void {
    this.endRun();
    if (this.rows > 0) this.cut();
  }

  private cut(): void {
    if (!this.list) throw new Error('the block writer is not open');
    const pieces = this.columns.map((column) => column.parts());
    const unfoldedBytes = this.unfoldedBytes();
    this.list.claim(unfoldedBytes);
    const { table, rows } = this;
    const bytes = assemble(table, rows, pieces);
    this.list.add({ table, rows, bytes, unfoldedBytes });
    this.rows = 0;
    for (const column of this.columns) column.clear();
  }
}

function assemble(
  table: TelemetryTable,
  rows: number,
  columns: readonly (readonly Uint8Array[])[],
): Uint8Array {
  const { counts, names } = headers(table);
  counts.length = 1;
  counts.pushVarint(rows);
  let size = counts.length;
  columns.forEach((parts, i) => {
    size += names[i]!.length;
    for (const part of parts) size += part.length;
  });
  const bytes = new Uint8Array(size);
  bytes.set(counts.bytes.subarray(0, counts.length));
  let at = counts.length;
  columns.forEach((parts, i) => {
    for (const part of [names[i]!, ...parts]) {
      bytes.set(part, at);
      at += part.length;
    }
  });
  return bytes;
}

/** Native names the version of each dictionary of a column before its data. */
const dictionaryVersion = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);

interface Headers {
  /** The number of columns, then room for the number of rows. */
  readonly counts: ByteColumn;
  /** What comes before the data of each column: name, type, versions of dictionaries. */
  readonly names: readonly Uint8Array[];
}

const known = new Map<TelemetryTable, Headers>();

function headers(table: TelemetryTable): Headers {
  const made = known.get(table);
  if (made) return made;
  const columns = insertedColumns(telemetryTables[table]);
  const counts = new ByteColumn(16);
  counts.pushByte(columns.length);
  const names = columns.map((column) => {
    const header = new ByteColumn(64);
    header.pushAsciiString(column.name);
    const type = wireType(column);
    header.pushAsciiString(type);
    for (const _ of type.matchAll(/LowCardinality/g)) header.pushBytes(dictionaryVersion);
    return header.bytes.slice(0, header.length);
  });
  const result = { counts, names };
  known.set(table, result);
  return result;
}
