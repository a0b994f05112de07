/** More digits than any 64-bit integer has, even written with a fraction or an exponent. */
const longestInteger = 60;

/**
 * An integer from its text, exactly: `-12`, and as protobuf's JSON allows `1.0` and `1e3` where they
 * are whole. Undefined for everything else.
 */
export function integerOf(text: string): bigint | undefined {
  if (text.length > longestInteger) return undefined;
  if (/^-?\d+$/.test(text)) return BigInt(text);
  const match = /^(-?\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) return undefined;
  const fraction = match[2] ?? '';
  const shift = Number(match[3] ?? 0) - fraction.length;
  const digits = match[1] + fraction;
  if (shift >= 0) return shift <= longestInteger ? BigInt(digits + '0'.repeat(shift)) : undefined;
  const kept = digits.slice(0, shift);
  if (/[1-9]/.test(digits.slice(shift))) return undefined;
  return /\d/.test(kept) ? BigInt(kept) : 0n;
}

/** The bytes of an id in hex, upper or lower case; undefined when it is not hex. */
export function hexBytes(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = fourBits(text.charCodeAt(i * 2));
    const low = fourBits(text.charCodeAt(i * 2 + 1));
    if (high < 0 || low < 0) return undefined;
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

/** The value of a hex digit; -1 when it is none. */
function fourBits(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const sixBits = new Uint8Array(128).fill(255);
for (let i = 0; i < 64; i++) sixBits[alphabet.charCodeAt(i)] = i;
sixBits['-'.charCodeAt(0)] = 62;
sixBits['_'.charCodeAt(0)] = 63;

/** The bytes of base64, of the standard or the URL alphabet, padded or not; undefined otherwise. */
export function base64Bytes(text: string): Uint8Array | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const length = text.length - padding;
  if (length % 4 === 1 || (padding > 0 && text.length % 4 !== 0)) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let count = 0;
  let at = 0;
  for (let i = 0; i < length; i++) {
    const value = sixBits[text.charCodeAt(i)] ?? 255;
    if (value === 255) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[at++] = (bits >>> count) & 0xff;
  }
  return bytes;
}
