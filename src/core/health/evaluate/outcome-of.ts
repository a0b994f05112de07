import type { Finding, Outcome, Severity } from '../../../model/fleet/finding.ts';
import type { CheckOutcomeData } from '../../../model/fleet/fleet-api.ts';
import { nameText } from '../wording.ts';
import type { CheckedPair } from './checked-pairs.ts';
import { allHold } from './condition.ts';

/** The API's outcome of a severity: `high` is a heavier warning. */
export const outcomeOfSeverity = (severity: Severity): Outcome =>
  severity === 'high' ? 'warning' : severity;

const worstFirst: readonly Outcome[] = ['critical', 'warning', 'info'];

/**
 * What a check says of a node. An open finding decides, meant ones left aside; without one, a
 * subject of which no rule can be decided makes it unknown: its values are missing.
 */
export function outcomeOf(pair: CheckedPair, open: readonly Finding[]): CheckOutcomeData {
  const base = { check: pair.check.id, node: pair.node };
  const { answer, inapplicable } = pair;
  const not = (reason: string) => ({ ...base, outcome: 'not_applicable', reason }) as const;
  // A right that is missing may hide the objects themselves.
  const unseen = answer.kind === 'unknown' && !answer.quiet && answer.grant === undefined;
  if (inapplicable && unseen) return not(inapplicable.reason);
  if (answer.kind !== 'measured')
    return {
      ...base,
      outcome: answer.kind,
      reason: answer.reason,
      ...(answer.grant !== undefined && { grant: answer.grant }),
    };
  const counting = open.filter((finding) => !finding.intended);
  const worst = worstFirst.find((outcome) => counting.some((each) => each.outcome === outcome));
  if (worst) return { ...base, outcome: worst };
  if (inapplicable && open.length === 0 && !inapplicable.onlyUnseen)
    return not(inapplicable.reason);
  const lost = missingValue(pair);
  if (lost !== undefined && inapplicable) return not(inapplicable.reason);
  if (lost !== undefined)
    return {
      ...base,
      outcome: 'unknown',
      reason: `The server does not tell its ${nameText(lost)}.`,
    };
  return {
    ...base,
    outcome: 'ok',
    ...(open.length > 0 && { reason: 'What there is was marked as intended.' }),
  };
}

/** Name of a value for want of which no rule of a subject can be decided. */
function missingValue({ check, answer }: CheckedPair): string | undefined {
  if (answer.kind !== 'measured') return undefined;
  for (const item of answer.items) {
    const decided = check.rules.some((rule) => allHold(rule.all, item) !== undefined);
    if (decided) continue;
    const names = check.rules.flatMap((rule) => rule.all.map((condition) => condition.value));
    return names.find((name) => item.values[name] === undefined) ?? names[0];
  }
  return undefined;
}
