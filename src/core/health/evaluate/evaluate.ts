import type { Finding } from '../../../model/fleet/finding.ts';
import type { CheckOutcomeData, Mark } from '../../../model/fleet/fleet-api.ts';
import type { Coverage } from '../../../model/fleet/score.ts';
import { keepCauses, withCauses } from '../causes/causes.ts';
import type { Check } from '../check.ts';
import type { KeeperObservation, NodeObservation } from '../observation.ts';
import { type Cadence, defaultCadence } from '../readings/cadence.ts';
import { type CheckedPair, pairsOf } from './checked-pairs.ts';
import { findingOf, unknownFinding } from './finding-of.ts';
import { emptyState, type HealthState, pairKey, type SubjectState } from './health-state.ts';
import { withMarks } from './marks.ts';
import { outcomeOf } from './outcome-of.ts';
import { stepSubjects } from './step-subjects.ts';

export interface EvaluateInput {
  /** What the evaluation before gave; undefined for the first. */
  readonly previous: HealthState | undefined;
  readonly cluster: {
    readonly nodes: readonly NodeObservation[];
    readonly keepers: readonly KeeperObservation[];
  };
  readonly marks: readonly Mark[];
  readonly nowMs: number;
  readonly checks: readonly Check[];
  /** How often each tier is read. Default: that of the base interval of 30 s. */
  readonly cadence?: Cadence;
}

export interface Evaluation {
  /** Give it to the next evaluation; plain JSON. */
  readonly state: HealthState;
  /** Open findings, and a finding of outcome `unknown` for each pair that cannot be answered. */
  readonly findings: readonly Finding[];
  /** Each check on each node; node '' for checks that compare nodes. */
  readonly outcomes: readonly CheckOutcomeData[];
  /** Pairs of check and node that have an answer, of those that apply and of nodes that are up. */
  readonly coverage: Coverage;
}

/**
 * What is wrong with a cluster now. Deterministic: time comes from `nowMs` and from the samples
 * only. It may be called as often as one likes: a sample counts once.
 */
export function evaluate(input: EvaluateInput): Evaluation {
  const previous = input.previous ?? emptyState;
  const bySubject = groupByPair(previous);
  const subjects: Record<string, SubjectState> = {};
  const counted: Record<string, number> = {};
  const unknownSince: Record<string, number> = {};
  const findings: Finding[] = [];
  const outcomes: CheckOutcomeData[] = [];
  const cadence = input.cadence ?? defaultCadence;
  const pairs = pairsOf(input.checks, input.cluster, cadence, input.nowMs);
  for (const pair of pairs) {
    const key = pairKey(pair.check.id, pair.node);
    const before = bySubject.get(key) ?? {};
    const { after, countedMs } = stepPair(pair, before, previous.counted[key], input.nowMs);
    if (countedMs !== undefined) counted[key] = countedMs;
    Object.assign(subjects, after);
    const open = Object.entries(after).flatMap(([id, state]) => findingOf(pair.check, id, state));
    const marked = withMarks(open, input.marks, input.nowMs);
    findings.push(...marked);
    const outcome = outcomeOf(pair, marked);
    outcomes.push(outcome);
    if (outcome.outcome !== 'unknown') continue;
    const sinceMs = previous.unknownSince[key] ?? input.nowMs;
    unknownSince[key] = sinceMs;
    const told = unknownFinding(pair, outcome, sinceMs, input.nowMs);
    findings.push(...withMarks(told, input.marks, input.nowMs));
  }
  const explained = keepCauses(withCauses(findings), previous.causes ?? {}, input.nowMs);
  return {
    state: { version: 1, subjects, counted, unknownSince, causes: explained.causes },
    findings: explained.findings,
    outcomes,
    coverage: coverageOf(pairs, outcomes, input.cluster.nodes.length),
  };
}

interface Stepped {
  readonly after: Readonly<Record<string, SubjectState>>;
  readonly countedMs: number | undefined;
}

function stepPair(
  pair: CheckedPair,
  before: Readonly<Record<string, SubjectState>>,
  countedMs: number | undefined,
  nowMs: number,
): Stepped {
  const { answer } = pair;
  if (answer.kind !== 'measured')
    return { after: answer.keepsOpen ? onlyOpen(before) : {}, countedMs };
  if (answer.atMs === countedMs) return { after: before, countedMs };
  const after = stepSubjects(before, {
    check: pair.check,
    node: pair.node,
    items: answer.items,
    truncated: answer.truncated,
    unread: answer.unread,
    atMs: answer.atMs,
    nowMs,
    sql: pair.sql,
  });
  return { after, countedMs: answer.atMs };
}

/** Without an answer nothing is about to open; what is open stays. */
const onlyOpen = (
  subjects: Readonly<Record<string, SubjectState>>,
): Readonly<Record<string, SubjectState>> =>
  Object.fromEntries(
    Object.entries(subjects).filter(([, state]) => state.rules.some((rule) => rule.open)),
  );

function groupByPair(state: HealthState): ReadonlyMap<string, Record<string, SubjectState>> {
  const groups = new Map<string, Record<string, SubjectState>>();
  for (const [id, subject] of Object.entries(state.subjects)) {
    const key = pairKey(subject.check, subject.node);
    const group = groups.get(key) ?? {};
    group[id] = subject;
    groups.set(key, group);
  }
  return groups;
}

/**
 * What is answered of what could be asked. Nodes that are down are left out as long as others
 * answer: that they are down is an answer, which costs points and holds the score down.
 */
function coverageOf(
  pairs: readonly CheckedPair[],
  outcomes: readonly CheckOutcomeData[],
  nodes: number,
): Coverage {
  const silent = pairs.filter(({ answer }) => answer.kind !== 'measured' && answer.unreachable);
  const down = new Set(silent.map(({ node }) => node).filter((node) => node !== ''));
  const leftOut = new Set(
    down.size < nodes ? silent.map(({ check, node }) => pairKey(check.id, node)) : [],
  );
  const counted = outcomes.filter(
    ({ check, node, outcome }) =>
      outcome !== 'not_applicable' && !leftOut.has(pairKey(check, node)),
  );
  const answered = counted.filter(({ outcome }) => outcome !== 'unknown');
  return {
    answered: answered.length,
    total: counted.length,
    ...(leftOut.size > 0 && { leftOut: leftOut.size }),
  };
}
