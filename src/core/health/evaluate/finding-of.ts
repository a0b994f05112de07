import type { Finding } from '../../../model/fleet/finding.ts';
import type { CheckOutcomeData } from '../../../model/fleet/fleet-api.ts';
import type { Check } from '../check.ts';
import type { CheckedPair } from './checked-pairs.ts';
import { findingId } from './finding-id.ts';
import type { SubjectState } from './health-state.ts';
import { outcomeOfSeverity } from './outcome-of.ts';
import { activeRule } from './step-subjects.ts';

/** The finding of a subject; none while no rule is open. */
export function findingOf(check: Check, id: string, state: SubjectState): readonly Finding[] {
  const rule = check.rules[activeRule(state.rules)];
  const { said } = state;
  if (!rule || !said) return [];
  return [
    {
      id,
      check: check.id,
      title: check.title,
      group: check.group,
      outcome: outcomeOfSeverity(rule.severity),
      severity: rule.severity,
      subject: state.subject,
      message: said.message,
      evidence: [...said.evidence],
      source: said.source,
      sql: said.sql,
      ...(said.fix && { fix: said.fix }),
      intended: false,
      firstSeen: rfc3339(said.firstSeenMs),
      lastSeen: rfc3339(said.lastSeenMs),
    },
  ];
}

/** The finding that a check has no answer; none where that is told already or passes by itself. */
export function unknownFinding(
  pair: CheckedPair,
  outcome: CheckOutcomeData,
  sinceMs: number,
  nowMs: number,
): readonly Finding[] {
  const { check, node, answer } = pair;
  if (answer.kind !== 'measured' && answer.quiet) return [];
  const subject = node === '' ? {} : { node };
  return [
    {
      id: findingId(check.id, { ...subject, object: 'unknown' }),
      check: check.id,
      title: check.title,
      group: check.group,
      outcome: 'unknown',
      severity: 'info',
      subject,
      message: `Cannot tell: ${outcome.reason ?? 'the server did not say.'}`,
      evidence: [],
      source: check.rules[0]?.source ?? '',
      sql: pair.sql,
      ...(outcome.grant !== undefined && {
        grant: outcome.grant,
        fix: { sql: outcome.grant, risk: 'safe' as const },
      }),
      intended: false,
      firstSeen: rfc3339(sinceMs),
      lastSeen: rfc3339(nowMs),
    },
  ];
}

const rfc3339 = (ms: number): string => new Date(ms).toISOString();
