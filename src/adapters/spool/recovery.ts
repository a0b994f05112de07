import type { Dirent } from 'node:fs';
import { readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../base/log.ts';
import type { SpooledTable } from '../../model/telemetry/spooled-tables.ts';
import type { Signal } from '../../model/telemetry/tables.ts';
import { AppendFile, syncFolder } from './append-file.ts';
import { type EntryRecord, type JournalRecord, parseJournal, renderRecords } from './journal.ts';
import { matches, SealedSegment } from './sealed-segment.ts';
import type { SegmentTable } from './segment.ts';
import {
  ageOfId,
  dataName,
  dataPath,
  isDeadLetterId,
  isPiece,
  isSegmentId,
  journalName,
  journalPath,
  tableOf,
} from './segment-layout.ts';
import { foldJournal, placeParts, type SegmentState, tableExtents } from './segment-state.ts';

export interface RecoveredSegment {
  readonly segment: SealedSegment;
  /** Entries whose response never was known to arrive. */
  readonly unanswered: readonly EntryRecord[];
  readonly highestEntry: number;
}

/** Something in the spool that cannot be used; it is left where it is. */
export interface SpoolProblem {
  readonly path: string;
  readonly problem: string;
  readonly advice: string;
}

export interface Recovery {
  readonly segments: readonly RecoveredSegment[];
  readonly problems: readonly SpoolProblem[];
}

/** Reads what an earlier process left in the folder of a signal, oldest first. */
export async function recoverSignal(
  folder: string,
  signal: Signal,
  logger: Logger,
): Promise<Recovery> {
  const segments: RecoveredSegment[] = [];
  const problems: SpoolProblem[] = [];
  const found = await readdir(folder, { withFileTypes: true });
  for (const item of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, item.name);
    const outcome = isSegmentFolder(item)
      ? await recoverSegment(path, item.name, signal, logger)
      : foreign(path);
    if (outcome === undefined) continue;
    if ('problem' in outcome) problems.push(outcome);
    else segments.push(outcome);
  }
  for (const problem of problems) logger.error('spool_problem', { ...problem });
  return { segments, problems };
}

const isSegmentFolder = (item: Dirent): boolean => item.isDirectory() && isSegmentId(item.name);

const foreign = (path: string): SpoolProblem => ({
  path,
  problem: 'is not a segment of the spool',
  advice: 'Castellan leaves it alone. Move it elsewhere if you know what it is.',
});

const unreadable = (path: string, problem: string): SpoolProblem => ({
  path,
  problem,
  advice:
    'It may hold records that were acknowledged. Castellan leaves it alone: keep a copy, then start the version that wrote it, or move the folder out of the spool.',
});

/** Brings one segment back, or says why not. Undefined: it held nothing and is removed. */
export async function recoverSegment(
  folder: string,
  id: string,
  signal: Signal,
  logger: Logger,
): Promise<RecoveredSegment | SpoolProblem | undefined> {
  const names = await readdir(folder);
  const sizes = await dataSizes(folder, names);
  for (const name of names) if (isPiece(name)) await rm(join(folder, name));
  if (!names.includes(journalName)) {
    if ([...sizes.values()].some((bytes) => bytes > 0))
      return unreadable(folder, 'has data but no journal');
    return removeEmpty(folder, names);
  }
  const parsed = parseJournal(await readFile(journalPath(folder)));
  if (parsed.unknown !== undefined)
    return unreadable(folder, `has a journal of another version: ${parsed.unknown}`);
  const state = foldJournal(parsed.records) ?? foldHeadless(parsed.records, id, signal);
  if (!state) {
    if ([...sizes.values()].some((bytes) => bytes > 0))
      return unreadable(folder, 'has data, and a journal without a readable record');
    return removeEmpty(folder, names);
  }
  if (state.header.id !== id || state.signal !== signal)
    return unreadable(folder, `belongs elsewhere: ${state.signal}/${state.header.id}`);
  const missing = state.entries
    .flatMap((entry) => entry.parts.map((part) => part.table))
    .find((table) => state.sealedAtMs !== undefined && !isDone(state, table) && !sizes.has(table));
  if (missing !== undefined)
    return unreadable(folder, `has lost its data file ${dataName(missing)}`);
  for (const each of parsed.damaged)
    logger.error('journal_damaged', { segment: id, ...each, consequence: damagedConsequence });
  await truncate(journalPath(folder), parsed.validLength);
  const damaged = parsed.damaged.length > 0;
  return restore({ folder, state, sizes, damaged, logger }, parsed.validLength);
}

/** A journal whose first record is damaged: its place and name say what that held. */
function foldHeadless(
  records: readonly JournalRecord[],
  id: string,
  signal: Signal,
): SegmentState | undefined {
  if (records.length === 0) return undefined;
  const header = { t: 'segment', v: 1, id, signal, at: ageOfId(id), fsync: 'always' } as const;
  return foldJournal([isDeadLetterId(id) ? { ...header, token: id } : header, ...records]);
}

const isDone = (state: SegmentState, table: SpooledTable): boolean => state.storedTables.has(table);

interface Found {
  readonly folder: string;
  readonly state: SegmentState;
  /** Lengths of the data files. */
  readonly sizes: ReadonlyMap<SpooledTable, number>;
  /** Records are missing from the journal, so data may have none. */
  readonly damaged: boolean;
  readonly logger: Logger;
}

const damagedConsequence =
  'the records of this stretch are stored or end in a dead letter; their retries are not recognised';

async function removeEmpty(
  folder: string,
  names: readonly string[],
): Promise<SpoolProblem | undefined> {
  const strange = names.find((name) => name !== journalName && !tableOf(name) && !isPiece(name));
  if (strange !== undefined) return unreadable(folder, `has no journal, but a file ${strange}`);
  await rm(folder, { recursive: true });
  return undefined;
}

async function dataSizes(
  folder: string,
  names: readonly string[],
): Promise<Map<SpooledTable, number>> {
  const sizes = new Map<SpooledTable, number>();
  for (const name of names) {
    const table = tableOf(name);
    if (table) sizes.set(table, (await stat(join(folder, name))).size);
  }
  return sizes;
}

async function restore(found: Found, journalBytes: number): Promise<RecoveredSegment> {
  const { folder, state } = found;
  const { header, signal } = state;
  const dropped = state.sealedAtMs === undefined ? await tornEntries(found) : [];
  const gone = new Set(dropped);
  const entries = state.entries.filter((entry) => !gone.has(entry.n));
  const lengthened = await settleJournal(found, dropped, journalBytes);
  const tables = await settleData(found, entries);
  const segment = new SealedSegment({
    id: header.id,
    signal,
    folder,
    openedAtMs: header.at,
    journalBytes: lengthened,
    entries: entries.length,
    tables,
    storedTables: state.storedTables,
    token: header.token,
    recovered: true,
    tried: state.tried,
    ranges: state.ranges,
  });
  return {
    segment,
    unanswered: entries.filter((entry) => !state.answered.has(entry.n)),
    highestEntry: state.entries.reduce((highest, entry) => Math.max(highest, entry.n), 0),
  };
}

/**
 * Entries at the end of an unsealed segment whose data did not reach the disk. With `always` only
 * the last group commit can be incomplete, and then none of it was acknowledged; with the other
 * policies acknowledged entries may be among them, which is what those policies mean.
 */
async function tornEntries({ folder, state, sizes, logger }: Found): Promise<number[]> {
  const torn: number[] = [];
  const { fsync } = state.header;
  let rest = [...state.entries];
  while (rest.length > 0) {
    const batch = rest.at(-1)?.batch;
    const first = rest.findIndex((entry) => entry.batch === batch);
    let bad = -1;
    for (let index = first; index < rest.length && bad < 0; index += 1)
      if (!(await isWhole(folder, rest[index]!, sizes))) bad = index;
    if (bad < 0) break;
    torn.push(...rest.slice(bad).map((entry) => entry.n));
    rest = rest.slice(0, bad);
    if (fsync === 'always') break;
  }
  if (torn.length > 0)
    logger.warn('spool_tail_dropped', {
      segment: state.header.id,
      requests: torn.length,
      fsync,
      acknowledged: fsync === 'always' ? 'none of them' : 'possibly: SPOOL_FSYNC is not always',
    });
  return torn;
}

async function isWhole(
  folder: string,
  entry: EntryRecord,
  sizes: ReadonlyMap<SpooledTable, number>,
): Promise<boolean> {
  for (const part of entry.parts) {
    if ((sizes.get(part.table) ?? 0) < part.offset + part.length) return false;
    if (!(await matches(dataPath(folder, part.table), part))) return false;
  }
  return true;
}

/** Writes down what was dropped and that the segment has its end; returns the journal's length. */
async function settleJournal(
  { folder, state }: Found,
  dropped: readonly number[],
  length: number,
): Promise<number> {
  if (dropped.length === 0 && state.sealedAtMs !== undefined) return length;
  const file = await AppendFile.reopen(journalPath(folder), length);
  try {
    const records = [
      ...(dropped.length > 0 ? [{ t: 'dropped' as const, n: [...dropped] }] : []),
      { t: 'sealed' as const, at: state.header.at },
    ];
    file.commit(await file.write([renderRecords(records)]));
    await file.sync();
    await syncFolder(folder);
    return file.length;
  } finally {
    await file.close();
  }
}

/**
 * Cuts data that no entry speaks of, and sums up what each table has. Where the journal has lost
 * records, data without an entry is what they spoke of, and stays.
 */
async function settleData(
  { folder, state, sizes, damaged, logger }: Found,
  entries: readonly EntryRecord[],
): Promise<Map<SpooledTable, SegmentTable>> {
  const tables = new Map<SpooledTable, SegmentTable>();
  const extents = tableExtents(entries);
  for (const [table, size] of sizes) {
    const end = extents.get(table) ?? 0;
    if (size > end && damaged) extents.set(table, size);
    else if (size > end) {
      logger.warn('spool_tail_dropped', { segment: state.header.id, table, bytes: size - end });
      await truncate(dataPath(folder, table), end);
    }
    if (Math.max(end, damaged ? size : 0) === 0) await rm(dataPath(folder, table));
  }
  for (const [table, bytes] of extents) {
    const rows = placeParts(entries, table).reduce((sum, part) => sum + part.rows, 0);
    tables.set(table, { rows, bytes });
  }
  return tables;
}
