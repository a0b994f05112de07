import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SpooledTable } from '../../model/telemetry/spooled-tables.ts';
import type { Signal } from '../../model/telemetry/tables.ts';
import { AppendFile, isNoSpace, syncFolder } from './append-file.ts';
import type { EntryPart, EntryRecord, JournalRecord, SegmentRecord } from './journal.ts';
import { renderRecords } from './journal.ts';
import { dataPath, journalPath } from './segment-layout.ts';

export type FsyncPolicy = 'always' | 'interval' | 'never';

/** A request that is about to be written; offsets are given to it by the segment. */
export interface PreparedEntry {
  readonly n: number;
  readonly at: number;
  readonly key: string;
  readonly digest: string;
  readonly parts: readonly {
    readonly table: SpooledTable;
    readonly rows: number;
    readonly bytes: Uint8Array;
    readonly unfoldedBytes?: number | undefined;
    readonly crc: number;
  }[];
}

/** What the rows of an entry take in the store's memory. */
export const unfoldedBytes = ({ parts }: PreparedEntry): number =>
  parts.reduce((sum, { bytes, unfoldedBytes }) => sum + (unfoldedBytes ?? bytes.byteLength), 0);

export interface SegmentTable {
  rows: number;
  bytes: number;
}

/**
 * A segment that takes entries. All work on its files is done one piece at a time, in the order in
 * which it was asked for.
 */
export class OpenSegment {
  readonly id: string;
  readonly signal: Signal;
  readonly folder: string;
  readonly openedAtMs: number;
  readonly tables = new Map<SpooledTable, SegmentTable>();
  rows = 0;
  dataBytes = 0;
  /** What the rows take in the store's memory. */
  unfoldedBytes = 0;
  entries = 0;
  readonly #fsync: FsyncPolicy;
  readonly #journal: AppendFile;
  readonly #data = new Map<SpooledTable, AppendFile>();
  #namesChanged = true;
  #unsynced = false;
  #batch = 0;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, header: SegmentRecord, journal: AppendFile) {
    this.id = header.id;
    this.signal = header.signal;
    this.folder = folder;
    this.openedAtMs = header.at;
    this.#fsync = header.fsync;
    this.#journal = journal;
  }

  /** Makes the folder and its journal. Leaves nothing behind when that fails. */
  static async create(folder: string, header: SegmentRecord): Promise<OpenSegment> {
    await mkdir(folder, { mode: 0o700 });
    try {
      const journal = await AppendFile.create(journalPath(folder));
      const segment = new OpenSegment(folder, header, journal);
      try {
        journal.commit(await journal.write([renderRecords([header])]));
        if (header.fsync === 'always') await syncFolder(dirname(folder));
        return segment;
      } catch (error) {
        await journal.close();
        throw error;
      }
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get journalBytes(): number {
    return this.#journal.length;
  }

  get bytes(): number {
    return this.dataBytes + this.#journal.length;
  }

  /**
   * Writes entries and their journal records; with `always` they are on disk when this resolves.
   * When it throws, none of them is part of the segment; `BrokenSegment` says that in addition the
   * files could not be put back, so that nothing more may be written before `repair` succeeded.
   */
  commit(entries: readonly PreparedEntry[]): Promise<void> {
    return this.#inTurn(async () => {
      let synced = false;
      try {
        const { records, buffers } = this.#place(entries);
        const written = await this.#write(records, buffers);
        if (this.#fsync === 'always') {
          synced = true;
          await this.#sync(buffers.keys());
        } else this.#unsynced = true;
        this.#keep(entries, written);
      } catch (error) {
        // After a failed fsync the kernel may have dropped the pages: this file is not to be trusted.
        await this.#rollback(error, synced);
        throw error;
      }
    });
  }

  /** Appends marks. They are as durable as the next commit. */
  mark(records: readonly JournalRecord[]): Promise<void> {
    return this.#inTurn(async () => {
      try {
        this.#journal.commit(await this.#journal.write([renderRecords(records)]));
        this.#unsynced = true;
      } catch (error) {
        await this.#journal.rollback();
        throw error;
      }
    });
  }

  /** For the `interval` policy: makes what was written durable. */
  sync(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#unsynced) return;
      await this.#sync(this.#data.keys());
    });
  }

  /** Puts the files back to the last committed entry. */
  repair(): Promise<void> {
    return this.#inTurn(async () => {
      for (const file of [...this.#data.values(), this.#journal]) {
        await file.rollback();
        await file.sync();
      }
    });
  }

  /**
   * Closes the segment for entries: the record of its end is durable when this resolves. A full
   * disk does not keep it from being sealed: nothing is appended any more, so a start finds the
   * same end without the record.
   */
  seal(nowMs: number): Promise<void> {
    return this.#inTurn(async () => {
      try {
        const line = renderRecords([{ t: 'sealed', at: nowMs }]);
        this.#journal.commit(await this.#journal.write([line]));
        if (this.#fsync !== 'never') await this.#sync(this.#data.keys());
      } catch (error) {
        if (!isNoSpace(error)) throw error;
        await this.#journal.rollback();
      }
      await Promise.allSettled([...this.#data.values(), this.#journal].map((file) => file.close()));
    });
  }

  #place(entries: readonly PreparedEntry[]): {
    records: EntryRecord[];
    buffers: Map<SpooledTable, Uint8Array[]>;
  } {
    const records: EntryRecord[] = [];
    const buffers = new Map<SpooledTable, Uint8Array[]>();
    const ends = new Map<SpooledTable, number>();
    for (const { parts, ...head } of entries) {
      const placed: EntryPart[] = [];
      for (const { table, rows, bytes, crc } of parts) {
        const offset = ends.get(table) ?? this.tables.get(table)?.bytes ?? 0;
        placed.push({ table, offset, length: bytes.byteLength, rows, crc });
        ends.set(table, offset + bytes.byteLength);
        const list = buffers.get(table);
        if (list) list.push(bytes);
        else buffers.set(table, [bytes]);
      }
      records.push({ t: 'entry', ...head, batch: this.#batch, parts: placed });
    }
    return { records, buffers };
  }

  /** Data first: a journal record never speaks of data that was not even written. */
  async #write(
    records: readonly EntryRecord[],
    buffers: ReadonlyMap<SpooledTable, readonly Uint8Array[]>,
  ): Promise<Map<AppendFile, number>> {
    const written = new Map<AppendFile, number>();
    for (const [table, list] of buffers) {
      const file = await this.#dataFile(table);
      written.set(file, await file.write(list));
    }
    written.set(this.#journal, await this.#journal.write([renderRecords(records)]));
    return written;
  }

  async #dataFile(table: SpooledTable): Promise<AppendFile> {
    const known = this.#data.get(table);
    if (known) return known;
    const file = await AppendFile.create(dataPath(this.folder, table));
    this.#data.set(table, file);
    this.#namesChanged = true;
    return file;
  }

  async #sync(tables: Iterable<SpooledTable>): Promise<void> {
    const files = [...tables].flatMap((table) => this.#data.get(table) ?? []);
    const work = [...files, this.#journal].map((file) => file.sync());
    if (this.#namesChanged) work.push(syncFolder(this.folder));
    const results = await Promise.allSettled(work);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    this.#namesChanged = false;
    this.#unsynced = false;
  }

  #keep(entries: readonly PreparedEntry[], written: ReadonlyMap<AppendFile, number>): void {
    for (const [file, bytes] of written) file.commit(bytes);
    for (const entry of entries)
      for (const { table, rows, bytes } of entry.parts) {
        const sum = this.tables.get(table) ?? { rows: 0, bytes: 0 };
        sum.rows += rows;
        sum.bytes += bytes.byteLength;
        this.tables.set(table, sum);
        this.rows += rows;
        this.dataBytes += bytes.byteLength;
      }
    for (const entry of entries) this.unfoldedBytes += unfoldedBytes(entry);
    this.entries += entries.length;
    this.#batch += 1;
  }

  async #rollback(cause: unknown, distrusted: boolean): Promise<void> {
    try {
      await this.#journal.rollback();
      for (const file of this.#data.values()) await file.rollback();
    } catch (error) {
      throw new BrokenSegment(this.folder, new AggregateError([cause, error]));
    }
    if (distrusted) throw new BrokenSegment(this.folder, cause);
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(action);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** The files of a segment are not what the journal says; only `repair` may touch them. */
export class BrokenSegment extends Error {
  constructor(folder: string, cause: unknown) {
    super(`the files of ${folder} could not be put back after a failed write`, { cause });
    this.name = 'BrokenSegment';
  }
}
