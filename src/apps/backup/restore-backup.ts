import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { unpackArchive } from '../../adapters/backup/archive.ts';
import { openDataFolder } from '../../adapters/state/index.ts';
import { inspectSnapshot } from '../../adapters/state/snapshot.ts';
import type { BackupManifest } from '../../model/backup/manifest.ts';
import { samplesFolder } from './import-samples.ts';

/** What a restore did. */
export interface Restored {
  readonly manifest: BackupManifest;
  /** Where what was there before lies now; undefined where there was nothing. */
  readonly before: string | undefined;
}

/**
 * Puts the contents of a backup into a data folder that no Castellan uses. Everything is unpacked
 * and verified first; what is there is moved aside, never deleted. Throws an ArchiveError, a
 * StateError or a DataFolderError, and then nothing has changed.
 */
export async function restoreBackup(
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
        renameSync(to + suffix, join(aside, to.split('/').at(-1)! + suffix));
      }
    renameSync(from, to);
  }
  return existsSync(aside) ? aside : undefined;
}
