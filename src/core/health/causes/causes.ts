import type { Finding, Severity } from '../../../model/fleet/finding.ts';
import { type CauseRule, causeRules } from './cause-rules.ts';

const weight: Readonly<Record<Severity, number>> = { info: 0, warning: 1, high: 2, critical: 3 };

/**
 * Findings with their `cause`: the id of the open finding that explains them, followed to its root.
 * What a person marked as intended explains nothing.
 */
export function withCauses(
  findings: readonly Finding[],
  rules: readonly CauseRule[] = causeRules,
): readonly Finding[] {
  const byCheck = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.outcome === 'unknown' || finding.intended) continue;
    byCheck.set(finding.check, [...(byCheck.get(finding.check) ?? []), finding]);
  }
  const direct = new Map<string, Finding>();
  for (const finding of findings) {
    const cause = directCause(finding, byCheck, rules);
    if (cause) direct.set(finding.id, cause);
  }
  return findings.map((finding) => {
    const root = rootOf(finding, direct);
    return root ? { ...finding, cause: root.id } : finding;
  });
}

function directCause(
  finding: Finding,
  byCheck: ReadonlyMap<string, readonly Finding[]>,
  rules: readonly CauseRule[],
): Finding | undefined {
  for (const rule of rules) {
    if (rule.cause === finding.check) continue;
    if (rule.explains !== 'everything' && !rule.explains.includes(finding.check)) continue;
    const cause = byCheck
      .get(rule.cause)
      ?.find(
        (each) =>
          weight[each.severity] >= weight[rule.from ?? 'warning'] &&
          (rule.within === 'cluster' || sameNode(each, finding)),
      );
    if (cause) return cause;
  }
  return undefined;
}

/** A cause that names no node stands for all of them. */
const sameNode = (cause: Finding, finding: Finding): boolean =>
  cause.subject.node === undefined || cause.subject.node === finding.subject.node;

/**
 * The end of the chain of causes; undefined for a finding that has none. Findings that explain each
 * other in a circle are explained by one of them, always the same.
 */
function rootOf(finding: Finding, direct: ReadonlyMap<string, Finding>): Finding | undefined {
  const path = [finding];
  for (;;) {
    const next = direct.get(path.at(-1)!.id);
    if (!next) break;
    const place = path.findIndex((each) => each.id === next.id);
    if (place >= 0) {
      const circle = path.slice(place);
      path.push(circle.reduce((first, each) => (each.id < first.id ? each : first)));
      break;
    }
    path.push(next);
  }
  const root = path.at(-1)!;
  return root.id === finding.id ? undefined : root;
}
