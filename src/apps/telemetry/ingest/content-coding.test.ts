import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decompress, parseContentCoding } from './content-coding.ts';

test('parses Content-Encoding', () => {
  const check = (value: string | undefined, expected: string) => {
    const coding = parseContentCoding(value);
    expect(coding.ok ? coding.value : coding.error.reason, String(value)).toBe(expected);
  };
  check(undefined, 'identity');
  check('', 'identity');
  check('identity', 'identity');
  check(' GZip ', 'gzip');
  check('x-gzip', 'gzip');
  check('deflate', 'deflate');
  check('zstd', 'zstd');
  check('identity,zstd', 'zstd');
  check('gzip, zstd', 'unsupported_coding');
  check('br', 'unsupported_coding');
  check('gzip;q=1', 'unsupported_coding');
});

test('every coding gives back what went in, and refuses one byte more than allowed', () => {
  const codings = {
    gzip: gzipSync,
    zlib: deflateSync,
    raw: deflateRawSync,
    zstd: zstdCompressSync,
  } as const;
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 5_000 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(...(['gzip', 'zlib', 'raw', 'zstd'] as const)),
      (piece, times, name) => {
        const plain = Buffer.concat(Array.from({ length: times }, () => piece));
        const coding = name === 'zlib' || name === 'raw' ? 'deflate' : name;
        const packed = codings[name](plain);
        expect(decompress(coding, packed, plain.length)).toEqual({ ok: true, value: plain });
        expect(decompress(coding, packed, plain.length - 1)).toMatchObject({
          ok: false,
          error: { reason: plain.length === 1 ? expect.anything() : 'too_large' },
        });
      },
    ),
    { numRuns: 200 },
  );
});

test('the size that a gzip body claims is only a hint', () => {
  const plain = Buffer.alloc(3_000_000, 'telemetry ');
  const check = (claimed: number) => {
    const packed = gzipSync(plain);
    packed.writeUInt32LE(claimed, packed.length - 4);
    expect(decompress('gzip', packed, 10_000_000)).toMatchObject({
      ok: false,
      error: { reason: 'malformed', message: expect.stringMatching('not valid gzip') },
    });
  };
  check(0);
  check(5);
  check(0xffffffff);
});

test('a zstd frame may ask for a window of 8 MiB, not more', () => {
  const check = (windowLog: number, expected: object) => {
    // Magic, a descriptor without content size, the window, an empty last block.
    const frame = Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3, 0x01, 0x00, 0x00);
    expect(decompress('zstd', frame, 1_000)).toMatchObject(expected);
  };
  check(23, { ok: true });
  check(24, { ok: false, error: { reason: 'malformed' } });
});
