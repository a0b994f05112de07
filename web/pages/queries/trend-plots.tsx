import { SegmentedControl } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import type { AskedNode, QueriesData, QueryData } from '../../api/queries.ts';
import { type Line, LinePlot } from '../../ui/line-plot.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatRate } from '../../ui/quantity.ts';
import classes from './queries.module.css';
import { showMs, showShare } from './query-words.ts';
import { type Quantile, type Trend, trendLines } from './trend-lines.ts';

const height = 150;
const failedBounds = [0, 1] as const;
const quantiles: readonly { value: Quantile; label: string }[] = [
  { value: 'p50Ms', label: 'p50' },
  { value: 'p95Ms', label: 'p95' },
  { value: 'p99Ms', label: 'p99' },
];

/** Volume, latency and failures over time, a line for each kind. */
export function TrendPlots({
  data,
  onZoom,
}: {
  data: Pick<QueriesData | QueryData, 'trend' | 'window' | 'nodes'>;
  onZoom(fromMs: number, toMs: number): void;
}) {
  const [quantile, setQuantile] = useState<Quantile>('p95Ms');
  const trend = useMemo(
    () => trendLines(data.trend, data.window, countedFromMs(data.nodes)),
    [data],
  );
  const latency = useMemo(() => trend.latency(quantile), [trend, quantile]);
  const shared = { trend, onZoom };
  return (
    <div className={classes.plots}>
      <Plot {...shared} title="Queries a second" lines={trend.volume} render={formatRate} />
      <Plot {...shared} title="Latency" lines={latency} render={showMs} dots>
        <SegmentedControl
          size="xs"
          aria-label="Which latency"
          data={[...quantiles]}
          value={quantile}
          onChange={(value) => setQuantile(value as Quantile)}
        />
      </Plot>
      <Plot
        {...shared}
        title="Failed"
        lines={trend.failures}
        render={showShare}
        bounds={failedBounds}
        dots
      />
    </div>
  );
}

/** From when on every node is counted. */
const countedFromMs = (nodes: readonly AskedNode[]): number =>
  Math.max(0, ...nodes.flatMap(({ countedFrom }) => (countedFrom ? Date.parse(countedFrom) : [])));

function Plot({
  title,
  trend,
  lines,
  render,
  bounds,
  dots = false,
  onZoom,
  children,
}: {
  title: string;
  trend: Trend;
  lines: readonly Line[];
  render(value: number): string;
  bounds?: readonly [number, number];
  dots?: boolean;
  onZoom(fromMs: number, toMs: number): void;
  children?: ReactNode;
}) {
  const zone = usePreference('zone');
  const any = lines.some(({ values }) => values.some((value) => value !== null));
  return (
    <section className={classes.plot} aria-label={title}>
      <div className={classes.plotHead}>
        <h2>{title}</h2>
        <span className={classes.end}>{children}</span>
      </div>
      {any ? (
        <LinePlot
          label={title}
          times={trend.times}
          lines={lines}
          fromMs={trend.fromMs}
          toMs={trend.toMs}
          zone={zone}
          height={height}
          render={render}
          group="queries"
          dots={dots}
          onZoom={onZoom}
          {...(bounds ? { bounds } : {})}
        />
      ) : (
        <div className={classes.none} style={{ height }}>
          No query finished in this time
        </div>
      )}
      <div className={classes.legend}>
        {lines.map(({ name, color }) => (
          <span key={name}>
            <i style={{ background: color }} />
            {name}
          </span>
        ))}
      </div>
    </section>
  );
}
