/** The window that is searched: the last so long, counted from now, or two fixed moments. */
export type TimeRange =
  | { readonly kind: 'last'; readonly last: string }
  | { readonly kind: 'between'; readonly from: string; readonly to: string };

export const defaultLast = '15m';
export const presets: readonly { last: string; label: string }[] = [
  { last: '5m', label: 'Last 5 minutes' },
  { last: '15m', label: 'Last 15 minutes' },
  { last: '30m', label: 'Last 30 minutes' },
  { last: '1h', label: 'Last hour' },
  { last: '3h', label: 'Last 3 hours' },
  { last: '6h', label: 'Last 6 hours' },
  { last: '12h', label: 'Last 12 hours' },
  { last: '1d', label: 'Last 24 hours' },
  { last: '2d', label: 'Last 2 days' },
  { last: '7d', label: 'Last 7 days' },
  { last: '14d', label: 'Last 14 days' },
  { last: '30d', label: 'Last 30 days' },
];

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of `90s`, `15m`, `1h`, `7d`, `2w`; `undefined` for anything else. */
export function parseLast(last: string): number | undefined {
  const match = /^(\d{1,6})\s*([smhdw])$/.exec(last.trim());
  const ms = match ? Number(match[1]) * (unitMs[match[2]!] ?? 0) : 0;
  return ms > 0 ? ms : undefined;
}

/** `from` inclusive, `to` exclusive, both RFC 3339. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** The fixed window that a range means now. */
export function resolveRange(range: TimeRange, nowMs: number): Window {
  if (range.kind === 'between') return { from: range.from, to: range.to };
  const ms = parseLast(range.last) ?? parseLast(defaultLast)!;
  return { from: new Date(nowMs - ms).toISOString(), to: new Date(nowMs).toISOString() };
}

/** A preset's words, `Last 45 minutes` for lengths that are none. */
export function labelOf(last: string): string {
  const known = presets.find((preset) => preset.last === last);
  if (known) return known.label;
  const match = /^(\d+)\s*([smhdw])$/.exec(last);
  const words: Record<string, string> = {
    s: 'seconds',
    m: 'minutes',
    h: 'hours',
    d: 'days',
    w: 'weeks',
  };
  return match ? `Last ${match[1]} ${words[match[2]!]}` : last;
}

/** Twice to six times as long: what to try when nothing was found. */
export function widerLast(last: string): string | undefined {
  const ms = parseLast(last) ?? 0;
  return ['1h', '6h', '1d', '7d', '30d'].find((each) => (parseLast(each) ?? 0) > ms);
}

/**
 * A moment as a person types it: `2026-01-02 03:04[:05[.123456789]]` in the shown zone, RFC 3339,
 * epoch milliseconds, `now`, or `2h` / `2h ago`. RFC 3339 UTC out; `undefined` when it is none.
 */
export function parseMoment(text: string, utc: boolean, nowMs: number): string | undefined {
  const typed = text.trim();
  if (typed === 'now') return new Date(nowMs).toISOString();
  const back = parseLast(typed.replace(/^-|\s*ago$/g, ''));
  if (back !== undefined) return new Date(nowMs - back).toISOString();
  if (/^\d{12,14}$/.test(typed)) return new Date(Number(typed)).toISOString();
  return parseCalendar(typed, utc);
}

const calendar =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(\.\d{1,9})?)?\s*(Z|UTC|[+-]\d{2}:\d{2})?$/i;

function parseCalendar(typed: string, utc: boolean): string | undefined {
  const match = calendar.exec(typed);
  if (!match) return undefined;
  const [, date, clock = '00:00', seconds = ':00', fraction = '', zone] = match;
  const offset = zone === undefined ? (utc ? 'Z' : '') : /^(z|utc)$/i.test(zone) ? 'Z' : zone;
  const ms = Date.parse(`${date}T${clock}${seconds}${offset}`);
  if (Number.isNaN(ms)) return undefined;
  const iso = new Date(ms).toISOString();
  return fraction === '' ? iso : iso.replace(/\.\d+Z$/, `${fraction}Z`);
}
