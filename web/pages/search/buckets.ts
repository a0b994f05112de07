import type { HistogramData } from '../../api/shapes.ts';
import { bySeverity } from '../../ui/severity.ts';

/** One colour of the bars. */
export interface Series {
  /** A value, '' where rows have none. */
  readonly name: string;
  /** All values beyond the commonest, together. */
  readonly other: boolean;
  readonly counts: readonly number[];
  readonly total: number;
}

/** What a series is called. */
export const labelOfSeries = ({ name, other }: Pick<Series, 'name' | 'other'>): string =>
  other ? '(others)' : name === '' ? '(none)' : name;

/** What is drawn: every interval of the window, also those without rows. Times in milliseconds. */
export interface Buckets {
  readonly intervalMs: number;
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

/** More intervals than a screen has pixels are never drawn. */
const mostBuckets = 4_000;

/** Aligns the points of all series to one grid; worst severity first. */
export function layBuckets(data: HistogramData, fromMs: number, toMs: number): Buckets {
  const { intervalMs } = data;
  const anyPoint = data.series.find((series) => series.points.length > 0)?.points[0];
  const phase = anyPoint ? Date.parse(anyPoint[0]) % intervalMs : 0;
  const first = Math.floor((fromMs - phase) / intervalMs) * intervalMs + phase;
  const count = Math.min(mostBuckets, Math.max(1, Math.ceil((toMs - first) / intervalMs)));
  const times = Array.from({ length: count }, (_, i) => first + i * intervalMs);
  const series = data.series
    .map(({ name, other, points }) => {
      const counts = new Array<number>(count).fill(0);
      for (const [time, value] of points) {
        const at = Math.round((Date.parse(time) - first) / intervalMs);
        const index = Math.min(count - 1, Math.max(0, at));
        counts[index] = (counts[index] ?? 0) + value;
      }
      return {
        name,
        other: other === true,
        counts,
        total: points.reduce((sum, [, value]) => sum + value, 0),
      };
    })
    .filter(({ total }) => total > 0)
    .sort((a, b) => bySeverity(a.name, b.name));
  return { intervalMs, times, series };
}

/** Each series' counts on top of those after it, as stacked bars are drawn: the first is tallest. */
export function stackCounts(buckets: Buckets): number[][] {
  const sums = new Array<number>(buckets.times.length).fill(0);
  return buckets.series
    .toReversed()
    .map(({ counts }) => {
      counts.forEach((count, i) => {
        sums[i] = (sums[i] ?? 0) + count;
      });
      return [...sums];
    })
    .reverse();
}
