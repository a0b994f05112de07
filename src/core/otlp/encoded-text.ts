/** Where the text of the encoded string at `at` begins: behind its length. */
export function textStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (bytes[start]! >= 0x80) start++;
  return start + 1;
}

/** Where the encoded string at `at` ends. */
export function textEnd(bytes: Uint8Array, at: number): number {
  let length = 0;
  let factor = 1;
  for (let i = at; ; i++) {
    const byte = bytes[i]!;
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return i + 1 + length;
    factor *= 128;
  }
}
