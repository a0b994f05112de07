/** FNV-1a, 52 bits of two halves: enough to tell alerts of one moment apart. */
function hash(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(text.length - 1 - i), 0x811c9dc5 | 1);
  }
  return ((high >>> 6) * 2 ** 26 + (low >>> 6)).toString(36).padStart(11, '0');
}

/** Id of an alert: made of what it is about and when it began, so that nothing random is needed. */
export const alertIdOf = (source: string, key: string, sinceMs: number): string =>
  `${Math.max(0, sinceMs).toString(36)}-${hash(`${source}\n${key}`)}`;
