import type { AlertMatch } from '../../model/alert/alert-match.ts';
import { type FindingSubject, type Severity, severities } from '../../model/fleet/finding.ts';
import type { AlertRecord } from './alert-state.ts';
import { fitsPattern } from './pattern.ts';
import type { ClusterName, Quiet } from './signal.ts';

/** What a match looks at. */
export interface Matched {
  readonly cluster?: ClusterName;
  readonly check: string;
  readonly severity: Severity;
  readonly subject: FindingSubject;
  readonly labels: Readonly<Record<string, string>>;
}

export const isAtLeast = (severity: Severity, least: Severity): boolean =>
  severities.indexOf(severity) >= severities.indexOf(least);

/** The severest of them; info where there are none. */
export const worst = (found: readonly { readonly severity: Severity }[]): Severity =>
  severities[Math.max(0, ...found.map((each) => severities.indexOf(each.severity)))] ?? 'info';

/** Whether every part of `match` fits. A part about something that is not there does not fit. */
export function fitsMatch(match: AlertMatch, found: Matched): boolean {
  if (match.cluster !== undefined && !fitsCluster(match.cluster, found.cluster)) return false;
  if (match.check !== undefined && !fitsPattern(match.check, found.check)) return false;
  if (match.minSeverity !== undefined && !isAtLeast(found.severity, match.minSeverity))
    return false;
  return fitsAll(match.subject, found.subject) && fitsAll(match.labels, found.labels);
}

function fitsCluster(pattern: string, cluster: ClusterName | undefined): boolean {
  if (!cluster) return false;
  return fitsPattern(pattern, cluster.id) || fitsPattern(pattern, cluster.name);
}

function fitsAll(
  patterns: Readonly<Record<string, string | undefined>> | undefined,
  values: Readonly<Record<string, string | number | undefined>>,
): boolean {
  return Object.entries(patterns ?? {}).every(([name, pattern]) => {
    if (pattern === undefined) return true;
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value !== undefined && fitsPattern(pattern, String(value));
  });
}

/**
 * What keeps an alert quiet. A silence is about the cause, which comes first among the members: its
 * effects are quiet with it, and a silence on an effect does not hide the cause.
 */
export function quietOf(alert: AlertRecord, quiets: readonly Quiet[]): string | undefined {
  const lead = alert.members[0];
  if (!lead) return undefined;
  const { check, subject, labels } = lead;
  const found: Matched = {
    ...(alert.cluster ? { cluster: alert.cluster } : {}),
    check,
    severity: alert.severity,
    subject,
    labels,
  };
  return quiets.find((each) => fitsMatch(each.match, found))?.id;
}
