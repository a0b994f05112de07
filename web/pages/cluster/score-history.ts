import type { ScorePoint } from '../../api/fleet-shapes.ts';

export interface ScoreLine {
  /** Epoch milliseconds, ascending. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** The point that each of the times shows. */
  readonly points: readonly ScorePoint[];
}

/** Points as a line that holds until the next, up to the end of the window. */
export function scoreLine(points: readonly ScorePoint[], toMs: number): ScoreLine {
  const last = points.at(-1);
  const all = last !== undefined && Date.parse(last.at) < toMs ? [...points, last] : points;
  return {
    times: all.map(({ at }, i) => (i === points.length ? toMs : Date.parse(at))),
    values: all.map(({ score }) => score),
    points: all,
  };
}
