import type { FindingSubject } from '../../../model/fleet/finding.ts';

const order = [
  'node',
  'shard',
  'database',
  'table',
  'partition',
  'disk',
  'user',
  'object',
] as const satisfies readonly (keyof FindingSubject)[];

/** A name for a check's subject: stable, and short whatever the subject's names are. */
export function findingId(check: string, subject: FindingSubject): string {
  const text = JSON.stringify(order.map((part) => subject[part] ?? null));
  return `${check}-${fnv1a64(text)}`;
}

/** FNV-1a over UTF-16 units, 64 bits, as 16 hexadecimal digits. */
function fnv1a64(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let place = 0; place < text.length; place++) {
    hash ^= BigInt(text.charCodeAt(place));
    hash = BigInt.asUintN(64, hash * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
