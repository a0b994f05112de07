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
  return `${check}-${hash64(text)}`;
}

/**
 * Two hashes of 32 bits over UTF-16 units, as 16 hexadecimal digits: FNV-1a, and the same with
 * another start and multiplier and its high bits folded in. Not for secrets.
 */
function hash64(text: string): string {
  let one = 0x811c9dc5;
  let two = 0x9e3779b9;
  for (let place = 0; place < text.length; place++) {
    const unit = text.charCodeAt(place);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ unit, 0x85ebca6b);
    two ^= two >>> 15;
  }
  return hex(one) + hex(two);
}

const hex = (bits: number): string => (bits >>> 0).toString(16).padStart(8, '0');
