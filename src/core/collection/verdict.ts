import { type Finding, type Severity, severities } from '../../model/fleet/finding.ts';
import type { ClusterData } from '../../model/fleet/fleet-api.ts';

/** Whether a cluster is well, as scripts and probes want it in one word. */
export interface Verdict {
  readonly verdict: 'well' | 'findings' | 'cannot tell';
  /** Those that decided, the severest first. */
  readonly findings: readonly Finding[];
}

/**
 * Judges a cluster: `findings` where one is as severe as `failOn` or worse; `cannot tell` where no
 * node can be reached or too few checks have an answer. What is meant to be so, and what another
 * finding explains, does not count.
 */
export function verdictOf(
  cluster: Pick<ClusterData, 'status' | 'score'>,
  findings: readonly Finding[],
  failOn: Severity,
): Verdict {
  const rank = (severity: Severity) => severities.indexOf(severity);
  const bad = findings
    .filter(({ outcome, intended, cause }) => outcome !== 'unknown' && !intended && !cause)
    .filter(({ severity }) => rank(severity) >= rank(failOn))
    .sort((a, b) => rank(b.severity) - rank(a.severity));
  if (bad.length > 0) return { verdict: 'findings', findings: bad };
  const blind = cluster.status === 'offline' || cluster.score === null;
  return { verdict: blind ? 'cannot tell' : 'well', findings: [] };
}
