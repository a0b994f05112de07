import { Transform, type TransformCallback } from 'node:stream';
import { zstdDecompressSync } from 'node:zlib';
import { compressSync, uncompressSync } from 'lz4-napi';
import { cityHash128 } from './city-hash.ts';
import { EngineError } from './engine-error.ts';

/**
 * ClickHouse's own compressed blocks (`compress=1`, `decompress=1`), as
 * src/Compression/CompressedReadBufferBase.cpp reads them: 16 bytes CityHash128 of what follows,
 * one byte method, 4 bytes size of this 9-byte header and the data, 4 bytes size when plain, data.
 */
const checksumBytes = 16;
const headerBytes = 9;
const methods = { none: 0x02, lz4: 0x82, zstd: 0x90 } as const;
/** ClickHouse refuses larger blocks too (DBMS_MAX_COMPRESSED_SIZE is 1 GiB; ours is tighter). */
const maxBlockBytes = 256 * 2 ** 20;
const plainPieceBytes = 2 ** 20;

/** Compresses bytes into blocks of up to 1 MiB each. */
export function encodeBlock(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += plainPieceBytes)
    blocks.push(oneBlock(bytes.subarray(at, at + plainPieceBytes)));
  return Buffer.concat(blocks);
}

function oneBlock(plain: Buffer): Buffer {
  // The library puts the plain size before the data; the block's header has it already.
  const data = compressSync(plain).subarray(4);
  const block = Buffer.allocUnsafe(checksumBytes + headerBytes + data.length);
  block[checksumBytes] = methods.lz4;
  block.writeUInt32LE(headerBytes + data.length, checksumBytes + 1);
  block.writeUInt32LE(plain.length, checksumBytes + 5);
  data.copy(block, checksumBytes + headerBytes);
  cityHash128(block.subarray(checksumBytes)).copy(block, 0);
  return block;
}

/** Turns a stream of compressed blocks into the plain bytes; fails on a wrong checksum. */
export class BlockDecoder extends Transform {
  #pending: Buffer = Buffer.alloc(0);

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    try {
      for (let size = this.#blockSize(); size !== undefined; size = this.#blockSize()) {
        this.push(decodeBlock(this.#pending.subarray(0, size)));
        this.#pending = this.#pending.subarray(size);
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    done(this.#pending.length === 0 ? null : broken('it ends in the middle of a block'));
  }

  /** Size of the first block if all of it is there. */
  #blockSize(): number | undefined {
    if (this.#pending.length < checksumBytes + headerBytes) return undefined;
    const compressed = this.#pending.readUInt32LE(checksumBytes + 1);
    const plain = this.#pending.readUInt32LE(checksumBytes + 5);
    if (compressed < headerBytes || compressed > maxBlockBytes || plain > maxBlockBytes)
      throw broken('a block has an impossible size');
    const size = checksumBytes + compressed;
    return this.#pending.length < size ? undefined : size;
  }
}

function decodeBlock(block: Buffer): Buffer {
  const body = block.subarray(checksumBytes);
  if (!cityHash128(body).equals(block.subarray(0, checksumBytes)))
    throw new EngineError('Checksum does not match: corrupted data in the compressed body', {
      code: 40,
      name: 'CHECKSUM_DOESNT_MATCH',
    });
  const plainBytes = body.readUInt32LE(5);
  const data = body.subarray(headerBytes);
  const plain = decompress(body[0] as number, data, plainBytes);
  if (plain.length !== plainBytes) throw broken('a block is not as long as it says');
  return plain;
}

function decompress(method: number, data: Buffer, plainBytes: number): Buffer {
  switch (method) {
    case methods.none:
      return data;
    case methods.zstd:
      return zstdDecompressSync(data, { maxOutputLength: Math.max(plainBytes, 1) });
    case methods.lz4: {
      const sized = Buffer.allocUnsafe(4 + data.length);
      sized.writeUInt32LE(plainBytes, 0);
      data.copy(sized, 4);
      return uncompressSync(sized);
    }
    default:
      throw new EngineError(`Unknown compression method 0x${method.toString(16)}`, {
        code: 89,
        name: 'UNKNOWN_COMPRESSION_METHOD',
      });
  }
}

const broken = (why: string): EngineError =>
  new EngineError(`the compressed body cannot be read: ${why}`, {
    code: 271,
    name: 'CANNOT_DECOMPRESS',
  });
