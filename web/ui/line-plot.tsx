import { useElementSize } from '@mantine/hooks';
import { useEffect, useEffectEvent, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import classes from './plot.module.css';
import { resolveColor, timeAxis, valueAxis } from './plot-axes.ts';
import { formatTime, type Zone, zoneOffset } from './time.ts';

export interface Line {
  readonly name: string;
  /** Any CSS colour. */
  readonly color: string;
  /** One for each time; null is a gap. */
  readonly values: readonly (number | null)[];
}

interface Props {
  label: string;
  /** Epoch milliseconds, ascending. */
  times: readonly number[];
  lines: readonly Line[];
  /** What the axis spans; `toMs` excluded. */
  fromMs: number;
  toMs: number;
  zone: Zone;
  height: number;
  render(value: number): string;
  /** Marks of the axis by powers of 1024: for bytes. */
  binary?: boolean;
  /** Powers of ten apart; what is not above zero is not drawn. */
  log?: boolean;
  /** Marks each value: for lines with many gaps. */
  dots?: boolean;
  /** Values hold until the next: for states. */
  stepped?: boolean;
  /** Bounds of the values, where they are given. */
  bounds?: readonly [number, number];
  /** Plots of one group show the same moment. */
  group?: string;
  onZoom?: ((fromMs: number, toMs: number) => void) | undefined;
  /** The index under the pointer; undefined when it left. */
  onPoint?: ((index: number | undefined) => void) | undefined;
}

/** Lines over time. Dragging chooses a part of it. */
export function LinePlot(props: Props) {
  const { label, times, lines, fromMs, toMs, zone, height, log, stepped } = props;
  const { ref, width } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const build = useEffectEvent((element: HTMLElement) => {
    return new uPlot(optionsOf(props, width, tip.current), dataOf(times, lines), element);
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: what `build` reads is listed
  useEffect(() => {
    if (width < 40 || !host.current) return;
    const plot = build(host.current);
    return () => plot.destroy();
  }, [times, lines, fromMs, toMs, zone, height, width, log, stepped]);

  return (
    <div ref={ref} className={classes.plot} style={{ height }} role="img" aria-label={label}>
      <div ref={host} />
      <div ref={tip} className={classes.tip} hidden />
    </div>
  );
}

const dataOf = (times: readonly number[], lines: readonly Line[]): uPlot.AlignedData => [
  times.map((time) => time / 1000),
  ...lines.map(({ values }) => [...values]),
];

function optionsOf(props: Props, width: number, tip: HTMLElement | null): uPlot.Options {
  const { lines, fromMs, toMs, zone, height, render, log = false, stepped = false, group } = props;
  const paths = stepped ? uPlot.paths.stepped!({ align: 1 }) : uPlot.paths.linear!();
  return {
    width,
    height,
    padding: [6, 14, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: props.onZoom !== undefined, y: false, setScale: false },
      ...(group === undefined ? {} : { sync: { key: group, setSeries: false } }),
    },
    scales: {
      x: { time: true, range: [fromMs / 1000, toMs / 1000] },
      y: log
        ? { distr: 3, range: (_, min, max) => uPlot.rangeLog(min, max, 10, true) }
        : { range: (_, min, max) => [...(props.bounds ?? spanOf(min, max))] as [number, number] },
    },
    axes: [
      timeAxis(zone),
      valueAxis(render, { size: 58, ...(props.binary && !log ? { incrs: binarySteps } : {}) }),
    ],
    series: [
      {},
      ...lines.map(({ name, color }) => ({
        label: name,
        stroke: resolveColor(color),
        width: 1.4,
        paths,
        points: { show: props.dots ?? false, size: 4 },
        spanGaps: false,
      })),
    ],
    hooks: {
      setCursor: [
        (plot) => {
          showTip(plot, tip, props);
          props.onPoint?.(isHovered(plot) ? (plot.cursor.idx ?? undefined) : undefined);
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width: chosen } = plot.select;
          if (chosen < 3) return;
          props.onZoom?.(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + chosen, 'x') * 1000);
          plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** 1, 2, 4 … of each power of 1024. */
const binarySteps = Array.from({ length: 60 }, (_, power) => 2 ** power);

/** From zero, with a little room above. All zero still has a height. */
const spanOf = (min: number, max: number): [number, number] => {
  const top = Math.max(max ?? 0, 0);
  const bottom = Math.min(min ?? 0, 0);
  return [bottom * 1.05, top === 0 && bottom === 0 ? 1 : top * 1.05];
};

/** In a group only the plot under the pointer says its values. */
const isHovered = (plot: uPlot): boolean => plot.over.matches(':hover');

const mostTipLines = 12;

/** Fills the tooltip by hand: it follows the pointer and must not draw React each time. */
function showTip(plot: uPlot, tip: HTMLElement | null, props: Props): void {
  if (!tip) return;
  const { left, idx } = plot.cursor;
  const at = idx === null || idx === undefined ? undefined : props.times[idx];
  tip.hidden = left === undefined || left < 0 || at === undefined || !isHovered(plot);
  if (tip.hidden || at === undefined || left === undefined) return;
  const heading = document.createElement('div');
  heading.textContent = `${formatTime(at, props.zone, 0)} ${zoneOffset(props.zone, at)}`;
  const present = props.lines
    .map((line) => ({ line, value: line.values[idx!] ?? null }))
    .filter((each): each is { line: Line; value: number } => each.value !== null)
    .sort((a, b) => b.value - a.value);
  tip.replaceChildren(
    heading,
    ...present.slice(0, mostTipLines).map(({ line, value }) => tipLine(line, props.render(value))),
  );
  if (present.length === 0) tip.append('no value');
  if (present.length > mostTipLines) tip.append(`and ${present.length - mostTipLines} more`);
  const x = left + 66;
  const flip = x + tip.offsetWidth + 16 > plot.width;
  tip.style.transform = `translateX(${flip ? Math.max(0, x - tip.offsetWidth - 24) : x}px)`;
}

function tipLine({ name, color }: Line, value: string): HTMLElement {
  const line = document.createElement('div');
  line.className = classes.tipLine!;
  const dot = document.createElement('i');
  dot.style.background = color;
  const label = document.createElement('span');
  label.textContent = name;
  const figure = document.createElement('b');
  figure.textContent = value;
  line.append(dot, label, figure);
  return line;
}
