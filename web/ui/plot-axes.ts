import type uPlot from 'uplot';
import { formatClock, formatTime, type Zone } from './time.ts';

/** What a canvas can draw with: it knows neither variables nor schemes. */
export function resolveColor(value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const axisFont = "11px 'Inter Variable', system-ui, sans-serif";

/** The axis of time below a plot. */
export const timeAxis = (zone: Zone): uPlot.Axis => ({
  stroke: resolveColor('var(--ink-quiet)'),
  font: axisFont,
  size: 22,
  gap: 3,
  space: 90,
  grid: { show: false },
  ticks: { stroke: resolveColor('var(--line)'), size: 4 },
  values: (_, splits, __, ___, step) => splits.map((at) => renderTick(at * 1000, step, zone)),
});

/** The axis of values, left of a plot. */
export const valueAxis = (
  render: (value: number) => string,
  more: Partial<uPlot.Axis> = {},
): uPlot.Axis => ({
  stroke: resolveColor('var(--ink-quiet)'),
  font: axisFont,
  size: 46,
  gap: 4,
  space: 24,
  grid: { stroke: resolveColor('var(--line)'), width: 1 },
  ticks: { show: false },
  // A logarithmic axis leaves out the marks between its powers: they are null.
  values: (_, splits) => splits.map((value) => (value === null ? '' : render(value))),
  ...more,
});

function renderTick(ms: number, stepSeconds: number, zone: Zone): string {
  if (stepSeconds >= 86_400) return formatTime(ms, zone, 0).slice(5, 10);
  const clock = formatClock(ms, zone, 0);
  const short = stepSeconds >= 60 ? clock.slice(0, 5) : clock;
  return short === '00:00' ? formatTime(ms, zone, 0).slice(5, 10) : short;
}
