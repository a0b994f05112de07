import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Format of the data folder that this version reads and writes. */
const dataFormat = 1;

/** The data folder cannot be used; the message says why and what to do. */
export class DataFolderError extends Error {
  readonly kind: 'in_use' | 'not_writable' | 'full' | 'newer' | 'unreadable';

  constructor(kind: DataFolderError['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DataFolderError';
    this.kind = kind;
  }
}

/** A data folder that this process owns. */
export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  release(): void;
}

/** A lock that nothing refers to would be closed by the garbage collector, and so given up. */
const held = new Set<DatabaseSync>();

/**
 * Makes the folder where it is missing, checks its format and takes ownership. The lock belongs to
 * the process and is dropped by the operating system when the process ends, however it ends.
 * Throws DataFolderError.
 */
export function openDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  attempt(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
  checkWritable(path);
  const lock = takeLock(path);
  held.add(lock);
  try {
    checkFormat(path);
    writeFileSync(
      join(path, 'owner.json'),
      `${JSON.stringify({ pid: process.pid, since: new Date().toISOString() })}\n`,
    );
  } catch (error) {
    held.delete(lock);
    lock.close();
    throw error instanceof DataFolderError ? error : describe(path, error);
  }
  return {
    path,
    release() {
      rmSync(join(path, 'owner.json'), { force: true });
      held.delete(lock);
      lock.close();
    },
  };
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw describe(path, error);
  }
}

function checkWritable(path: string): void {
  const probe = join(path, `.write-probe-${randomUUID()}`);
  attempt(path, () => {
    writeFileSync(probe, 'x');
    rmSync(probe);
  });
}

/** Says what is wrong with a folder, and the fix. */
function describe(path: string, error: unknown): DataFolderError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new DataFolderError(
      'full',
      `The disk of the data folder ${path} is full (${code}). Free some space, or set CASTELLAN_DATA_DIR to a folder on another disk.`,
      error,
    );
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new DataFolderError(
      'not_writable',
      `The data folder ${path} is not writable for ${whoAmI()} (${code}). Give this user the folder (${chown(path)}; of a container: on the host, with the path there), or set CASTELLAN_DATA_DIR to one that is writable.`,
      error,
    );
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new DataFolderError(
      'not_writable',
      `The data folder ${path} is not a folder. Remove the file that is in its place, or set CASTELLAN_DATA_DIR to a folder.`,
      error,
    );
  return new DataFolderError(
    'unreadable',
    `The data folder ${path} cannot be used: ${message}. Set CASTELLAN_DATA_DIR to another folder if this does not pass.`,
    error,
  );
}

const chown = (path: string) =>
  process.getuid ? `chown -R ${process.getuid()} '${path}'` : 'chown';

const whoAmI = () => (process.getuid ? `user id ${process.getuid()}` : 'this user');

/** An SQLite file that is locked for as long as the process lives; it never holds anything. */
function takeLock(path: string): DatabaseSync {
  const lock = attempt(path, () => new DatabaseSync(join(path, 'lock'), { timeout: 0 }));
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (!/locked|busy/i.test((error as Error).message)) throw describe(path, error);
    throw new DataFolderError(
      'in_use',
      `The data folder ${path} is in use by another Castellan${ownerOf(path)}. Stop that one, or set CASTELLAN_DATA_DIR to another folder.`,
      error,
    );
  }
}

function ownerOf(path: string): string {
  try {
    const owner = JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8')) as {
      pid: number;
      since: string;
    };
    return ` (process ${owner.pid}, since ${owner.since})`;
  } catch {
    return ''; // The owner is not known: the message does without.
  }
}

function checkFormat(path: string): void {
  const file = join(path, 'format.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    writeFileSync(`${file}.new`, `${JSON.stringify({ format: dataFormat })}\n`);
    renameSync(`${file}.new`, file);
    return;
  }
  const format = readFormat(text);
  if (format === undefined)
    throw new DataFolderError(
      'unreadable',
      `${file} does not say which format the data folder has. If the folder is Castellan's, write {"format":${dataFormat}} into it; else set CASTELLAN_DATA_DIR to another folder.`,
    );
  if (format > dataFormat)
    throw new DataFolderError(
      'newer',
      `The data folder ${path} has format ${format}, and this version of Castellan knows up to ${dataFormat}. Use the newer version that wrote it, or set CASTELLAN_DATA_DIR to another folder.`,
    );
}

function readFormat(text: string): number | undefined {
  try {
    const { format } = JSON.parse(text) as { format?: unknown };
    return Number.isInteger(format) && (format as number) > 0 ? (format as number) : undefined;
  } catch {
    return undefined;
  }
}
