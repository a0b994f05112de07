import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, type Header, type Pack, pack } from 'tar-stream';
import {
  type BackupEntry,
  BackupManifest,
  backupFormat,
  manifestName,
} from '../../model/backup/manifest.ts';

/** An archive that cannot be used. The message says why; nothing was changed. */
export class ArchiveError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ArchiveError';
  }
}

/** Reads through a file for its digest. */
export async function describeFile(
  folder: string,
  name: BackupEntry['name'],
): Promise<BackupEntry> {
  const path = join(folder, name);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return { name, sizeBytes: statSync(path).size, sha256: hash.digest('hex') };
}

/** A tar of the manifest and of the files of `folder` that it lists, as a stream. */
export function packArchive(folder: string, manifest: BackupManifest): Readable {
  const archive = pack();
  const feed = async () => {
    archive.entry({ name: manifestName, mode: 0o600 }, `${JSON.stringify(manifest, null, 2)}\n`);
    for (const { name, sizeBytes } of manifest.entries)
      await addFile(archive, join(folder, name), { name, size: sizeBytes, mode: 0o600 });
    archive.finalize();
  };
  feed().catch((error: unknown) => archive.destroy(error as Error));
  return Readable.from(archive);
}

/** The library's sinks are streams of an older kind, which `pipeline` does not take. */
async function addFile(
  archive: Pack,
  path: string,
  header: Partial<Header> & Pick<Header, 'name'>,
): Promise<void> {
  const sink = archive.entry(header);
  for await (const chunk of createReadStream(path))
    if (!sink.write(chunk)) await once(sink, 'drain');
  const finished = once(sink, 'finish');
  sink.end(undefined);
  await finished;
}

/**
 * Unpacks an archive into an empty folder, and compares each file with the manifest: a file that is
 * missing, too many, cut or changed is an ArchiveError. Only names of the manifest's own kind are
 * written.
 */
export async function unpackArchive(path: string, folder: string): Promise<BackupManifest> {
  try {
    return await unpack(path, folder);
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new ArchiveError(`There is no file ${path}.`, error);
    const detail = error instanceof Error ? error.message : String(error);
    throw new ArchiveError(`${path} is not a backup, or is damaged: ${detail}.`, error);
  }
}

async function unpack(path: string, folder: string): Promise<BackupManifest> {
  const entries = extract();
  const reading = pipeline(createReadStream(path), entries);
  reading.catch(() => undefined); // Told by the loop below, or by the second await.
  let manifest: BackupManifest | undefined;
  const waiting = new Map<string, BackupEntry>();
  for await (const entry of entries) {
    const { name } = entry.header;
    if (!manifest) {
      manifest = readManifest(path, name, await text(Readable.from(entry)));
      for (const each of manifest.entries) waiting.set(each.name, each);
      continue;
    }
    const expected = waiting.get(name);
    if (!expected)
      throw new ArchiveError(`${path} holds "${name}", which its manifest does not list.`);
    waiting.delete(name);
    await writeEntry(path, folder, expected, entry);
  }
  await reading;
  if (!manifest) throw new ArchiveError(`${path} is empty.`);
  const [missing] = waiting.keys();
  if (missing) throw new ArchiveError(`${path} is cut: "${missing}" is missing.`);
  return manifest;
}

function readManifest(path: string, name: string, content: string): BackupManifest {
  if (name !== manifestName)
    throw new ArchiveError(`${path} is not a backup of Castellan: it begins with "${name}".`);
  const parsed = BackupManifest.parse(JSON.parse(content));
  if (parsed.format > backupFormat)
    throw new ArchiveError(
      `${path} has format ${parsed.format}, and this version knows ${backupFormat}: use the version that wrote it (${parsed.castellan}).`,
    );
  return parsed;
}

async function writeEntry(
  path: string,
  folder: string,
  expected: BackupEntry,
  content: AsyncIterable<unknown>,
): Promise<void> {
  const target = join(folder, expected.name);
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const measured = async function* () {
    for await (const chunk of content) {
      hash.update(chunk as Buffer);
      sizeBytes += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  };
  await pipeline(measured, createWriteStream(target, { mode: 0o600 }));
  if (sizeBytes !== expected.sizeBytes || hash.digest('hex') !== expected.sha256)
    throw new ArchiveError(`${path} is damaged: "${expected.name}" is not what was backed up.`);
}
