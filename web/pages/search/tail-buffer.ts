import type { Row } from '../../api/shapes.ts';
import { rowIdentity } from './row-identity.ts';

/** Rows that arrived while following, newest first. */
export interface TailBuffer {
  readonly rows: readonly Row[];
  /** Arrived while paused; shown on going on. */
  readonly waiting: readonly Row[];
  readonly paused: boolean;
  /** Rows that fell off the end of a full list, or that the server skipped. */
  readonly gap: string | undefined;
}

export const emptyTail: TailBuffer = { rows: [], waiting: [], paused: false, gap: undefined };

/** More are not kept: the oldest go. Scrolling back further is what search is for. */
export const mostTailRows = 5_000;

const newestFirst = (rows: readonly Row[]): Row[] =>
  [...rows].sort((a, b) => (String(a.Timestamp) < String(b.Timestamp) ? 1 : -1));

/** Takes in rows as they arrived; rows that are shown already are left out. */
export function addArrivals(
  tail: TailBuffer,
  arrived: readonly Row[],
  shown: ReadonlySet<string>,
): TailBuffer {
  const fresh = newestFirst(arrived.filter((row) => !shown.has(rowIdentity(row))));
  if (fresh.length === 0) return tail;
  if (!tail.paused) return { ...tail, rows: [...fresh, ...tail.rows].slice(0, mostTailRows) };
  const waiting = [...fresh, ...tail.waiting];
  const lost = waiting.length - mostTailRows;
  return lost <= 0
    ? { ...tail, waiting }
    : {
        ...tail,
        waiting: waiting.slice(0, mostTailRows),
        gap: `More than ${mostTailRows.toLocaleString('en')} rows arrived while paused: the oldest of them are left out here. A search shows them.`,
      };
}

/** Goes on: what waited is shown. */
export const resumeTail = (tail: TailBuffer): TailBuffer => ({
  ...tail,
  paused: false,
  rows: [...tail.waiting, ...tail.rows].slice(0, mostTailRows),
  waiting: [],
});
