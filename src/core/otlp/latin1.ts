/** The bytes as a string of equally many characters: equal strings mean equal bytes. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += 4_096)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + 4_096)));
  return text;
}
