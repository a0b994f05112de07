import type { RuleBody } from '../../model/alert/rule-api.ts';
import type { Finding, FindingSubject } from '../../model/fleet/finding.ts';
import { fitsMatch } from './match-alert.ts';
import { mergeRoutes } from './merge-routes.ts';
import type { ClusterName, Observation, Route, Signal } from './signal.ts';

/** A rule as the evaluation needs it. */
export type EvaluatedRule = Pick<
  RuleBody,
  | 'name'
  | 'enabled'
  | 'severity'
  | 'source'
  | 'holdMs'
  | 'recoverMs'
  | 'repeatMs'
  | 'channels'
  | 'labels'
> & { readonly id: string };

/** What the monitor found in one cluster at one moment: all of it. */
export interface ClusterFindings {
  readonly cluster: ClusterName;
  readonly labels: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

export const clusterSource = (id: string): string => `cluster:${id}`;

/**
 * The findings of a cluster as an observation. What is meant to be so alerts nobody, nor does what
 * follows from it; what cannot be seen neither begins nor ends an alert.
 */
export function observeFindings(
  { cluster, labels, findings }: ClusterFindings,
  rules: readonly EvaluatedRule[],
): Observation {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const bad = findings.filter(
    ({ outcome }) => outcome === 'info' || outcome === 'warning' || outcome === 'critical',
  );
  return {
    source: clusterSource(cluster.id),
    cluster,
    signals: bad
      .filter((finding) => !isIntended(finding, byId))
      .map((finding) => signalOf(finding, cluster, labels, rules)),
    unsure: findings
      .filter(({ outcome }) => outcome === 'unknown')
      .map(({ check, subject }) => ({
        check,
        ...(subject.node === undefined ? {} : { node: subject.node }),
      })),
  };
}

function isIntended(finding: Finding, byId: ReadonlyMap<string, Finding>): boolean {
  const seen = new Set<string>();
  for (let each: Finding | undefined = finding; each && !seen.has(each.id); ) {
    if (each.intended) return true;
    seen.add(each.id);
    each = each.cause === undefined ? undefined : byId.get(each.cause);
  }
  return false;
}

function signalOf(
  finding: Finding,
  cluster: ClusterName,
  clusterLabels: Readonly<Record<string, string>>,
  rules: readonly EvaluatedRule[],
): Signal {
  const { id, cause, check, severity, subject, message, fix } = finding;
  const asked = rules.filter(
    ({ enabled, source }) =>
      enabled &&
      source.kind === 'finding' &&
      fitsMatch(source.match, { cluster, check, severity, subject, labels: clusterLabels }),
  );
  const labels = Object.assign({}, ...asked.map((rule) => rule.labels), clusterLabels);
  const where = subjectText(subject);
  const route = mergeRoutes(asked.map(routeOf));
  return {
    key: id,
    ...(cause === undefined ? {} : { cause }),
    check,
    title: where === '' ? finding.title : `${finding.title}: ${where}`,
    severity,
    subject,
    message,
    labels,
    ...(fix ? { fix } : {}),
    ...(route ? { route } : {}),
  };
}

const routeOf = ({ id, channels, holdMs, recoverMs, repeatMs }: EvaluatedRule): Route => ({
  rules: [id],
  channels,
  holdMs,
  recoverMs,
  repeatMs,
});

/** `shop.orders on ch-1:8123`. */
export function subjectText(subject: FindingSubject): string {
  const { node, shard, database, table, partition, disk, user, object } = subject;
  const name = [database, table].filter((part) => part !== undefined).join('.');
  const parts = [
    name,
    partition === undefined ? '' : `partition ${partition}`,
    disk === undefined ? '' : `disk ${disk}`,
    user === undefined ? '' : `user ${user}`,
    object ?? '',
    shard === undefined ? '' : `shard ${shard}`,
  ].filter((part) => part !== '');
  const what = parts.join(', ');
  if (node === undefined) return what;
  return what === '' ? node : `${what} on ${node}`;
}
