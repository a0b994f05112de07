import type { Fix, Severity } from '../../../model/fleet/finding.ts';
import type { Check, Measured, Rule } from '../check.ts';
import { ruleHolds } from './condition.ts';
import { describeItem } from './describe-item.ts';
import { findingId } from './finding-id.ts';
import type { Said, SubjectState } from './health-state.ts';
import { idleRule, nextRuleState, type RuleState } from './rule-state.ts';

/** One sample of a check on a node, or of a check of the cluster (node ''). */
export interface Sample {
  readonly check: Check;
  readonly node: string;
  readonly items: readonly Measured[];
  readonly truncated: boolean;
  /** Nodes of which nothing was read: what was open there stays so. */
  readonly unread: ReadonlySet<string>;
  readonly atMs: number;
  readonly nowMs: number;
  /** The statements that read the values. */
  readonly sql: string;
}

type Subjects = Readonly<Record<string, SubjectState>>;

/** The next state of all subjects of a check on a node, after one new sample. */
export function stepSubjects(previous: Subjects, sample: Sample): Subjects {
  const next: Record<string, SubjectState> = {};
  // Most subjects are well and were so before: nothing is remembered of them, not even their id.
  const anew = Object.keys(previous).length === 0;
  const concerned = anew ? sample.items.filter((item) => someHold(item, sample)) : sample.items;
  const present = new Map(
    concerned.map((item) => {
      const placed = placeItem(item, sample.node);
      return [findingId(sample.check.id, placed.subject), placed] as const;
    }),
  );
  for (const [id, item] of present) {
    const state = stepSubject(previous[id], item, sample);
    if (state) next[id] = state;
  }
  for (const [id, state] of Object.entries(previous)) {
    if (present.has(id)) continue;
    const unseen = sample.truncated || sample.unread.has(state.subject.node ?? '');
    const after = unseen ? state : stepAbsent(state, sample);
    if (after) next[id] = after;
  }
  return next;
}

const someHold = (item: Measured, { check }: Sample): boolean =>
  check.rules.some((rule) => ruleHolds(rule, item, false) === true);

/** A subject of a check on a node is on that node. */
const placeItem = (item: Measured, node: string): Measured =>
  node === '' || item.subject.node !== undefined
    ? item
    : { ...item, subject: { node, ...item.subject } };

function stepSubject(
  before: SubjectState | undefined,
  item: Measured,
  sample: Sample,
): SubjectState | undefined {
  const { check, atMs } = sample;
  const known = rulesOf(before, check);
  const rules = check.rules.map((rule, place) => {
    const state = known[place]!;
    return nextRuleState(state, ruleHolds(rule, item, state.open), atMs, patienceOf(check, rule));
  });
  if (rules.every((state) => !state.open && state.hits === 0)) return undefined;
  const place = activeRule(rules);
  const active = check.rules[place];
  // While it waits to be over, what was last wrong is shown, not a value that is well.
  const isClosing = active && place === activeRule(known) && ruleHolds(active, item, true) !== true;
  const said = isClosing ? before?.said : active && say(before?.said, active, item, sample);
  return {
    check: check.id,
    node: sample.node,
    subject: item.subject,
    rules,
    ...(said && { said }),
  };
}

/** A subject that is not there any more: none of its rules holds. */
function stepAbsent(before: SubjectState, sample: Sample): SubjectState | undefined {
  const { check, atMs } = sample;
  const rules = check.rules.map((rule, place) =>
    nextRuleState(rulesOf(before, check)[place]!, false, atMs, patienceOf(check, rule)),
  );
  return rules.some((state) => state.open) ? { ...before, rules } : undefined;
}

/** States of the rules; anew where the check has others than it had. */
const rulesOf = (state: SubjectState | undefined, check: Check): readonly RuleState[] =>
  state?.rules.length === check.rules.length ? state.rules : check.rules.map(() => idleRule);

/** Place of the rule that decides: the first that is open. -1 where none is. */
export const activeRule = (rules: readonly RuleState[]): number =>
  rules.findIndex((state) => state.open);

function say(before: Said | undefined, rule: Rule, item: Measured, sample: Sample): Said {
  const fix: Fix | undefined = sample.check.fix?.(item, rule.severity as Severity);
  return {
    message: rule.message(item),
    evidence: describeItem(item, rule),
    source: rule.source,
    sql: sample.sql,
    ...(fix && { fix }),
    firstSeenMs: before?.firstSeenMs ?? sample.nowMs,
    lastSeenMs: sample.nowMs,
  };
}

const patienceOf = (check: Check, rule: Rule) => ({
  ...samplesOf(check),
  holdMs: rule.holdMs ?? 0,
});

/** What is read rarely is believed at once: the next reading is half an hour or a day away. */
export function samplesOf(check: Check): { readonly open: number; readonly close: number } {
  if (check.samples) return check.samples;
  const rare = ({ reading }: Check['needs'][number]) =>
    reading.tier === 'parts' || reading.tier === 'daily';
  return check.needs.length > 0 && check.needs.every(rare)
    ? { open: 1, close: 1 }
    : { open: 2, close: 3 };
}
