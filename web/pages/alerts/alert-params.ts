import type { AlertChoice } from '../../api/alerts.ts';
import type { FleetSeverity } from '../../api/fleet-shapes.ts';

/** The state of the inbox, as its address holds it. */
export interface AlertParams {
  show?: 'history' | 'silences';
  q?: string;
  cluster?: string;
  severity?: FleetSeverity;
}

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
  return params;
}

/** What the address asks the API for. */
export const choiceOf = ({ show, q, cluster, severity }: AlertParams): AlertChoice => ({
  state: show === 'history' ? 'all' : 'active',
  ...(q === undefined ? {} : { q }),
  ...(cluster === undefined ? {} : { cluster }),
  ...(severity === undefined ? {} : { severity }),
});

/** Some of the parameters; `undefined` or nothing takes one away. */
export const changeAlertParams = (
  params: AlertParams,
  change: { [K in keyof AlertParams]?: AlertParams[K] | undefined },
): AlertParams =>
  Object.fromEntries(Object.entries({ ...params, ...change }).filter(([, value]) => value));
