import type { QueryNumbers } from '../../api/queries.ts';
import type { Line } from '../../ui/line-plot.tsx';
import { serviceColors } from '../../ui/service-color.ts';

export type Quantile = 'p50Ms' | 'p95Ms' | 'p99Ms';

type Point = QueryNumbers & { readonly at: string; readonly kind?: string };

export interface Trend {
  readonly times: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  /** Queries a second, by kind. */
  readonly volume: readonly Line[];
  /** Share of those that failed. */
  readonly failures: readonly Line[];
  latency(quantile: Quantile): readonly Line[];
}

const rateOf = (point: Point): number => (point.runs === 0 ? 0 : point.failed / point.runs);

/**
 * The lines of a trend by kind. `countedFromMs`: before that not every node is counted, so that
 * nothing is drawn.
 */
export function trendLines(
  points: readonly Point[],
  window: { readonly from: string; readonly to: string; readonly stepMs: number },
  countedFromMs: number,
): Trend {
  const { stepMs } = window;
  const fromMs = Date.parse(window.from);
  const toMs = Date.parse(window.to);
  const first = Math.floor(fromMs / stepMs) * stepMs;
  const count = Math.max(1, Math.ceil((toMs - first) / stepMs));
  const times = Array.from({ length: count }, (_, place) => first + place * stepMs);
  const kinds = [...new Set(points.map(({ kind }) => kind ?? ''))].sort();
  const colors = serviceColors(kinds);
  const byPlace = new Map(
    points.map((point) => [`${Date.parse(point.at)} ${point.kind ?? ''}`, point]),
  );
  const linesOf = (value: (point: Point | undefined) => number | null): Line[] =>
    kinds.map((kind) => ({
      name: kind === '' ? 'queries' : kind,
      color: colors.get(kind)!,
      values: times.map((at) => (at < countedFromMs ? null : value(byPlace.get(`${at} ${kind}`)))),
    }));
  return {
    times,
    fromMs,
    toMs,
    stepMs,
    volume: linesOf((point) => ((point?.runs ?? 0) * 1_000) / stepMs),
    failures: linesOf((point) => (point === undefined ? null : rateOf(point))),
    latency: (quantile) => linesOf((point) => point?.[quantile] ?? null),
  };
}
