import type { Finding } from '../../../model/fleet/finding.ts';
import type { CheckOutcomeData } from '../../../model/fleet/fleet-api.ts';
import type { Check } from '../check.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { HealthState } from '../evaluate/health-state.ts';
import { samplesOf } from '../evaluate/step-subjects.ts';
import { defaultCadence } from '../readings/cadence.ts';
import { type CheckCase, caseStartMs, type Situation } from './check-case.ts';
import { type Loss, observeSituation } from './observe-case.ts';

export interface CaseResult {
  readonly state: HealthState;
  /** Without those that only say that there is no answer. */
  readonly findings: readonly Finding[];
  readonly outcomes: readonly CheckOutcomeData[];
  readonly nowMs: number;
}

/** Runs a check over a situation until every hold time has passed. */
export function runSituation(
  check: Check,
  situation: Situation,
  from: Pick<CaseResult, 'state' | 'nowMs'> | undefined,
  loss?: Loss,
): CaseResult {
  const holdMs = Math.max(0, ...check.rules.map((rule) => rule.holdMs ?? 0));
  const stepMs = Math.max(sampleMs(check), Math.ceil(holdMs / 8));
  const { open, close } = samplesOf(check);
  const steps = Math.ceil(holdMs / stepMs) + Math.max(open, close) + 1;
  let nowMs = from ? from.nowMs + stepMs : caseStartMs;
  let state = from?.state;
  for (let step = 0; ; step++, nowMs += stepMs) {
    const cluster = observeSituation(check, situation, nowMs, loss);
    const result = evaluate({ previous: state, cluster, marks: [], nowMs, checks: [check] });
    state = JSON.parse(JSON.stringify(result.state)) as HealthState;
    if (step < steps) continue;
    const findings = result.findings.filter((each) => each.outcome !== 'unknown');
    return { state, findings, outcomes: result.outcomes, nowMs };
  }
}

/** The time between two samples of a check. */
function sampleMs(check: Check): number {
  const each = check.needs.map((need) => defaultCadence[need.reading.tier]);
  return each.length === 0 ? defaultCadence.vitals : Math.min(...each);
}

/** Runs a case from its beginning. */
export function runCase(check: Check, given: CheckCase, loss?: Loss): CaseResult {
  const before = given.first && runSituation(check, given.first, undefined);
  return runSituation(check, given, before, loss);
}

/** How a result differs from what a case expects; undefined where it does not. */
export function differenceOf(given: CheckCase, result: CaseResult): string | undefined {
  if (typeof given.expected === 'string') {
    const wrong = result.outcomes.find((each) => each.outcome !== given.expected);
    return wrong && `outcome ${wrong.outcome} instead of ${given.expected}: ${told(result)}`;
  }
  const rest = [...result.findings];
  for (const expected of given.expected) {
    const place = rest.findIndex((finding) => matches(expected, finding));
    if (place < 0) return `no finding ${JSON.stringify(expected)}: ${told(result)}`;
    rest.splice(place, 1);
  }
  if (rest.length > 0) return `more findings than expected: ${told(result)}`;
  const notOk =
    given.expected.length === 0 && result.outcomes.find(({ outcome }) => outcome !== 'ok');
  return notOk ? `outcome ${notOk.outcome} (${notOk.reason}) instead of ok` : undefined;
}

const matches = (expected: CheckCase['expected'][number], finding: Finding): boolean =>
  typeof expected === 'object' &&
  expected.severity === finding.severity &&
  Object.entries(expected.subject ?? {}).every(
    ([part, value]) => finding.subject[part as keyof Finding['subject']] === value,
  );

const told = (result: CaseResult): string =>
  JSON.stringify([
    result.outcomes.map((each) => [each.node, each.outcome, each.reason]),
    result.findings.map((each) => [each.severity, each.subject, each.message]),
  ]);
