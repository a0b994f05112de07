import type { AlertChoice } from '../../api/alerts.ts';
import type { FleetSeverity } from '../../api/fleet-shapes.ts';
import { parseLast } from '../search/time-range.ts';

/** The state of the inbox, as its address holds it. */
export interface AlertParams {
  show?: 'history' | 'silences';
  q?: string;
  cluster?: string;
  severity?: FleetSeverity;
  /** Of the history: how far back. */
  since?: Since;
}

/** How far back the history can be narrowed to. */
export const sinceWords = { '1d': 'Last day', '7d': 'Last week', '30d': 'Last 30 days' } as const;
type Since = keyof typeof sinceWords;
const isSince = (value: unknown): value is Since =>
  typeof value === 'string' && Object.hasOwn(sinceWords, value);

const severities: readonly FleetSeverity[] = ['critical', 'high', 'warning', 'info'];

export function parseAlertParams(raw: Record<string, unknown>): AlertParams {
  const params: AlertParams = {};
  if (raw.show === 'history' || raw.show === 'silences') params.show = raw.show;
  for (const field of ['q', 'cluster'] as const) {
    const value = raw[field];
    if (typeof value === 'string' && value !== '') params[field] = value;
  }
  const severity = severities.find((each) => each === raw.severity);
  if (severity !== undefined) params.severity = severity;
  if (params.show === 'history' && isSince(raw.since)) params.since = raw.since;
  return params;
}

const minuteMs = 60_000;

/** What the address asks the API for, by the minute: it is the same until then. */
export const choiceOf = (
  { show, q, cluster, severity, since }: AlertParams,
  nowMs: number,
): AlertChoice => ({
  state: show === 'history' ? 'all' : 'active',
  ...(q === undefined ? {} : { q }),
  ...(cluster === undefined ? {} : { cluster }),
  ...(severity === undefined ? {} : { severity }),
  ...(since === undefined ? {} : { from: startOf(since, nowMs) }),
});

const startOf = (since: Since, nowMs: number): string =>
  new Date(Math.floor(nowMs / minuteMs) * minuteMs - (parseLast(since) ?? 0)).toISOString();

/** Some of the parameters; `undefined` or nothing takes one away. */
export const changeAlertParams = (
  params: AlertParams,
  change: { [K in keyof AlertParams]?: AlertParams[K] | undefined },
): AlertParams =>
  Object.fromEntries(Object.entries({ ...params, ...change }).filter(([, value]) => value));
