import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rm, unlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { SpooledTable } from '../../model/telemetry/spooled-tables.ts';
import type { Signal } from '../../model/telemetry/tables.ts';
import { AppendFile, isNoSpace } from './append-file.ts';
import { type JournalRecord, parseJournal, type RangeRecord, renderRecords } from './journal.ts';
import type { SegmentTable } from './segment.ts';
import { dataPath, journalPath, piecePath } from './segment-layout.ts';
import { foldEntries, type PlacedPart, placeParts, type TriedTables } from './segment-state.ts';

export interface SealedFacts {
  readonly id: string;
  readonly signal: Signal;
  readonly folder: string;
  readonly openedAtMs: number;
  readonly journalBytes: number;
  readonly entries: number;
  readonly tables: ReadonlyMap<SpooledTable, SegmentTable>;
  readonly storedTables: ReadonlySet<SpooledTable>;
  /** Token of a former dead letter, in place of the one made from id and table. */
  readonly token: string | undefined;
  /** Found by a start: its bytes are to be verified before they are stored. */
  readonly recovered: boolean;
  /** Definitions of the tables when its first insert was tried. */
  readonly tried: TriedTables | undefined;
  readonly ranges: readonly RangeRecord[];
}

/** A segment whose end is fixed. Its tables are stored, or its requests end in dead letters. */
export class SealedSegment {
  readonly id: string;
  readonly signal: Signal;
  readonly folder: string;
  readonly openedAtMs: number;
  readonly entries: number;
  readonly tables: ReadonlyMap<SpooledTable, SegmentTable>;
  readonly recovered: boolean;
  readonly storedTables: Set<SpooledTable>;
  readonly ranges: RangeRecord[];
  tried: TriedTables | undefined;
  /** An insert of it was cut off: the store may have what it is asked to take. */
  unsure: boolean;
  readonly #token: string | undefined;
  readonly #damaged = new Map<SpooledTable, ReadonlySet<number>>();
  #journalBytes: number;
  #dataKept = true;
  #last: Promise<unknown> = Promise.resolve();

  constructor(facts: SealedFacts) {
    this.id = facts.id;
    this.signal = facts.signal;
    this.folder = facts.folder;
    this.openedAtMs = facts.openedAtMs;
    this.entries = facts.entries;
    this.tables = facts.tables;
    this.recovered = facts.recovered;
    this.tried = facts.tried;
    this.unsure = facts.tried !== undefined;
    this.storedTables = new Set(facts.storedTables);
    this.ranges = [...facts.ranges];
    this.#token = facts.token;
    this.#journalBytes = facts.journalBytes;
  }

  get bytes(): number {
    let sum = this.#journalBytes;
    if (this.#dataKept) for (const { bytes } of this.tables.values()) sum += bytes;
    return sum;
  }

  get rows(): number {
    let sum = 0;
    for (const { rows } of this.tables.values()) sum += rows;
    return sum;
  }

  /** Tables with rows that are neither stored nor in a dead letter. */
  get openTables(): readonly SpooledTable[] {
    return [...this.tables.keys()].filter((table) => !this.storedTables.has(table));
  }

  /** Deduplication token of a table's whole data file. */
  token(table: SpooledTable): string {
    return this.#token ?? `${this.id}-${table}`;
  }

  /** Token of the parts [lo, hi) of a table: the same at each start. */
  pieceToken(table: SpooledTable, lo: number, hi: number): string {
    return `${this.token(table)}-${lo}-${hi}`;
  }

  dataPath(table: SpooledTable): string {
    return dataPath(this.folder, table);
  }

  /** The parts of a table in file order, read from the journal. */
  async parts(table: SpooledTable): Promise<readonly PlacedPart[]> {
    const { records } = parseJournal(await readFile(journalPath(this.folder)));
    return placeParts(foldEntries(records), table, this.tables.get(table)?.bytes);
  }

  /** Indexes of the parts whose bytes are not what was acknowledged. Reads the whole file once. */
  async damagedParts(table: SpooledTable): Promise<ReadonlySet<number>> {
    const known = this.#damaged.get(table);
    if (known) return known;
    const damaged = new Set<number>();
    const parts = await this.parts(table);
    // A salvaged stretch has no checksum: whether it is data, the store will tell.
    for (const [index, part] of parts.entries())
      if (part.entry && !(await matches(this.dataPath(table), part))) damaged.add(index);
    this.#damaged.set(table, damaged);
    return damaged;
  }

  /** Copies the parts [lo, hi) of a table to a file of their own; returns its path. */
  async cutPiece(table: SpooledTable, parts: readonly PlacedPart[], lo: number, hi: number) {
    const path = piecePath(this.folder, table, lo, hi);
    const start = parts[lo]?.offset ?? 0;
    const last = parts[hi - 1];
    if (!last) throw new Error(`${this.folder}: no parts ${lo} to ${hi} of ${table}`);
    const end = last.offset + last.length - 1;
    await pipeline(
      createReadStream(this.dataPath(table), { start, end }),
      createWriteStream(path, { mode: 0o600 }),
    );
    return path;
  }

  /**
   * Appends marks. With `durable` they are on disk when this resolves; without, they are held in
   * memory only where the disk is full: a start then repeats an insert with the same token.
   */
  mark(records: readonly JournalRecord[], durable: boolean): Promise<void> {
    return this.#inTurn(async () => {
      const file = await AppendFile.reopen(journalPath(this.folder), this.#journalBytes);
      try {
        file.commit(await file.write([renderRecords(records)]));
        if (durable) await file.sync();
        this.#journalBytes = file.length;
      } catch (error) {
        await file.rollback();
        // A full disk must not keep the store from emptying the spool.
        if (durable || !isNoSpace(error)) throw error;
      } finally {
        await file.close();
      }
      for (const record of records)
        if (record.t === 'tried') this.tried ??= record.tables;
        else if (record.t === 'stored') this.storedTables.add(record.table);
        else if (record.t === 'split' || record.t === 'piece' || record.t === 'dead')
          this.ranges.push(record);
    });
  }

  /** Removes the data, which the store has, and keeps the journal. */
  removeData(): Promise<void> {
    return this.#inTurn(async () => {
      for (const table of this.tables.keys()) await rm(this.dataPath(table), { force: true });
      this.#dataKept = false;
    });
  }

  /** Removes everything, data before journal: what a crash leaves says that it may go. */
  async remove(): Promise<void> {
    await this.removeData();
    await this.#inTurn(async () => {
      await unlink(journalPath(this.folder));
      await rm(this.folder, { recursive: true, force: true });
    });
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(action);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** Whether the bytes of a part are the ones that its journal record speaks of. */
export async function matches(
  path: string,
  part: Stretch & { readonly crc: number },
): Promise<boolean> {
  const { crc, length } = await checksum(path, part);
  return length === part.length && crc === part.crc;
}

/** Checksum of a stretch of a file, and how much of it there is. */
export async function checksum(
  path: string,
  { offset, length }: Stretch,
): Promise<{ crc: number; length: number }> {
  let crc = 0;
  let found = 0;
  if (length > 0)
    for await (const chunk of createReadStream(path, { start: offset, end: offset + length - 1 })) {
      const bytes = chunk as Buffer;
      crc = crc32(bytes, crc);
      found += bytes.length;
    }
  return { crc, length: found };
}
