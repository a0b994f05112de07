import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '../../base/log.ts';
import { DeadLetter } from '../../model/telemetry/dead-letter.ts';
import type { SpooledTable } from '../../model/telemetry/spooled-tables.ts';
import type { Signal } from '../../model/telemetry/tables.ts';
import { syncFolder } from './append-file.ts';
import { type EntryRecord, type JournalRecord, parseJournal, renderRecords } from './journal.ts';
import { checksum } from './sealed-segment.ts';
import { dataPath, isSegmentId, journalPath, reasonName } from './segment-layout.ts';
import { foldJournal, type PlacedPart } from './segment-state.ts';

export interface NewDeadLetter {
  /** Deduplication token of exactly these bytes; also the id. */
  readonly token: string;
  readonly signal: Signal;
  readonly table: SpooledTable;
  readonly parts: readonly PlacedPart[];
  /** File that the parts lie in. */
  readonly dataPath: string;
  readonly cause: DeadLetter['cause'];
  readonly code: number | undefined;
  readonly error: string;
}

export interface DeadLettersStatus {
  readonly count: number;
  readonly bytes: number;
  readonly maxBytes: number;
}

const temporary = '.new-';
const shownKeys = 20;

/**
 * The folder of what the store rejected: one folder for each letter, laid out like a segment of
 * the spool, so that a replay is one rename.
 */
export class DeadLetters {
  readonly folder: string;
  readonly #maxBytes: number;
  readonly #logger: Logger;
  readonly #bytes = new Map<string, number>();

  constructor(folder: string, maxBytes: number, logger: Logger) {
    this.folder = folder;
    this.#maxBytes = maxBytes;
    this.#logger = logger;
  }

  /** Reads what is there; removes what a crash left half-written. */
  async open(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.folder))
      if (name.startsWith(temporary)) await rm(join(this.folder, name), { recursive: true });
      else if (isSegmentId(name)) this.#bytes.set(name, await folderBytes(join(this.folder, name)));
      else
        this.#logger.warn('dead_letter_foreign', {
          path: join(this.folder, name),
          advice: 'This is not a dead letter; Castellan leaves it alone.',
        });
  }

  status(): DeadLettersStatus {
    let bytes = 0;
    for (const each of this.#bytes.values()) bytes += each;
    return { count: this.#bytes.size, bytes, maxBytes: this.#maxBytes };
  }

  /** Oldest first. A letter whose reason cannot be read is listed with what is known. */
  async list(): Promise<readonly DeadLetter[]> {
    const found: DeadLetter[] = [];
    for (const id of [...this.#bytes.keys()].sort()) found.push(await this.#reason(id));
    return found;
  }

  /** False when there is no room. The letter is on disk when this resolves. */
  async write(letter: NewDeadLetter, nowMs: number): Promise<boolean> {
    const bytes = letter.parts.reduce((sum, part) => sum + part.length, 0);
    const known = this.#bytes.get(letter.token);
    if (known === undefined && this.status().bytes + bytes > this.#maxBytes) return false;
    const draft = join(this.folder, `${temporary}${letter.token}`);
    const final = join(this.folder, letter.token);
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    await copyParts(letter, dataPath(draft, letter.table));
    const parts = await withChecksums(letter);
    await writeDurably(journalPath(draft), renderRecords(journalOf({ ...letter, parts }, nowMs)));
    const reason = reasonOf(letter, bytes, nowMs);
    await writeDurably(join(draft, reasonName), `${JSON.stringify(reason, null, 2)}\n`);
    await syncFolder(draft);
    // A letter of this token is left from a start that was cut off between here and its mark.
    await rm(final, { recursive: true, force: true });
    await rename(draft, final);
    await syncFolder(this.folder);
    this.#bytes.set(letter.token, await folderBytes(final));
    return true;
  }

  has(id: string): boolean {
    return this.#bytes.has(id);
  }

  /** Removes a letter for good. */
  async delete(id: string): Promise<boolean> {
    if (!this.#bytes.has(id)) return false;
    await rm(join(this.folder, id), { recursive: true, force: true });
    await syncFolder(this.folder);
    this.#bytes.delete(id);
    return true;
  }

  /**
   * Moves a letter into the spool's folder of its signal: there or here at any moment, never both.
   * Returns its new folder and signal, or undefined where there is no such letter.
   */
  async moveToSpool(id: string, spoolFolder: string): Promise<MovedLetter | undefined> {
    if (!this.#bytes.has(id)) return undefined;
    const { signal } = await this.#reason(id);
    const folder = join(spoolFolder, signal, id);
    await rename(join(this.folder, id), folder);
    this.#bytes.delete(id);
    await syncFolder(join(spoolFolder, signal));
    await syncFolder(this.folder);
    return { id, signal, folder };
  }

  async #reason(id: string): Promise<DeadLetter> {
    const folder = join(this.folder, id);
    try {
      return DeadLetter.parse(JSON.parse(await readFile(join(folder, reasonName), 'utf8')));
    } catch (cause) {
      this.#logger.warn('dead_letter_reason_unreadable', { id, error: cause });
      return reasonFromJournal(id, folder);
    }
  }
}

/** What the journal alone can tell. Throws where that is unreadable, too. */
async function reasonFromJournal(id: string, folder: string): Promise<DeadLetter> {
  const state = foldJournal(parseJournal(await readFile(journalPath(folder))).records);
  if (!state)
    throw new Error(
      `${folder}: neither ${reasonName} nor the journal can be read. Keep a copy of the folder and move it away.`,
    );
  const parts = state.entries.flatMap((entry) => entry.parts.map((part) => ({ ...part, entry })));
  return reasonOf(
    {
      token: id,
      signal: state.signal,
      table: parts[0]?.table ?? 'otel_logs',
      parts,
      dataPath: folder,
      cause: 'rejected',
      code: undefined,
      error: `${reasonName} cannot be read`,
    },
    parts.reduce((sum, part) => sum + part.length, 0),
    state.header.at,
  );
}

export interface MovedLetter {
  readonly id: string;
  readonly signal: Signal;
  readonly folder: string;
}

async function copyParts(letter: NewDeadLetter, target: string): Promise<void> {
  const first = letter.parts[0];
  const last = letter.parts.at(-1);
  if (!first || !last) throw new Error(`dead letter ${letter.token} has no parts`);
  const end = last.offset + last.length - 1;
  await pipeline(
    createReadStream(letter.dataPath, { start: first.offset, end }),
    createWriteStream(target, { mode: 0o600, flush: true }),
  );
}

/** Salvaged stretches have no checksum yet. */
function withChecksums({ parts, dataPath: path }: NewDeadLetter): Promise<PlacedPart[]> {
  return Promise.all(
    parts.map(async (part) =>
      part.entry ? part : { ...part, crc: (await checksum(path, part)).crc },
    ),
  );
}

/** A journal whose entries are answered: letters absorb no retries, the segment they left does. */
function journalOf(letter: NewDeadLetter, nowMs: number): JournalRecord[] {
  const start = letter.parts[0]?.offset ?? 0;
  const entries = new Map<number, EntryRecord>();
  for (const [index, { entry, ...part }] of letter.parts.entries()) {
    const n = entry?.n ?? index;
    const known = entries.get(n) ?? {
      t: 'entry',
      n,
      batch: 0,
      at: entry?.at ?? nowMs,
      key: entry?.key ?? '',
      digest: entry?.digest ?? '',
      parts: [],
    };
    entries.set(n, {
      ...known,
      parts: [...known.parts, { ...part, offset: part.offset - start }],
    });
  }
  const { token, signal } = letter;
  return [
    { t: 'segment', v: 1, id: token, signal, at: nowMs, fsync: 'always', token },
    ...entries.values(),
    { t: 'answered', n: [...entries.keys()] },
    { t: 'sealed', at: nowMs },
  ];
}

function reasonOf(letter: NewDeadLetter, bytes: number, nowMs: number): DeadLetter {
  const entries = letter.parts.flatMap((part) => (part.entry ? [part.entry] : []));
  const times = entries.map((entry) => entry.at);
  return {
    id: letter.token,
    signal: letter.signal,
    table: letter.table,
    cause: letter.cause,
    ...(letter.code === undefined ? {} : { code: letter.code }),
    error: letter.error,
    rows: letter.parts.reduce((sum, part) => sum + part.rows, 0),
    bytes,
    requests: new Set(entries.map((entry) => entry.n)).size,
    keyIds: [...new Set(entries.map((entry) => entry.key))].slice(0, shownKeys),
    ...(times.length > 0
      ? {
          receivedFrom: new Date(Math.min(...times)).toISOString(),
          receivedTo: new Date(Math.max(...times)).toISOString(),
        }
      : {}),
    rejectedAt: new Date(nowMs).toISOString(),
  };
}

async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await writeFile(file, content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function folderBytes(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder)) sum += (await stat(join(folder, name))).size;
  return sum;
}
