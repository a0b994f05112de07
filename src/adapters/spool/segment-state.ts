import type { SpooledTable } from '../../model/telemetry/spooled-tables.ts';
import type { Signal } from '../../model/telemetry/tables.ts';
import type {
  EntryPart,
  EntryRecord,
  JournalRecord,
  RangeRecord,
  SegmentRecord,
} from './journal.ts';

/** A part of an entry with the entry it came with; `entry` is undefined for a salvaged stretch. */
export interface PlacedPart extends EntryPart {
  readonly entry: EntryRecord | undefined;
}

/** A hash of each table's definition, by name. */
export type TriedTables = Readonly<Record<string, string>>;

/** What a journal says about its segment. */
export interface SegmentState {
  readonly header: SegmentRecord;
  readonly signal: Signal;
  readonly entries: readonly EntryRecord[];
  readonly answered: ReadonlySet<number>;
  readonly sealedAtMs: number | undefined;
  /** Definitions of the tables when its first insert was tried; undefined: none was. */
  readonly tried: TriedTables | undefined;
  readonly storedTables: ReadonlySet<SpooledTable>;
  /** How the cornering of rejected requests went so far, in the order it was decided. */
  readonly ranges: readonly RangeRecord[];
}

/** The entries that a journal holds, without those that were dropped. */
export function foldEntries(records: readonly JournalRecord[]): readonly EntryRecord[] {
  const entries = new Map<number, EntryRecord>();
  for (const record of records)
    if (record.t === 'entry') entries.set(record.n, record);
    else if (record.t === 'dropped') for (const n of record.n) entries.delete(n);
  return [...entries.values()];
}

/** Folds the records of a journal. Undefined where the first record is missing. */
export function foldJournal(records: readonly JournalRecord[]): SegmentState | undefined {
  const header = records.find((record) => record.t === 'segment');
  if (!header) return undefined;
  const answered = new Set<number>();
  const storedTables = new Set<SpooledTable>();
  const ranges: RangeRecord[] = [];
  let sealedAtMs: number | undefined;
  let tried: TriedTables | undefined;
  for (const record of records) {
    if (record.t === 'answered') for (const n of record.n) answered.add(n);
    else if (record.t === 'sealed') sealedAtMs = record.at;
    else if (record.t === 'tried') tried ??= record.tables;
    else if (record.t === 'stored') storedTables.add(record.table);
    else if (record.t === 'split' || record.t === 'piece' || record.t === 'dead')
      ranges.push(record);
  }
  return {
    header,
    signal: header.signal,
    entries: foldEntries(records),
    answered,
    sealedAtMs,
    tried,
    storedTables,
    ranges,
  };
}

/** Tables that these entries have rows for, with the length of each data file. */
export function tableExtents(entries: readonly EntryRecord[]): Map<SpooledTable, number> {
  const ends = new Map<SpooledTable, number>();
  for (const entry of entries)
    for (const part of entry.parts)
      ends.set(part.table, Math.max(ends.get(part.table) ?? 0, part.offset + part.length));
  return ends;
}

/**
 * The parts of one table in file order. A stretch between two parts that no record accounts for
 * belongs to a damaged journal record: it was acknowledged, so it is kept as a part of its own;
 * so is what `fileBytes`, the length of the data file, shows behind the last part.
 */
export function placeParts(
  entries: readonly EntryRecord[],
  table: SpooledTable,
  fileBytes = 0,
): readonly PlacedPart[] {
  const found: PlacedPart[] = [];
  for (const entry of entries)
    for (const part of entry.parts) if (part.table === table) found.push({ ...part, entry });
  found.sort((a, b) => a.offset - b.offset);
  const placed: PlacedPart[] = [];
  let end = 0;
  const salvage = (until: number): void => {
    const length = until - end;
    if (length > 0) placed.push({ table, offset: end, length, rows: 0, crc: 0, entry: undefined });
  };
  for (const part of found) {
    salvage(part.offset);
    placed.push(part);
    end = part.offset + part.length;
  }
  salvage(fileBytes);
  return placed;
}
