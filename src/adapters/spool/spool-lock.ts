import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process, or another thread of this one, has the spool. */
class SpoolInUse extends Error {
  constructor(folder: string, owner: string, cause: unknown) {
    super(
      `The spool ${folder} is in use by another process${owner}. Stop that process, or give this one a folder of its own (CASTELLAN_DATA_DIR).`,
      { cause },
    );
    this.name = 'SpoolInUse';
  }
}

/**
 * Takes the spool for this thread. Node has no file locks, SQLite does: the operating system drops
 * them when the process ends, however it ends. Returns the release. Throws SpoolInUse.
 */
export function lockSpool(folder: string): () => void {
  const owner = join(folder, 'owner');
  const database = new DatabaseSync(join(folder, 'lock.sqlite'));
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new SpoolInUse(folder, readOwner(owner), error);
  }
  writeFileSync(owner, `${process.pid}\n`);
  return () => database.close();
}

function readOwner(path: string): string {
  try {
    return ` (${readFileSync(path, 'utf8').trim()})`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
