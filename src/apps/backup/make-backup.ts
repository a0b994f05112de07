import {
  copyFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { describeFile, packArchive } from '../../adapters/backup/archive.ts';
import type { Store } from '../../adapters/clickhouse/store.ts';
import type { State } from '../../adapters/state/index.ts';
import { snapshotState } from '../../adapters/state/snapshot.ts';
import { sqlName } from '../../base/sql-text.ts';
import { type BackupEntry, backupFormat } from '../../model/backup/manifest.ts';
import { sampleTables } from '../../model/fleet/sample-store.ts';

export interface BackupParts {
  readonly state: State;
  readonly store: Store;
  /** Data folder: the key is in it, and the parts of the archive are gathered there. */
  readonly folder: string;
  readonly version: string;
}

/** One backup under way. `remove` takes the gathered parts away again. */
export interface Backup {
  readonly archive: Readable;
  remove(): void;
}

/** Copies state, samples and, where wanted, the key, and packs them as one archive. */
export async function makeBackup(
  parts: BackupParts,
  wanted: { readonly withKey: boolean; readonly withoutSamples: boolean },
): Promise<Backup> {
  const folder = mkdtempSync(join(parts.folder, '.backup-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await snapshotState(parts.state, join(folder, 'state.sqlite'));
    const names: BackupEntry['name'][] = ['state.sqlite'];
    const key = join(parts.folder, '.key');
    if (wanted.withKey && existsSync(key)) {
      copyFileSync(key, join(folder, '.key'));
      names.push('.key');
    }
    if (!wanted.withoutSamples) names.push(...(await copySamples(parts.store, folder)));
    const entries = [];
    for (const name of names) entries.push(await describeFile(folder, name));
    const archive = packArchive(folder, {
      format: backupFormat,
      castellan: parts.version,
      createdAt: new Date().toISOString(),
      entries,
    });
    return { archive, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function copySamples(store: Store, folder: string): Promise<string[]> {
  mkdirSync(join(folder, 'samples'));
  const names: string[] = [];
  for (const { table } of sampleTables) {
    const name = `samples/${table}.native.zst`;
    const answer = await store.client.exec({
      query: `SELECT * FROM ${sqlName(store.database)}.${sqlName(table)} FORMAT Native`,
    });
    await pipeline(answer.stream, createZstdCompress(), createWriteStream(join(folder, name)));
    names.push(name);
  }
  return names;
}
