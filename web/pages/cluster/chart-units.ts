import type { Chart } from '../../api/fleet-shapes.ts';
import { formatBytes, formatRate, formatSeconds, formatShort } from '../../ui/quantity.ts';

type Unit = Chart['unit'];

const renderers: Readonly<Record<Unit, (value: number) => string>> = {
  number: formatRate,
  count: formatShort,
  bytes: formatBytes,
  seconds: formatSeconds,
  share: (value) => `${formatRate(value * 100)} %`,
  'per second': (value) => `${formatRate(value)}/s`,
  'bytes per second': (value) => `${formatBytes(value)}/s`,
  // Microseconds of waiting in each second, as how many threads wait.
  threads: (value) => formatRate(value / 1e6),
};

export const rendererOf = (unit: Unit): ((value: number) => string) => renderers[unit];

/** Bytes are counted by 1024. */
export const isBinary = (unit: Unit): boolean => unit.startsWith('bytes');
