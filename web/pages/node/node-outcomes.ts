import type { CheckOutcome } from '../../api/fleet-shapes.ts';

type Outcome = CheckOutcome['outcome'];

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  critical: 'critical',
  warning: 'warning',
  info: 'info',
  unknown: 'unknown',
  ok: 'ok',
  not_applicable: 'not applicable',
};

/** How many checks gave which answer, the worst first. */
export const countOutcomes = (
  outcomes: readonly CheckOutcome[],
): { outcome: Outcome; count: number }[] =>
  (Object.keys(outcomeWords) as Outcome[])
    .map((outcome) => ({
      outcome,
      count: outcomes.filter((each) => each.outcome === outcome).length,
    }))
    .filter(({ count }) => count > 0);
