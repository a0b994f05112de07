/**
 * CityHash128 of version 1.0.2, the one that ClickHouse's compressed blocks are checked with
 * (later versions of CityHash give other values, and so do the packages of npm). Written after the
 * published algorithm; the tests compare it with checksums that the engine wrote.
 */
const k0 = 0xc3a5c85c97cb3127n;
const k1 = 0xb492b66fbe98f273n;
const k2 = 0x9ae16a3b2f90404fn;
const k3 = 0xc949d7c7509e6557n;
const kMul = 0x9ddfea08eb382d69n;

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, by: bigint): bigint =>
  by === 0n ? value : u64((value >> by) | (value << (64n - by)));
const shiftMix = (value: bigint): bigint => value ^ (value >> 47n);

type Pair = readonly [first: bigint, second: bigint];

function hash16(u: bigint, v: bigint): bigint {
  const a = shiftMix(u64((u ^ v) * kMul));
  return u64(shiftMix(u64((v ^ a) * kMul)) * kMul);
}

function hashUpTo16(bytes: Buffer): bigint {
  const length = BigInt(bytes.length);
  if (bytes.length > 8) {
    const a = bytes.readBigUInt64LE(0);
    const b = bytes.readBigUInt64LE(bytes.length - 8);
    return hash16(a, rotate(u64(b + length), length)) ^ b;
  }
  if (bytes.length >= 4) {
    const a = BigInt(bytes.readUInt32LE(0));
    return hash16(u64(length + (a << 3n)), BigInt(bytes.readUInt32LE(bytes.length - 4)));
  }
  if (bytes.length === 0) return k2;
  const [a, b, c] = [0, bytes.length >> 1, bytes.length - 1].map((at) => BigInt(bytes[at] ?? 0));
  const y = a! + (b! << 8n);
  const z = length + (c! << 2n);
  return u64(shiftMix(u64(y * k2) ^ u64(z * k3)) * k2);
}

function weakHash32(bytes: Buffer, at: number, a: bigint, b: bigint): Pair {
  const z = bytes.readBigUInt64LE(at + 24);
  const first = a + bytes.readBigUInt64LE(at);
  const sum = u64(first + bytes.readBigUInt64LE(at + 8) + bytes.readBigUInt64LE(at + 16));
  const turned = rotate(u64(b + first + z), 21n) + rotate(sum, 44n);
  return [u64(sum + z), u64(turned + first)];
}

/** For less than 128 bytes. */
function murmur(bytes: Buffer, seed: Pair): Pair {
  let [a, b] = seed;
  let c: bigint;
  let d: bigint;
  const size = bytes.length;
  if (size <= 16) {
    a = u64(shiftMix(u64(a * k1)) * k1);
    c = u64(b * k1 + hashUpTo16(bytes));
    d = shiftMix(u64(a + (size >= 8 ? bytes.readBigUInt64LE(0) : c)));
  } else {
    c = hash16(u64(bytes.readBigUInt64LE(size - 8) + k1), a);
    d = hash16(u64(b + BigInt(size)), u64(c + bytes.readBigUInt64LE(size - 16)));
    a = u64(a + d);
    for (let at = 0; at < size - 16; at += 16) {
      a = u64((a ^ u64(shiftMix(u64(bytes.readBigUInt64LE(at) * k1)) * k1)) * k1);
      b ^= a;
      c = u64((c ^ u64(shiftMix(u64(bytes.readBigUInt64LE(at + 8) * k1)) * k1)) * k1);
      d ^= c;
    }
  }
  a = hash16(a, c);
  b = hash16(d, b);
  return [a ^ b, hash16(b, a)];
}

function withSeed(bytes: Buffer, seed: Pair): Pair {
  if (bytes.length < 128) return murmur(bytes, seed);
  const word = (at: number): bigint => bytes.readBigUInt64LE(at);
  let [x, y] = seed;
  let z = u64(BigInt(bytes.length) * k1);
  const v0 = u64(rotate(y ^ k1, 49n) * k1 + word(0));
  let v: Pair = [v0, u64(rotate(v0, 42n) * k1 + word(8))];
  let w: Pair = [u64(rotate(u64(y + z), 35n) * k1 + x), u64(rotate(u64(x + word(88)), 53n) * k1)];
  let at = 0;
  const whole = bytes.length - (bytes.length % 128);
  for (; at < whole; at += 64) {
    x = u64(rotate(u64(x + y + v[0] + word(at + 16)), 37n) * k1) ^ w[1];
    y = u64(rotate(u64(y + v[1] + word(at + 48)), 42n) * k1) ^ v[0];
    z = rotate(z ^ w[0], 33n);
    v = weakHash32(bytes, at, u64(v[1] * k1), u64(x + w[0]));
    w = weakHash32(bytes, at + 32, u64(z + w[1]), y);
    [x, z] = [z, x];
  }
  y = u64(y + rotate(w[0], 37n) * k0 + z);
  x = u64(x + rotate(u64(v[0] + z), 49n) * k0);
  for (let done = 32; done < bytes.length - at + 32; done += 32) {
    const from = bytes.length - done;
    y = u64(rotate(u64(y - x), 42n) * k0 + v[1]);
    const w0 = u64(w[0] + word(from + 16));
    x = u64(rotate(x, 49n) * k0 + w0);
    w = [u64(w0 + v[0]), w[1]];
    v = weakHash32(bytes, from, v[0], v[1]);
  }
  x = hash16(x, v[0]);
  y = hash16(y, w[0]);
  return [u64(hash16(u64(x + v[1]), w[1]) + y), hash16(u64(x + w[1]), u64(y + v[1]))];
}

/**
 * The checksum of a block without its checksum: 16 bytes, low word first, as ClickHouse writes it.
 * Blocks begin with a header of 9 bytes; shorter input is refused.
 */
export function cityHash128(bytes: Buffer): Buffer {
  const [low, high] = seeded(bytes);
  const digest = Buffer.allocUnsafe(16);
  digest.writeBigUInt64LE(low, 0);
  digest.writeBigUInt64LE(high, 8);
  return digest;
}

function seeded(bytes: Buffer): Pair {
  const size = bytes.length;
  if (size < 8) throw new RangeError('a block is at least 8 bytes long');
  if (size < 16) {
    const low = bytes.readBigUInt64LE(0) ^ u64(BigInt(size) * k0);
    return withSeed(Buffer.alloc(0), [low, bytes.readBigUInt64LE(size - 8) ^ k1]);
  }
  const seed: Pair = [bytes.readBigUInt64LE(0) ^ k3, bytes.readBigUInt64LE(8)];
  return withSeed(bytes.subarray(16), seed);
}
