import type { CheckOutcome } from '../../api/fleet-shapes.ts';

/** Checks without an answer for one reason, and where. */
export interface UnansweredGroup {
  readonly reason: string;
  readonly grant: string | undefined;
  readonly checks: readonly string[];
  readonly nodes: readonly string[];
  /** Pairs of check and node. */
  readonly count: number;
}

/** What is missing most comes first. */
export function groupUnanswered(outcomes: readonly CheckOutcome[]): UnansweredGroup[] {
  const unknown = outcomes.filter(({ outcome }) => outcome === 'unknown');
  const groups = Map.groupBy(unknown, ({ reason = '', grant = '' }) => `${reason}\u0000${grant}`);
  return [...groups.values()]
    .map((group) => ({
      reason: group[0]!.reason ?? 'No reason was given',
      grant: group[0]!.grant,
      checks: [...new Set(group.map(({ check }) => check))].sort(),
      nodes: [...new Set(group.map(({ node }) => node))].filter((node) => node !== '').sort(),
      count: group.length,
    }))
    .sort((a, b) => b.count - a.count);
}

/** The grants that would give answers, each once. */
export const missingGrants = (groups: readonly UnansweredGroup[]): string[] => [
  ...new Set(groups.flatMap(({ grant }) => (grant === undefined ? [] : [grant]))),
];
