import type { AlertState } from '../../model/alert/alert-api.ts';
import type { Severity } from '../../model/fleet/finding.ts';
import type { ClusterName, Route, Signal } from './signal.ts';

/** A signal as an alert remembers it. */
export type Member = Omit<Signal, 'route' | 'cause'>;

/** What people were last told of an alert. */
interface Told {
  readonly atMs: number;
  /** Severest of what they were told. */
  readonly severity: Severity;
  /** Key of the cause that they were told. */
  readonly key: string;
}

/** An alert as it is kept: plain JSON. Times are milliseconds since the epoch. */
export interface AlertRecord {
  readonly id: string;
  readonly source: string;
  /** Key of the signal that explains the others; it need not be there itself. */
  readonly key: string;
  readonly cluster?: ClusterName;
  readonly state: AlertState;
  readonly severity: Severity;
  readonly title: string;
  /** What is there now, the cause first; what was there last, once it has passed. */
  readonly members: readonly Member[];
  readonly memberCount: number;
  readonly route: Route;
  readonly sinceMs: number;
  readonly firedMs?: number;
  /** Since when none of its signals is there. */
  readonly clearMs?: number;
  readonly resolvedMs?: number;
  readonly resolution?: string;
  readonly acknowledged?: { readonly atMs: number; readonly by: string; readonly note?: string };
  /** Id of the silence or window that keeps it quiet. */
  readonly quiet?: string;
  readonly told?: Told;
  /** People were told that it fires, and are yet to be told that it is over. */
  readonly owesRecovery?: boolean;
}

/** Alerts that are pending or firing, and those that ended in the last step. Plain JSON. */
export interface AlertingState {
  readonly alerts: readonly AlertRecord[];
}

export const emptyAlerting: AlertingState = { alerts: [] };

/** `updated`: it is worse than people were told, or has another cause. */
export type NotificationKind = 'firing' | 'updated' | 'repeat' | 'resolved';

/** One message. */
export interface Notification {
  /** The same for the same message, however often it is computed. */
  readonly id: string;
  readonly kind: NotificationKind;
  readonly atMs: number;
  /** More than one where many alerts of one check begin or end together. */
  readonly alerts: readonly AlertRecord[];
  /** Ids of channels; empty: all. */
  readonly channels: readonly string[];
}

/** Most members that an alert remembers; `memberCount` has the true number. */
export const mostMembers = 1_000;
