import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ArchiveError, unpackArchive } from '../../adapters/backup/archive.ts';
import { DataFolderError, openDataFolder, StateError } from '../../adapters/state/index.ts';
import { inspectSnapshot } from '../../adapters/state/snapshot.ts';
import type { BackupManifest } from '../../model/backup/manifest.ts';
import { samplesFolder } from './import-samples.ts';

/** A restore that cannot be, for a reason that a person can mend; nothing has changed. */
export class RestoreError extends Error {
  /** What is to be mended: the archive, or the data folder. */
  readonly kind: 'archive' | 'data';

  constructor(kind: RestoreError['kind'], cause: Error) {
    super(cause.message, { cause });
    this.name = 'RestoreError';
    this.kind = kind;
  }
}

/** What a restore did. */
export interface Restored {
  readonly manifest: BackupManifest;
  /** Where what was there before lies now; undefined where there was nothing. */
  readonly before: string | undefined;
}

/**
 * Puts the contents of a backup into a data folder that no Castellan uses. Everything is unpacked
 * and verified first; what is there is moved aside, never deleted. Throws a
 * RestoreError.
 */
export async function restoreBackup(
  archive: string,
  dataDir: string,
  databasePath: string | undefined,
): Promise<Restored> {
  try {
    return await restore(archive, dataDir, databasePath);
  } catch (error) {
    if (error instanceof DataFolderError) throw new RestoreError('data', error);
    if (error instanceof ArchiveError || error instanceof StateError)
      throw new RestoreError('archive', error);
    throw error;
  }
}

async function restore(
  archive: string,
  dataDir: string,
  databasePath: string | undefined,
): Promise<Restored> {
  const folder = openDataFolder(dataDir);
  const unpacked = mkdtempSync(join(folder.path, '.restore-'));
  try {
    const manifest = await unpackArchive(resolve(archive), unpacked);
    const snapshot = join(unpacked, 'state.sqlite');
    if (existsSync(snapshot)) inspectSnapshot(snapshot);
    const before = replace(folder.path, unpacked, databasePath);
    return { manifest, before };
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
    folder.release();
  }
}

function replace(folder: string, unpacked: string, databasePath: string | undefined) {
  const state = databasePath ? resolve(databasePath) : join(folder, 'state.sqlite');
  const places: readonly (readonly [string, string])[] = [
    [join(unpacked, 'state.sqlite'), state],
    [join(unpacked, '.key'), join(folder, '.key')],
    [join(unpacked, 'samples'), join(folder, samplesFolder)],
  ];
  const aside = join(folder, `before-restore-${new Date().toISOString().replaceAll(':', '')}`);
  for (const [from, to] of places) {
    if (!existsSync(from)) continue;
    for (const suffix of ['', '-wal', '-shm'])
      if (existsSync(to + suffix)) {
        mkdirSync(aside, { recursive: true, mode: 0o700 });
        move(to + suffix, join(aside, basename(to) + suffix));
      }
    move(from, to);
  }
  return existsSync(aside) ? aside : undefined;
}

/** Also to another file system, where DATABASE_PATH may be: there the file appears when it is whole. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    copyFileSync(from, `${to}.part`);
    renameSync(`${to}.part`, to);
    rmSync(from);
  }
}
