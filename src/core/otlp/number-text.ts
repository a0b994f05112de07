import type { ByteColumn } from './byte-column.ts';

/**
 * A double as text: the shortest digits that give the same double again, in the notation of
 * ECMAScript (exponents from 1e21 and below 1e-6), which is the Collector's too. Zero keeps its sign.
 */
export const doubleText = (value: number): string =>
  value === 0 && Object.is(value, -0) ? '-0' : String(value);

/** Appends a signed 64-bit integer, given as two words, in decimal digits, exactly. */
export function pushInteger(out: ByteColumn, lo: number, hi: number): void {
  if (hi === lo >> 31) {
    pushSmall(out, lo);
    return;
  }
  out.pushAscii(((BigInt(hi) << 32n) | BigInt(lo >>> 0)).toString());
}

function pushSmall(out: ByteColumn, value: number): void {
  out.reserve(11);
  let rest = value;
  if (rest < 0) {
    out.bytes[out.length++] = 0x2d;
    rest = -rest;
  }
  let digits = 1;
  for (let power = 10; power <= rest; power *= 10) digits++;
  for (let at = out.length + digits - 1; at >= out.length; at--) {
    out.bytes[at] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  out.length += digits;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** How many characters the base64 of `size` bytes has. */
export const base64Size = (size: number): number => Math.ceil(size / 3) * 4;

/** Appends the bytes as base64 (RFC 4648 section 4, padded). */
export function pushBase64(out: ByteColumn, bytes: Uint8Array, start: number, end: number): void {
  out.reserve(base64Size(end - start));
  for (let at = start; at < end; at += 3) {
    const left = end - at;
    const bits =
      (bytes[at]! << 16) | (left > 1 ? bytes[at + 1]! << 8 : 0) | (left > 2 ? bytes[at + 2]! : 0);
    out.bytes[out.length++] = alphabet.charCodeAt(bits >>> 18);
    out.bytes[out.length++] = alphabet.charCodeAt((bits >>> 12) & 63);
    out.bytes[out.length++] = left > 1 ? alphabet.charCodeAt((bits >>> 6) & 63) : 0x3d;
    out.bytes[out.length++] = left > 2 ? alphabet.charCodeAt(bits & 63) : 0x3d;
  }
}

/**
 * Appends an id as lower-case hex, as one string value. An id that is absent, of another length
 * than `size` bytes or all zero is invalid by OTLP and becomes ''.
 */
export function pushId(
  out: ByteColumn,
  bytes: Uint8Array,
  start: number,
  end: number,
  size: number,
): void {
  let seen = 0;
  if (end - start === size) for (let i = start; i < end; i++) seen |= bytes[i]!;
  if (seen === 0) {
    out.pushByte(0);
    return;
  }
  out.reserve(size * 2 + 1);
  const to = out.bytes;
  let at = out.length;
  to[at++] = size * 2;
  for (let i = start; i < end; i++) {
    const pair = hexPairs[bytes[i]!]!;
    to[at++] = pair;
    to[at++] = pair >>> 8;
  }
  out.length = at;
}

/** The two hex digits of each byte, the first in the low half. */
const hexPairs = Uint16Array.from({ length: 256 }, (_, byte) => {
  const digits = byte.toString(16).padStart(2, '0');
  return digits.charCodeAt(0) | (digits.charCodeAt(1) << 8);
});
