import type { Alert, AlertMatch } from '../../api/alert-shapes.ts';

export interface SilenceScope {
  readonly label: string;
  readonly match: AlertMatch;
}

/** The subject of a finding as patterns, which are texts. */
const textsOf = (subject: Alert['findings'][number]['subject']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(subject)
      .filter(([, value]) => value !== undefined)
      .map(([part, value]) => [part, String(value)]),
  );

/** What of an alert can be kept quiet: from what it is about to its whole cluster. */
export function silenceScopes(alert: Alert): SilenceScope[] {
  const { cluster, findings, rule } = alert;
  const first = findings[0];
  const check = first?.check ?? (rule === undefined ? undefined : `rule:${rule}`);
  const where = cluster === undefined ? {} : { cluster: cluster.id };
  const scopes: SilenceScope[] = [];
  if (first !== undefined && Object.keys(first.subject).length > 0)
    scopes.push({
      label: 'Only this',
      match: { ...where, check: first.check, subject: textsOf(first.subject) },
    });
  if (check !== undefined)
    scopes.push({
      label: cluster === undefined ? 'This rule' : `All of this kind on ${cluster.name}`,
      match: { ...where, check },
    });
  if (first?.subject.node !== undefined && cluster !== undefined)
    scopes.push({
      label: `All of node ${first.subject.node}`,
      match: { cluster: cluster.id, subject: { node: first.subject.node } },
    });
  if (cluster !== undefined)
    scopes.push({ label: `All of ${cluster.name}`, match: { cluster: cluster.id } });
  return scopes;
}
