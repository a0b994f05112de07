import { expect, test } from 'vitest';
import { decodeOtlp } from './index.ts';
import { testOptions } from './testing/disagreement.ts';
import { readNativeBlock } from './testing/native-reader.ts';
import { varint } from './testing/wire-tree.ts';

const MiB = 1 << 20;

const field = (number: number, ...parts: Uint8Array[]): Uint8Array => {
  const body = Buffer.concat(parts);
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body]);
};
const text = (value: string) => field(1, Buffer.from(value));
const attribute = (key: string, value: string) => [text(key), field(2, text(value))];
const time = Buffer.from([0x09, 1, 0, 0, 0, 0, 0, 0, 0x10]);

/** The same piece again and again, without a list of so many pieces. */
function repeated(piece: Uint8Array, times: number): Uint8Array {
  return Buffer.alloc(piece.length * times, piece);
}

const request = (resource: Uint8Array, records: Uint8Array) =>
  field(1, field(1, resource), field(2, records));
const resourceOf = (count: number, size: number) =>
  Buffer.concat(
    Array.from({ length: count }, (_, i) => field(1, ...attribute(`key.${i}`, 'v'.repeat(size)))),
  );

function decoded(bytes: Uint8Array, maxDecodedBytes?: number) {
  const options = { ...testOptions, ...(maxDecodedBytes !== undefined && { maxDecodedBytes }) };
  const result = decodeOtlp('logs', bytes, options);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const sizeOf = (blocks: readonly { bytes: Uint8Array }[]): number =>
  blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);

test('a request of 64 MiB becomes many blocks in memory of a small multiple', () => {
  const record = field(
    2,
    time,
    field(5, text('x'.repeat(150))),
    ...Array.from({ length: 6 }, (_, i) => field(6, ...attribute(`a.${i}`, 'value'))),
  );
  const count = Math.floor((64 * MiB) / record.length);
  const bytes = request(resourceOf(8, 16), repeated(record, count));
  expect(bytes.length).toBeGreaterThan(63 * MiB);
  const before = process.memoryUsage();
  const { blocks, accepted } = decoded(bytes);
  const after = process.memoryUsage();
  expect(accepted).toBe(count);
  expect(blocks.length).toBeGreaterThan(10);
  expect(Math.max(...blocks.map((block) => block.bytes.length))).toBeLessThan(16 * MiB);
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  expect(rows).toBe(count);
  expect(readNativeBlock(blocks.at(-1)!.bytes).rows.at(-1)).toMatchObject({
    Body: 'x'.repeat(150),
  });
  // The rows themselves, and the columns of a block under way.
  const taken = after.arrayBuffers - before.arrayBuffers + (after.heapUsed - before.heapUsed);
  expect(taken).toBeLessThan(sizeOf(blocks) + 96 * MiB);
});

test('a million tiny records', () => {
  const bytes = request(resourceOf(2, 8), repeated(field(2), 1_000_000));
  const { blocks, accepted } = decoded(bytes);
  expect(accepted).toBe(1_000_000);
  expect(sizeOf(blocks)).toBeLessThan(256 * MiB);
});

test('a resource that its rows would repeat without bound is refused in bounded memory', () => {
  const bytes = request(resourceOf(8, 100_000), repeated(field(2), 1_000_000));
  const before = process.memoryUsage().arrayBuffers;
  const result = decodeOtlp('logs', bytes, { ...testOptions, maxDecodedBytes: 128 * MiB });
  expect(result).toEqual({
    ok: false,
    error: {
      kind: 'malformed',
      message: 'the request unfolds to more than 134217728 bytes of rows; send it in smaller parts',
      tooLarge: true,
    },
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * MiB);
  expect(() => decoded(request(resourceOf(1, 10), repeated(field(2), 10_000)), 100_000)).toThrow(
    'unfolds to more than 100000 bytes',
  );
  expect(decoded(request(resourceOf(1, 10), repeated(field(2), 100)), 100_000).accepted).toBe(100);
});

test('work grows with the size of a request, not with its square', () => {
  const check = (records: Uint8Array, rows: number) =>
    expect(decoded(request(resourceOf(1, 1), records)).accepted).toBe(rows);
  // Equal keys, keys that all differ, a value and a body in many pieces, a body of many cases.
  const sameKey = field(6, ...attribute('k', 'v'));
  check(field(2, repeated(sameKey, 200_000)), 1);
  const keys = Array.from({ length: 100_000 }, (_, i) => field(6, ...attribute(`k${i}`, 'v')));
  check(field(2, Buffer.concat(keys)), 1);
  check(field(2, field(6, text('k'), repeated(field(2), 400_000))), 1);
  check(field(2, repeated(field(5, field(5, field(1))), 200_000)), 1);
  check(field(2, field(5, repeated(Buffer.concat([field(5), field(6)]), 200_000))), 1);
  check(field(2, field(5, field(6, repeated(field(1, ...attribute('k', 'v')), 100_000)))), 1);
}, 60_000);

test('a long text in a nested value takes memory of its own size', () => {
  const long = 'y'.repeat(32 * MiB);
  const bytes = request(resourceOf(1, 1), field(2, field(5, field(5, field(1, text(long))))));
  const { blocks } = decoded(bytes);
  expect(sizeOf(blocks)).toBeLessThan(33 * MiB);
});
