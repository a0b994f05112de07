import type { Finding } from '../../api/fleet-shapes.ts';
import { type Standing, standingOf, standings } from '../../ui/outcome.ts';

/** A finding with everything that it explains. */
export interface FindingBranch {
  readonly finding: Finding;
  readonly caused: readonly Finding[];
}

export interface FindingFilter {
  readonly standing?: readonly Standing[] | undefined;
  readonly group?: string | undefined;
  readonly node?: string | undefined;
  /** Part of a title, a message or a subject. */
  readonly q?: string | undefined;
}

/** Worst first; of equals the newest. */
function byWeight(a: Finding, b: Finding): number {
  const rank = (finding: Finding) =>
    standings.indexOf(standingOf(finding)) + (finding.intended ? standings.length : 0);
  return rank(a) - rank(b) || Date.parse(b.firstSeen) - Date.parse(a.firstSeen);
}

/** `shop.orders on ch-1:8123`: what a finding is about, in words. */
export function subjectText({ subject }: Pick<Finding, 'subject'>): string {
  const { node, shard, database, table, partition, disk, user, object } = subject;
  const thing = [database, table].filter((each) => each !== undefined).join('.');
  const parts = [
    thing,
    partition === undefined ? '' : `partition ${partition}`,
    disk === undefined ? '' : `disk ${disk}`,
    user === undefined ? '' : `user ${user}`,
    object ?? '',
    shard === undefined ? '' : `shard ${shard}`,
  ].filter((part) => part !== '');
  if (node === undefined) return parts.join(', ');
  return parts.length === 0 ? node : `${parts.join(', ')} on ${node}`;
}

/**
 * What has no answer is told in one line unless someone asks for it: it is about the monitor more
 * than about the cluster.
 */
const usual: readonly Standing[] = standings.filter((standing) => standing !== 'unknown');

function fits(finding: Finding, filter: FindingFilter): boolean {
  const { standing = usual, group, node, q } = filter;
  const wanted = (q ?? '').trim().toLowerCase();
  const words = [finding.title, finding.message, finding.check, subjectText(finding)];
  return (
    standing.includes(standingOf(finding)) &&
    (group === undefined || finding.group === group) &&
    (node === undefined || finding.subject.node === node) &&
    (wanted === '' || words.some((word) => word.toLowerCase().includes(wanted)))
  );
}

/**
 * Findings under their root causes. A cause stays in sight, when it does not fit itself, as long as
 * something that it explains does.
 */
export function growFindings(findings: readonly Finding[], filter: FindingFilter): FindingBranch[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const rootOf = (finding: Finding): Finding => {
    let root = finding;
    // A chain that bites its own tail must still end.
    for (let steps = 0; steps < findings.length; steps++) {
      const cause = root.cause === undefined ? undefined : byId.get(root.cause);
      if (cause === undefined || cause === finding) break;
      root = cause;
    }
    return root;
  };
  const branches = new Map<Finding, Finding[]>();
  for (const finding of findings) {
    if (!fits(finding, filter)) continue;
    const root = rootOf(finding);
    const caused = branches.get(root) ?? [];
    if (root !== finding) caused.push(finding);
    branches.set(root, caused);
  }
  return [...branches]
    .map(([finding, caused]) => ({ finding, caused: caused.sort(byWeight) }))
    .sort((a, b) => byWeight(a.finding, b.finding));
}

/** How many stand how, among those that the rest of the filter lets through. */
export function countStandings(
  findings: readonly Finding[],
  filter: FindingFilter,
): ReadonlyMap<Standing, number> {
  const counts = new Map<Standing, number>();
  for (const finding of findings) {
    if (!fits(finding, { ...filter, standing: standings })) continue;
    const standing = standingOf(finding);
    counts.set(standing, (counts.get(standing) ?? 0) + 1);
  }
  return counts;
}
