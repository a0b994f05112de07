import type { SeriesData } from '../../api/fleet-shapes.ts';

export interface SeriesLines {
  /** Epoch milliseconds, ascending: those of all nodes. */
  readonly times: readonly number[];
  readonly lines: readonly { readonly node: string; readonly values: readonly (number | null)[] }[];
  /** Whether any node has any value. */
  readonly empty: boolean;
}

/** Nodes need not have been read at the same moments: each time has what each node said then. */
export function alignSeries({ series }: Pick<SeriesData, 'series'>, log: boolean): SeriesLines {
  const times = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort(
    (a, b) => a - b,
  );
  const index = new Map(times.map((at, i) => [at, i]));
  const lines = series.map(({ node, points }) => {
    const values: (number | null)[] = Array.from(times, () => null);
    // A logarithm of nothing is nowhere.
    for (const [at, value] of points)
      values[index.get(at)!] = log && value !== null && value <= 0 ? null : value;
    return { node, values };
  });
  const empty = lines.every(({ values }) => values.every((value) => value === null));
  return { times, lines, empty };
}

/** The newest value of each node. */
export const newestValues = ({ lines }: SeriesLines): ReadonlyMap<string, number | undefined> =>
  new Map(
    lines.map(({ node, values }) => [
      node,
      values.findLast((value) => value !== null) ?? undefined,
    ]),
  );
