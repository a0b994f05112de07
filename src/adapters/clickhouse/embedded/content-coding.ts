import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type Duplex, type Readable, Transform, type Writable } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createDeflate,
  createGunzip,
  createGzip,
  createInflate,
  createZstdCompress,
  createZstdDecompress,
} from 'node:zlib';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { BlockDecoder, encodeBlock } from './compressed-blocks.ts';
import { EngineError } from './engine-error.ts';

const unsupported = (coding: string): EngineError =>
  new EngineError(
    `the content coding "${coding.slice(0, 40)}" is not supported; use gzip, deflate, br, zstd or lz4`,
    { code: 415, name: 'UNSUPPORTED_MEDIA_TYPE' },
  );

/** Undoes a request body's Content-Encoding and ClickHouse's own blocks (`decompress=1`). */
export function decodeBody(body: Readable, coding: string, blocks: boolean): Readable {
  const plain = pipe(body, decoder(coding));
  return blocks ? pipe(plain, new BlockDecoder()) : plain;
}

function decoder(coding: string): Duplex | undefined {
  switch (coding) {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    case 'lz4':
      return lz4Decoder();
    default:
      throw unsupported(coding);
  }
}

/** The LZ4 library knows whole bodies only; compressed bytes are held until the end. */
function lz4Decoder(): Transform {
  const parts: Buffer[] = [];
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      parts.push(chunk);
      done();
    },
    flush(done) {
      decompressFrame(Buffer.concat(parts)).then(
        (bytes) => done(null, bytes),
        (error: Error) => done(error),
      );
    },
  });
}

function pipe(source: Readable, step: Duplex | undefined): Readable {
  if (!step) return source;
  source.on('error', (error) => step.destroy(error));
  source.on('aborted', () => step.destroy(new Error('the client left')));
  return source.pipe(step);
}

/** How the response is encoded: the Content-Encoding to announce, and the way the bytes go. */
export interface ResponseCoding {
  readonly name: string | undefined;
  /** Writes bytes, waiting for a slow client. */
  write(bytes: Buffer): Promise<void>;
  /** Completes the body, but not the HTTP message. */
  finish(): Promise<void>;
  /** Completes the message; resolves when the client has it or is gone. */
  end(): Promise<void>;
}

/** Picks what the client prefers of what is known here; '' of `accept` means no compression. */
export function responseCoding(
  accept: string,
  blocks: boolean,
  response: ServerResponse,
): ResponseCoding {
  const names = accept.split(',').map((each) => each.split(';')[0]?.trim() ?? '');
  const name = ['zstd', 'gzip', 'lz4', 'deflate'].find((each) => names.includes(each));
  const encoder = blocks ? undefined : encoderOf(name);
  const target: Writable = encoder ?? response;
  encoder?.pipe(response);
  const put = async (bytes: Buffer): Promise<void> => {
    if (response.destroyed) return;
    if (!target.write(bytes)) await Promise.race([once(target, 'drain'), once(response, 'close')]);
  };
  return {
    name: encoder ? name : undefined,
    write: async (bytes) => {
      if (bytes.length === 0) return;
      await put(blocks ? encodeBlock(bytes) : bytes);
    },
    finish: async () => {
      if (!encoder) return;
      encoder.unpipe(response);
      encoder.end();
      for await (const rest of encoder) response.write(rest);
    },
    end: async () => {
      const closed = once(response, 'close');
      target.end();
      await closed;
    },
  };
}

function encoderOf(name: string | undefined): Duplex | undefined {
  switch (name) {
    case 'gzip':
      return createGzip({ level: 3 });
    case 'deflate':
      return createDeflate({ level: 3 });
    case 'zstd':
      return createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } });
    case 'lz4':
      return lz4Encoder();
    default:
      return undefined;
  }
}

/** Each piece becomes an LZ4 frame; concatenated frames are one valid stream. */
function lz4Encoder(): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      compressFrame(chunk).then(
        (frame) => done(null, frame),
        (error: Error) => done(error),
      );
    },
  });
}
