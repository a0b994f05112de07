import { useElementSize } from '@mantine/hooks';
import { useEffect, useEffectEvent, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import classes from '../../ui/plot.module.css';
import { resolveColor, timeAxis, valueAxis } from '../../ui/plot-axes.ts';
import { formatCount, formatShort } from '../../ui/quantity.ts';
import { severityColor, severityOf } from '../../ui/severity.ts';
import { formatClock, formatTime, type Zone } from '../../ui/time.ts';
import { type Buckets, labelOfSeries, type Series, stackCounts } from './buckets.ts';

interface Props {
  buckets: Buckets;
  zone: Zone;
  height: number;
  /** Milliseconds; `toMs` excluded. */
  onZoom(fromMs: number, toMs: number): void;
}

/** Stacked bars over time. Dragging chooses a part of it. */
export function HistogramPlot({ buckets, zone, height, onZoom }: Props) {
  const { ref, width } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const zoom = useEffectEvent(onZoom);
  const data = useMemo(() => dataOf(buckets), [buckets]);

  useEffect(() => {
    if (width < 40 || !host.current) return;
    const describe = (plot: uPlot) => showTip(plot, tip.current, buckets, zone);
    const plot = new uPlot(
      optionsOf(buckets, zone, { width, height }, describe, (fromMs, toMs) => zoom(fromMs, toMs)),
      data,
      host.current,
    );
    return () => plot.destroy();
  }, [buckets, data, zone, width, height]);

  return (
    <div ref={ref} className={classes.plot} style={{ height }}>
      <div ref={host} />
      <div ref={tip} className={classes.tip} hidden />
    </div>
  );
}

const dataOf = (buckets: Buckets): uPlot.AlignedData => [
  buckets.times.map((time) => time / 1000),
  ...stackCounts(buckets),
];

function optionsOf(
  buckets: Buckets,
  zone: Zone,
  size: { width: number; height: number },
  describe: (plot: uPlot) => void,
  onZoom: (fromMs: number, toMs: number) => void,
): uPlot.Options {
  const first = buckets.times[0] ?? 0;
  const end = (buckets.times.at(-1) ?? 0) + buckets.intervalMs;
  const bars = uPlot.paths.bars!({ size: [0.86, 40], align: 1, radius: 0 });
  return {
    ...size,
    padding: [6, 4, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    scales: {
      x: { time: true, range: [first / 1000, end / 1000] },
      y: { range: (_, __, max) => [0, Math.max(max, 1) * 1.05] },
    },
    axes: [timeAxis(zone), valueAxis(formatShort, { incrs: wholeSteps })],
    series: [
      {},
      ...buckets.series.map(({ name }) => ({
        label: name,
        fill: resolveColor(severityColor(severityOf(name))),
        width: 0,
        paths: bars,
        points: { show: false },
      })),
    ],
    hooks: {
      setCursor: [describe],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 3) return;
          onZoom(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + width, 'x') * 1000);
          plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** Counts are whole. */
const wholeSteps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6,
  1e7, 1e8, 1e9,
];

/** Fills the tooltip by hand: it follows the pointer and must not draw React each time. */
function showTip(plot: uPlot, tip: HTMLElement | null, buckets: Buckets, zone: Zone): void {
  if (!tip) return;
  const { left } = plot.cursor;
  if (left === undefined || left < 0) {
    tip.hidden = true;
    return;
  }
  const ms = plot.posToVal(left, 'x') * 1000;
  const index = Math.floor((ms - (buckets.times[0] ?? 0)) / buckets.intervalMs);
  const from = buckets.times[index];
  const present = buckets.series.filter(({ counts }) => (counts[index] ?? 0) > 0);
  tip.hidden = from === undefined;
  if (from === undefined) return;
  const heading = document.createElement('div');
  heading.textContent = `${formatTime(from, zone, 0)} – ${formatClock(from + buckets.intervalMs, zone, 0)}`;
  tip.replaceChildren(
    heading,
    ...present.map((series) => tipLine(series, series.counts[index] ?? 0)),
  );
  if (present.length === 0) tip.append('no rows');
  const x = left + 60;
  const flip = x + tip.offsetWidth + 16 > plot.width;
  tip.style.transform = `translateX(${flip ? x - tip.offsetWidth - 24 : x}px)`;
}

function tipLine(series: Series, count: number): HTMLElement {
  const line = document.createElement('div');
  line.className = classes.tipLine!;
  const dot = document.createElement('i');
  dot.style.background = severityColor(severityOf(series.name));
  const label = document.createElement('span');
  label.textContent = labelOfSeries(series);
  const figure = document.createElement('b');
  figure.textContent = formatCount(count);
  line.append(dot, label, figure);
  return line;
}
