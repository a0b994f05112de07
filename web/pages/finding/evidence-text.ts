import type { Finding } from '../../api/fleet-shapes.ts';
import { formatBytes, formatCount, formatSeconds } from '../../ui/quantity.ts';

type Evidence = Finding['evidence'][number];

/** A value with its unit, as a person reads it. */
export function renderValue(value: Evidence['value'] | Evidence['threshold'], unit = ''): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return unit === '' ? value : `${value} ${unit}`;
  if (unit === 's' || unit === 'seconds') return formatSeconds(value);
  if (unit === 'ms') return formatSeconds(value / 1_000);
  if (unit === 'bytes' || unit === 'B') return formatBytes(value);
  const figure = Number.isInteger(value)
    ? formatCount(value)
    : String(Number(value.toPrecision(4)));
  return unit === '' ? figure : `${figure} ${unit}`;
}

/** Who says so: a threshold is published, or it is a guideline of Castellan's own. */
export const sourceText = (source: string): string =>
  isOwn(source) ? source.replace('guideline', 'our own guideline') : source;

/** The same as a sentence. */
export const thresholdText = (source: string): string =>
  `The threshold is ${isOwn(source) ? '' : 'from '}${sourceText(source).replace(/\.$/, '')}.`;

const isOwn = (source: string): boolean => /^guideline(:|$)/.test(source);

/** The metric that a chart can show of a value; undefined where it is none. */
export function metricOfEvidence(name: string): string | undefined {
  const match = /^system\.(metrics|asynchronous_metrics|events)\.(\w+)$/.exec(name);
  if (!match) return undefined;
  return `${match[1] === 'events' ? 'rate' : 'gauge'}:${match[2]}`;
}
