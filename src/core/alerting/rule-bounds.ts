import type { Bounds } from '../../model/alert/rule-api.ts';

/** Values that can occur at all. */
export interface Domain {
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
}

export const anyNumber: Domain = { least: -Infinity, most: Infinity, whole: false };
export const counts: Domain = { least: 0, most: Infinity, whole: true };
export const shares: Domain = { least: 0, most: 1, whole: false };
/** Change in per cent: nothing falls by more than all of it. */
export const changes: Domain = { least: -100, most: Infinity, whole: false };

export const isOutOfBounds = (bounds: Bounds, value: number): boolean =>
  (bounds.above === undefined || value > bounds.above) &&
  (bounds.atLeast === undefined || value >= bounds.atLeast) &&
  (bounds.below === undefined || value < bounds.below) &&
  (bounds.atMost === undefined || value <= bounds.atMost);

/** `above 5 and below 10`. */
export function boundsText(bounds: Bounds): string {
  const words: [string, number | undefined][] = [
    ['above', bounds.above],
    ['at least', bounds.atLeast],
    ['below', bounds.below],
    ['at most', bounds.atMost],
  ];
  return words
    .filter(([, bound]) => bound !== undefined)
    .map(([word, bound]) => `${word} ${bound}`)
    .join(' and ');
}

/** Why no value, or every value, of the domain is out of the bounds; undefined where neither is so. */
export function boundsProblem(bounds: Bounds, domain: Domain): string | undefined {
  const text = boundsText(bounds);
  if (text === '') return 'give at least one of above, atLeast, below, atMost';
  const low = lowest(bounds, domain);
  const high = highest(bounds, domain);
  if (low.at > high.at || (low.at === high.at && (low.open || high.open)))
    return `no value can be ${text}${reach(domain)}`;
  const everything = isOutOfBounds(bounds, domain.least) && isOutOfBounds(bounds, domain.most);
  return everything ? `every value is ${text}${reach(domain)}: it would always fire` : undefined;
}

interface Edge {
  readonly at: number;
  /** The edge itself does not belong to it. */
  readonly open: boolean;
}

function lowest({ above, atLeast }: Bounds, { least, whole }: Domain): Edge {
  const edges: Edge[] = [{ at: least, open: false }];
  if (above !== undefined)
    edges.push(whole ? { at: Math.floor(above) + 1, open: false } : { at: above, open: true });
  if (atLeast !== undefined) edges.push({ at: whole ? Math.ceil(atLeast) : atLeast, open: false });
  return edges.reduce((a, b) => (b.at > a.at || (b.at === a.at && b.open) ? b : a));
}

function highest({ below, atMost }: Bounds, { most, whole }: Domain): Edge {
  const edges: Edge[] = [{ at: most, open: false }];
  if (below !== undefined)
    edges.push(whole ? { at: Math.ceil(below) - 1, open: false } : { at: below, open: true });
  if (atMost !== undefined) edges.push({ at: whole ? Math.floor(atMost) : atMost, open: false });
  return edges.reduce((a, b) => (b.at < a.at || (b.at === a.at && b.open) ? b : a));
}

function reach({ least, most }: Domain): string {
  if (least === -Infinity && most === Infinity) return '';
  if (most === Infinity) return ` (values start at ${least})`;
  return ` (values lie between ${least} and ${most})`;
}
