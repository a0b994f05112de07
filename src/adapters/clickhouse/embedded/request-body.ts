import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { EngineError } from './engine-error.ts';

/** Bytes that the engine reads with `file()`: never part of a statement. */
export interface DataFile {
  readonly path: string;
  readonly sizeBytes: number;
  remove(): Promise<void>;
}

export interface BodyLimits {
  /** A body up to this size goes to shared memory, where that has room. */
  readonly memoryBytes: number;
  /** Larger bodies are refused (code 223), counted after decompression. */
  readonly maxBytes: number;
  /** A folder on disk for what does not fit into memory. */
  readonly spillDir: string;
  /** A folder in shared memory, or undefined where there is none. */
  readonly memoryDir: string | undefined;
}

/** Reads a body in two steps: its beginning, where the statement is, and the rest, into a file. */
export class RequestBody {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #limits: BodyLimits;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #totalBytes = 0;
  #ended = false;

  constructor(stream: Readable, limits: BodyLimits) {
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#limits = limits;
  }

  /** At least the first `sizeBytes` bytes, or everything if the body is shorter. */
  async head(sizeBytes: number): Promise<Buffer> {
    while (this.#pendingBytes < sizeBytes && (await this.#pull()));
    const all = Buffer.concat(this.#pending);
    this.#pending = [all];
    return all;
  }

  /** Whether `head` returned the whole body. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Drops the first bytes of what `head` returned: they were the statement. */
  skip(sizeBytes: number): void {
    const all = Buffer.concat(this.#pending).subarray(sizeBytes);
    this.#pending = [all];
    this.#pendingBytes = all.length;
  }

  /** Puts bytes in front of what has not been taken yet. */
  prepend(bytes: Buffer): void {
    this.#pending.unshift(bytes);
    this.#pendingBytes += bytes.length;
  }

  /** Moves what is left into a file. The caller removes it. */
  async toFile(): Promise<DataFile> {
    while (this.#pendingBytes <= this.#limits.memoryBytes && (await this.#pull()));
    if (!this.#ended) return this.#spill();
    const bytes = Buffer.concat(this.#pending);
    const folder = await this.#roomyFolder(bytes.length);
    try {
      return await writeDataFile(folder, bytes);
    } catch (error) {
      if (folder === this.#limits.spillDir) throw error;
      return await writeDataFile(this.#limits.spillDir, bytes);
    }
  }

  async #pull(): Promise<boolean> {
    if (this.#ended) return false;
    const next = await this.#chunks.next();
    if (next.done) {
      this.#ended = true;
      return false;
    }
    const chunk = Buffer.from(next.value);
    this.#totalBytes += chunk.length;
    if (this.#totalBytes > this.#limits.maxBytes) throw tooLarge(this.#limits.maxBytes);
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    return true;
  }

  async #spill(): Promise<DataFile> {
    const path = dataPath(this.#limits.spillDir);
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    try {
      let more = true;
      while (more) {
        for (const chunk of this.#pending) if (!file.write(chunk)) await once(file, 'drain');
        this.#pending = [];
        this.#pendingBytes = 0;
        more = await this.#pull();
      }
      file.end();
      await finished(file);
    } catch (error) {
      file.destroy();
      await rm(path, { force: true });
      throw error;
    }
    return dataFile(path, (await stat(path)).size);
  }

  async #roomyFolder(sizeBytes: number): Promise<string> {
    const { memoryDir, spillDir } = this.#limits;
    if (memoryDir === undefined) return spillDir;
    const free = await statfs(memoryDir).catch(() => undefined);
    // Containers get 64 MB of shared memory: leave most of it to others.
    return free && free.bavail * free.bsize > 4 * sizeBytes ? memoryDir : spillDir;
  }
}

const dataPath = (folder: string): string => join(folder, `body-${randomUUID()}`);

async function writeDataFile(folder: string, bytes: Buffer): Promise<DataFile> {
  const path = dataPath(folder);
  try {
    await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return dataFile(path, bytes.length);
}

const dataFile = (path: string, sizeBytes: number): DataFile => ({
  path,
  sizeBytes,
  remove: () => rm(path, { force: true }),
});

const tooLarge = (maxBytes: number): EngineError =>
  new EngineError(`the body is larger than ${maxBytes} bytes (option maxBodyBytes)`, {
    code: 223,
    name: 'QUERY_IS_TOO_LARGE',
  });
