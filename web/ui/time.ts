/** The zone that times are shown in. Every shown time says which. */
export type Zone = 'local' | 'utc';

const fractionOf = (time: string): string => /\.(\d+)/.exec(time)?.[1] ?? '';

/** Nanoseconds since the epoch of an RFC 3339 time; `undefined` for anything else. */
export function parseNs(time: string): bigint | undefined {
  const ms = Date.parse(time.replace(/\.\d+/, ''));
  if (Number.isNaN(ms)) return undefined;
  return BigInt(ms) * 1_000_000n + BigInt(fractionOf(time).padEnd(9, '0').slice(0, 9));
}

/** RFC 3339 with nine decimals, UTC. */
export function renderNs(ns: bigint): string {
  const second = ns >= 0n ? ns / 1_000_000_000n : (ns - 999_999_999n) / 1_000_000_000n;
  const fraction = (ns - second * 1_000_000_000n).toString().padStart(9, '0');
  return `${new Date(Number(second) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

const two = (value: number): string => String(value).padStart(2, '0');

interface ClockParts {
  date: string;
  clock: string;
}

function partsOf(ms: number, zone: Zone): ClockParts {
  const t = new Date(ms);
  if (zone === 'utc') {
    const iso = t.toISOString();
    return { date: iso.slice(0, -14), clock: iso.slice(-13, -5) };
  }
  return {
    date: `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())}`,
    clock: `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`,
  };
}

/** `2026-01-02 03:04:05.123`: `decimals` digits of the second, 0 to 9. Not a time: as it is. */
export function formatTime(time: string | number, zone: Zone, decimals = 3): string {
  const ms = typeof time === 'number' ? time : Date.parse(time);
  if (Number.isNaN(ms)) return String(time);
  const { date, clock } = partsOf(ms, zone);
  return `${date} ${clock}${renderFraction(time, ms, decimals)}`;
}

/** The same without the date. */
export function formatClock(time: string | number, zone: Zone, decimals = 3): string {
  return formatTime(time, zone, decimals).slice(11);
}

function renderFraction(time: string | number, ms: number, decimals: number): string {
  if (decimals === 0) return '';
  const digits = typeof time === 'string' ? fractionOf(time) : String(ms % 1000).padStart(3, '0');
  return `.${digits.padEnd(decimals, '0').slice(0, decimals)}`;
}

/** `UTC+2` at that moment, `UTC` where there is no difference. */
export function zoneOffset(zone: Zone, atMs: number): string {
  const minutes = zone === 'utc' ? 0 : -new Date(atMs).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const absolute = Math.abs(minutes);
  const rest = absolute % 60 === 0 ? '' : `:${two(absolute % 60)}`;
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(absolute / 60)}${rest}`;
}

/** `Europe/Berlin`, or `UTC`. */
export const zoneName = (zone: Zone): string =>
  zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;

const ago: readonly [number, string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** `3 min ago`. */
export function formatAgo(time: string, nowMs: number): string {
  const ms = nowMs - Date.parse(time);
  const unit = ago.find(([size]) => ms >= size);
  return unit ? `${Math.floor(ms / unit[0])} ${unit[1]} ago` : 'just now';
}
