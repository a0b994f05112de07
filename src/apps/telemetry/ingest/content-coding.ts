import { constants, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { err, ok, type Result } from '../../../base/result.ts';
import { type Refusal, refuse } from './refusal.ts';

/** The codings that both receivers take. */
export const contentCodings = ['gzip', 'deflate', 'zstd', 'identity'] as const;
export type ContentCoding = (typeof contentCodings)[number];

const mebibyte = 1_048_576;
/** Output is collected in pieces of at least this size, whatever the input claims. */
const minPieceBytes = 65_536;
/** RFC 9659: the zstd content coding may use a window of 8 MiB at most. */
const zstdWindowLog = 23;

/** The coding that a Content-Encoding or grpc-encoding value names. One only. */
export function parseContentCoding(value: string | undefined): Result<ContentCoding, Refusal> {
  if (value === undefined) return ok('identity');
  const names = value
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  const name = names[0] === 'x-gzip' ? 'gzip' : (names[0] ?? 'identity');
  const coding = contentCodings.find((each) => each === name);
  if (names.length < 2 && coding) return ok(coding);
  const what = names.length > 1 ? 'More than one encoding' : `The encoding "${name.slice(0, 50)}"`;
  return err(
    refuse(
      'unsupported_coding',
      `${what} is not supported; use one of gzip, deflate, zstd, identity.`,
    ),
  );
}

/**
 * Decompresses a body. Synchronously, in one piece: measured on bodies of 50 KB the thread pool
 * costs 60 % more CPU, and the output of one body at a time is all the memory that a bomb can get.
 * Stops at `maxBytes` of output. Refuses what is cut off, and what has bytes after its end.
 */
export function decompress(
  coding: ContentCoding,
  body: Uint8Array,
  maxBytes: number,
): Result<Uint8Array, Refusal> {
  if (coding === 'identity') return ok(body);
  try {
    const { buffer, engine } = inflate(coding, body, {
      info: true,
      chunkSize: pieceBytes(coding, body, maxBytes),
      maxOutputLength: maxBytes,
    });
    if (engine.bytesWritten === body.length) return ok(buffer);
    return err(
      refuse(
        'malformed',
        `The ${coding} body ends at byte ${engine.bytesWritten}, but ${body.length} bytes were sent.`,
      ),
    );
  } catch (error) {
    return err(failureOf(coding, error, maxBytes));
  }
}

interface InflateOptions {
  readonly info: true;
  readonly chunkSize: number;
  readonly maxOutputLength: number;
}
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** With `info` Node returns the buffer and the engine; its types know only the buffer. */
function inflate(coding: ContentCoding, body: Uint8Array, options: InflateOptions): Inflated {
  const call = {
    gzip: () => gunzipSync(body, options),
    deflate: () => (hasZlibHeader(body) ? inflateSync : inflateRawSync)(body, options),
    zstd: () =>
      zstdDecompressSync(body, {
        ...options,
        params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLog },
      }),
    identity: () => body,
  }[coding];
  return call() as unknown as Inflated;
}

/** RFC 9110 says zlib (RFC 1950); some clients send raw deflate (RFC 1951) under that name. */
const hasZlibHeader = (body: Uint8Array): boolean =>
  ((body[0] ?? 0) & 0x0f) === 8 && (((body[0] ?? 0) << 8) | (body[1] ?? 0)) % 31 === 0;

/**
 * The size of one piece of output: the whole of it where the input tells, so that nothing is
 * joined. gzip ends with its size (RFC 1952); the claim is only trusted within what is possible.
 */
function pieceBytes(coding: ContentCoding, body: Uint8Array, maxBytes: number): number {
  const end = body.length;
  const claimed =
    coding === 'gzip' && end >= 18
      ? new DataView(body.buffer, body.byteOffset, end).getUint32(end - 4, true)
      : end * 8;
  const possible = Math.min(maxBytes, end * 1_032, Math.max(mebibyte, end * 40));
  return Math.max(minPieceBytes, Math.min(claimed, possible) + 1);
}

function failureOf(coding: ContentCoding, error: unknown, maxBytes: number): Refusal {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_BUFFER_TOO_LARGE')
    return refuse(
      'too_large',
      `The body is larger than ${maxBytes} bytes when decompressed; send smaller batches.`,
    );
  if (code === 'Z_BUF_ERROR')
    return refuse('malformed', `The ${coding} body is cut off: it ends before its stream does.`);
  if (typeof code === 'string' && /^(Z_|ZSTD_|ERR_)/.test(code))
    return refuse('malformed', `The body is not valid ${coding}: ${message}.`);
  throw error;
}
