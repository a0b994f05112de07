import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Linux takes at most 1024 buffers in one writev. */
const buffersPerWrite = 512;

/**
 * A file that grows at its end. `length` is what is committed: a failed write leaves it where it
 * was, and the next write starts there again.
 */
export class AppendFile {
  readonly path: string;
  #handle: FileHandle | undefined;
  #length: number;

  private constructor(path: string, handle: FileHandle, length: number) {
    this.path = path;
    this.#handle = handle;
    this.#length = length;
  }

  static async create(path: string): Promise<AppendFile> {
    return new AppendFile(path, await open(path, 'wx', 0o600), 0);
  }

  /** Opens an existing file whose first `length` bytes are good. */
  static async reopen(path: string, length: number): Promise<AppendFile> {
    return new AppendFile(path, await open(path, constants.O_WRONLY, 0o600), length);
  }

  get length(): number {
    return this.#length;
  }

  /** Writes behind the committed length, `skipBytes` further on, without committing. */
  async write(buffers: readonly Uint8Array[], skipBytes = 0): Promise<number> {
    let position = this.#length + skipBytes;
    for (let first = 0; first < buffers.length; first += buffersPerWrite) {
      let rest = buffers.slice(first, first + buffersPerWrite);
      while (rest.length > 0) {
        const { bytesWritten } = await this.#open().writev(rest, position);
        if (bytesWritten === 0 && rest.some((each) => each.byteLength > 0))
          throw Object.assign(new Error(`${this.path}: the disk took no bytes`), { code: 'EIO' });
        position += bytesWritten;
        rest = withoutBytes(rest, bytesWritten);
      }
    }
    return position - this.#length - skipBytes;
  }

  commit(bytes: number): void {
    this.#length += bytes;
  }

  async sync(): Promise<void> {
    await this.#open().datasync();
  }

  /** Cuts off what is not committed. */
  async rollback(): Promise<void> {
    await this.#open().truncate(this.#length);
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  #open(): FileHandle {
    if (!this.#handle) throw new Error(`${this.path} is closed`);
    return this.#handle;
  }
}

/** What remains to be written of these buffers. */
function withoutBytes(buffers: readonly Uint8Array[], written: number): Uint8Array[] {
  let skip = written;
  const rest: Uint8Array[] = [];
  for (const each of buffers) {
    if (skip >= each.byteLength) skip -= each.byteLength;
    else {
      rest.push(skip > 0 ? each.subarray(skip) : each);
      skip = 0;
    }
  }
  return rest;
}

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The disk, the user's share of it, or the file may not grow. */
export const isNoSpace = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
};
