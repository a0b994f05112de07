import { err, ok, type Result } from '../../base/result.ts';

/**
 * Instants of the search API: nanoseconds since the epoch as bigint, so that no digit of a stored
 * time is lost. The limits are those of DateTime64(9).
 */
export const earliestNs = -2_208_988_800_000_000_000n;
export const latestNs = 9_223_372_036_854_775_807n;

const nsPerMs = 1_000_000n;
const nsPerSecond = 1_000_000_000n;
const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

const expected =
  'write RFC 3339 with a zone, such as 2026-01-02T03:04:05.123456789Z, or milliseconds since 1970';

/**
 * Parses RFC 3339 or epoch milliseconds, as a number or as digits. Digits after the ninth decimal
 * are dropped; times outside of what can be stored are clamped to it. The error is a sentence.
 */
export function parseInstantNs(input: string | number): Result<bigint, string> {
  if (typeof input === 'number') return fromMilliseconds(input);
  const text = input.trim();
  if (/^-?\d+(\.\d+)?$/.test(text)) return fromMilliseconds(Number(text));
  const match = rfc3339.exec(text);
  if (!match) return err(`"${shortened(text)}" is not a time; ${expected}`);
  const [, year, month, day, hour, minute, second] = match.map(Number) as [number, ...number[]];
  const ms = Date.UTC(2000, (month ?? 0) - 1, day, hour, minute, Math.min(second ?? 0, 59));
  const date = new Date(ms);
  date.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day);
  const real =
    date.getUTCMonth() + 1 === month && date.getUTCDate() === day && date.getUTCHours() === hour;
  // RFC 3339 allows the leap second :60, which no clock of ours has: it is the next minute.
  if (!real || (minute ?? 0) > 59 || (second ?? 0) > 60)
    return err(`"${text}" is not a time that exists; ${expected}`);
  const leapMs = second === 60 ? 1_000 : 0;
  const offsetMinutes =
    (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)) * (match[8] === '-' ? -1 : 1);
  const fraction = BigInt((match[7] ?? '').slice(0, 9).padEnd(9, '0'));
  const atMs = BigInt(date.getTime() + leapMs - offsetMinutes * 60_000);
  return ok(clamp(atMs * nsPerMs + fraction));
}

function fromMilliseconds(ms: number): Result<bigint, string> {
  if (!Number.isFinite(ms)) return err(`${ms} is not a time; ${expected}`);
  const whole = Math.floor(ms);
  return ok(clamp(BigInt(whole) * nsPerMs + BigInt(Math.round((ms - whole) * 1e6))));
}

const clamp = (ns: bigint): bigint => earlier(later(ns, earliestNs), latestNs);

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** RFC 3339, UTC, nine decimals: the form of every time that leaves the API. */
export function renderInstant(ns: bigint): string {
  const seconds = floorDivide(ns, nsPerSecond);
  const fraction = String(ns - seconds * nsPerSecond).padStart(9, '0');
  return `${new Date(Number(seconds) * 1_000).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** A constant of type DateTime64(9, 'UTC'). */
export const sqlInstant = (ns: bigint): string =>
  `toDateTime64('${renderInstant(ns).slice(0, -1).replace('T', ' ')}', 9, 'UTC')`;

export function earlier(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

export function later(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

/** Division that rounds down, also for times before 1970. */
export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return quotient * by > value ? quotient - 1n : quotient;
}

/** Half-open: `fromNs` inclusive, `toNs` exclusive. */
export interface TimeRange {
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

export const defaultRangeNs = 15n * 60n * nsPerSecond;

/**
 * The range that a request asks for; what is left out makes it the last 15 minutes (before `to`,
 * where only that is given). The error names the field.
 */
export function planRange(
  given: { readonly from?: string | number | undefined; readonly to?: string | number | undefined },
  nowNs: bigint,
): Result<TimeRange, { readonly field: 'from' | 'to'; readonly message: string }> {
  const to = given.to === undefined ? ok(nowNs) : parseInstantNs(given.to);
  if (!to.ok) return err({ field: 'to', message: to.error });
  const from =
    given.from === undefined ? ok(to.value - defaultRangeNs) : parseInstantNs(given.from);
  if (!from.ok) return err({ field: 'from', message: from.error });
  if (from.value >= to.value)
    return err({
      field: 'from',
      message: `from (${renderInstant(from.value)}) must be before to (${renderInstant(to.value)}); to is exclusive`,
    });
  return ok({ fromNs: from.value, toNs: to.value });
}
