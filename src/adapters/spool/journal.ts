import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { SpooledTable } from '../../model/telemetry/spooled-tables.ts';
import { spooledTables } from '../../model/telemetry/spooled-tables.ts';

/**
 * The journal of a segment: one record a line, `<crc32 as 8 hex digits> <JSON>\n`. The checksum is
 * that of the JSON's bytes. JSON never holds a raw line feed, so a reader can find the next record
 * after a damaged one, and a person can read the file.
 */
const journalVersion = 1;

const Table = z.enum(Object.keys(spooledTables) as [SpooledTable, ...SpooledTable[]]);
const Count = z.int().min(0);

/** Where the block of one table lies in that table's data file. */
export const EntryPart = z.object({
  table: Table,
  offset: Count,
  length: Count,
  rows: Count,
  crc: Count,
});
export type EntryPart = z.infer<typeof EntryPart>;

const Range = { table: Table, lo: Count, hi: Count };

const JournalRecord = z.discriminatedUnion('t', [
  /** First record: whose segment this is. `token` replaces the usual token base. */
  z.object({
    t: z.literal('segment'),
    v: z.literal(journalVersion),
    id: z.string().min(1),
    signal: z.enum(['logs', 'traces', 'metrics']),
    at: Count,
    fsync: z.enum(['always', 'interval', 'never']),
    token: z.string().optional(),
  }),
  /** One request. `batch` counts the group commits of this segment. */
  z.object({
    t: z.literal('entry'),
    n: Count,
    batch: Count,
    at: Count,
    key: z.string(),
    digest: z.string(),
    parts: z.array(EntryPart),
  }),
  /** The responses of these entries reached their clients. */
  z.object({ t: z.literal('answered'), n: z.array(Count) }),
  /** A start found these entries incomplete; they were never acknowledged. */
  z.object({ t: z.literal('dropped'), n: z.array(Count) }),
  z.object({ t: z.literal('sealed'), at: Count }),
  /** Its inserts are tried from now on, into tables of these definitions (a hash of each). */
  z.object({ t: z.literal('tried'), at: Count, tables: z.record(z.string(), z.string()) }),
  /** The store has all of a table's rows. */
  z.object({ t: z.literal('stored'), table: Table }),
  /** The parts [lo, hi) were rejected together: from now on [lo, at) and [at, hi) are inserted. */
  z.object({ t: z.literal('split'), ...Range, at: Count }),
  /** The store has the rows of these parts. */
  z.object({ t: z.literal('piece'), ...Range }),
  /** These parts are in a dead letter. */
  z.object({ t: z.literal('dead'), ...Range, id: z.string() }),
]);
export type JournalRecord = z.infer<typeof JournalRecord>;
export type EntryRecord = Extract<JournalRecord, { t: 'entry' }>;
export type SegmentRecord = Extract<JournalRecord, { t: 'segment' }>;
export type RangeRecord = Extract<JournalRecord, { t: 'split' | 'piece' | 'dead' }>;

const lineFeed = 0x0a;
const crcDigits = 8;

/** The lines of these records, ready to be appended. */
export function renderRecords(records: readonly JournalRecord[]): Buffer {
  let text = '';
  for (const record of records) {
    const json = JSON.stringify(record);
    text += `${crc32(json).toString(16).padStart(crcDigits, '0')} ${json}\n`;
  }
  return Buffer.from(text);
}

export interface ParsedJournal {
  readonly records: readonly JournalRecord[];
  /** Up to here the file is to be kept; behind it lies a torn record or nothing. */
  readonly validLength: number;
  /** Bytes behind `validLength`. */
  readonly tornBytes: number;
  /** Damaged stretches that have good records behind them: not a torn tail but a broken file. */
  readonly damaged: readonly { readonly offset: number; readonly length: number }[];
  /** A whole record that this version does not know; the file belongs to a newer one. */
  readonly unknown: string | undefined;
}

/** Reads a journal, however damaged. Never throws. */
export function parseJournal(bytes: Uint8Array): ParsedJournal {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: JournalRecord[] = [];
  const damaged: { offset: number; length: number }[] = [];
  let unknown: string | undefined;
  let validLength = 0;
  for (let offset = 0; offset < buffer.length; ) {
    const feed = buffer.indexOf(lineFeed, offset);
    const end = feed < 0 ? buffer.length : feed + 1;
    const json = feed < 0 ? undefined : checkedJson(buffer.subarray(offset, feed));
    if (json !== undefined) {
      if (offset > validLength) damaged.push({ offset: validLength, length: offset - validLength });
      validLength = end;
      const record = readRecord(json);
      if (record === undefined) unknown ??= json.slice(0, 200);
      else records.push(record);
    }
    offset = end;
  }
  return { records, validLength, tornBytes: buffer.length - validLength, damaged, unknown };
}

/** The JSON text of a line whose checksum is right. */
function checkedJson(line: Buffer): string | undefined {
  if (line.length <= crcDigits + 1 || line[crcDigits] !== 0x20) return undefined;
  const digits = line.toString('latin1', 0, crcDigits);
  if (!/^[0-9a-f]{8}$/.test(digits)) return undefined;
  const json = line.subarray(crcDigits + 1);
  return crc32(json) === Number.parseInt(digits, 16) ? json.toString('utf8') : undefined;
}

function readRecord(json: string): JournalRecord | undefined {
  try {
    const parsed = JournalRecord.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // The checksum is right, so somebody wrote this on purpose: a format of another version.
    return undefined;
  }
}
