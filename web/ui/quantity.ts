const bytes: readonly [number, string][] = [
  [1024 ** 4, 'TiB'],
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
];

/** Three figures: `1.23`, `12.3`, `123`. */
const three = (value: number): string =>
  value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2).replace(/\.0+$/, '');

/** `12.3 MiB`. */
export function formatBytes(value: number): string {
  const unit = bytes.find(([size]) => value >= size);
  return unit ? `${three(value / unit[0])} ${unit[1]}` : `${Math.round(value)} B`;
}

/** `1,234,567`. */
export const formatCount = (value: number): string => value.toLocaleString('en');

/** `1.23 M`: for places where the exact figure does not matter. */
export function formatShort(value: number): string {
  if (value < 10_000) return formatCount(Math.round(value));
  if (value < 1e6) return `${three(value / 1e3)} k`;
  if (value < 1e9) return `${three(value / 1e6)} M`;
  return `${three(value / 1e9)} G`;
}

const durations: readonly [bigint, string][] = [
  [1_000_000_000n, 's'],
  [1_000_000n, 'ms'],
  [1_000n, 'µs'],
];

/**
 * A duration in its natural unit with three to four figures, never rounded to nothing: `850 ns`,
 * `1.5 µs`, `12.35 ms`, `1.204 s`, `3 min 20 s`.
 */
export function formatDuration(ns: bigint): string {
  if (ns < 0n) return `−${formatDuration(-ns)}`;
  if (ns >= 60_000_000_000n) return formatMinutes(ns / 1_000_000_000n);
  const unit = durations.find(([size]) => ns >= size);
  if (!unit) return `${ns} ns`;
  const value = Number(ns) / Number(unit[0]);
  const digits = value >= 100 ? 1 : value >= 10 ? 2 : 3;
  return `${trimZeros(value.toFixed(digits))} ${unit[1]}`;
}

/** Of a figure with decimals. */
const trimZeros = (text: string): string => text.replace(/\.?0+$/, '');

function formatMinutes(seconds: bigint): string {
  const hours = seconds / 3600n;
  const minutes = (seconds / 60n) % 60n;
  return hours > 0n ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60n} s`;
}

/** `0.12 s` from milliseconds: the time a search took. */
export const formatElapsed = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

/** `0 s`, `1.5 s`, `5 min`, `12 min 14 s`, `3 h 5 min`, `12 days`. */
export function formatSeconds(seconds: number): string {
  if (seconds === 0) return '0 s';
  if (seconds >= 172_800) return `${formatCount(Math.floor(seconds / 86_400))} days`;
  return formatDuration(BigInt(Math.round(seconds * 1e9))).replace(/ 0 (s|min)$/, '');
}

/** `1,412`, `38.2`, `0.02`: for rates, which may be less than one. */
export function formatRate(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || value === 0) return formatShort(value);
  if (size < 0.01) return '<0.01';
  return trimZeros(value.toFixed(size >= 10 ? 1 : 2));
}

/** `41 days`, `6.4 days`, `over a year`. */
export function formatDays(days: number): string {
  if (days > 365) return 'over a year';
  if (days < 1) return `${formatSeconds(Math.max(0, days) * 86_400)}`;
  return `${days < 10 ? trimZeros(days.toFixed(1)) : Math.floor(days)} days`;
}
