import type { Finding, Severity } from '../../../model/fleet/finding.ts';
import type { RememberedCause } from '../evaluate/health-state.ts';
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

/**
 * How long a finding stays explained after its cause is over: what follows from a fault ends after
 * it, and nobody wants to be told of it anew. Guideline: five samples of a minute.
 */
export const causeGraceMs = 300_000;

/** What explained a finding, and when it last did; by id of the finding. */
type KnownCauses = Readonly<Record<string, RememberedCause>>;

/** Findings with the causes that they have, or had until a moment ago; and what to remember. */
export function keepCauses(
  findings: readonly Finding[],
  known: KnownCauses,
  nowMs: number,
): { readonly findings: readonly Finding[]; readonly causes: KnownCauses } {
  const causes: Record<string, RememberedCause> = {};
  const explained = findings.map((finding) => {
    const before = known[finding.id];
    const late = before && nowMs - before.atMs <= causeGraceMs;
    const now = finding.cause === undefined ? undefined : { id: finding.cause, atMs: nowMs };
    const cause = now ?? (late ? before : undefined);
    if (!cause) return finding;
    causes[finding.id] = cause;
    return { ...finding, cause: cause.id };
  });
  return { findings: explained, causes };
}
