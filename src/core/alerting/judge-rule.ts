import type { Bounds, RuleSource } from '../../model/alert/rule-api.ts';
import type { FindingSubject } from '../../model/fleet/finding.ts';
import { type EvaluatedRule, subjectText } from './route-finding.ts';
import { boundsText, isOutOfBounds } from './rule-bounds.ts';
import type { ClusterName, Observation, Signal } from './signal.ts';

/** A value that a rule is about. */
export interface RuleValue {
  readonly subject: FindingSubject;
  /** Null: it cannot be told now. */
  readonly value: number | null;
}

export const ruleSource = (id: string): string => `rule:${id}`;

/** What a rule says of its values at one moment. */
export function judgeRule(
  rule: EvaluatedRule,
  values: readonly RuleValue[],
  cluster?: ClusterName,
): Observation {
  const check = ruleSource(rule.id);
  const bounds = boundsOf(rule.source);
  return {
    source: check,
    ...(cluster ? { cluster } : {}),
    signals: values.flatMap(({ subject, value }) =>
      value !== null && isOutOfBounds(bounds, value) ? [signalOf(rule, check, subject, value)] : [],
    ),
    unsure: values.flatMap(({ subject, value }) =>
      value === null
        ? [{ check, ...(subject.node === undefined ? {} : { node: subject.node }) }]
        : [],
    ),
  };
}

/** Absence is a count below one. */
function boundsOf(source: RuleSource): Bounds {
  if (source.kind === 'finding') return {};
  if (source.kind !== 'search') return source.bounds;
  return source.test.kind === 'absence' ? { below: 1 } : source.test.bounds;
}

function signalOf(
  rule: EvaluatedRule,
  check: string,
  subject: FindingSubject,
  value: number,
): Signal {
  const where = subjectText(subject);
  const { id, name, severity, labels, channels, holdMs, recoverMs, repeatMs } = rule;
  return {
    key: `${check}/${where}`,
    check,
    title: where === '' ? name : `${name}: ${where}`,
    severity,
    subject,
    message: valueText(rule.source, value),
    labels,
    route: { rules: [id], channels, holdMs, recoverMs, repeatMs },
  };
}

/** `37 rows in 5 min, above 10`. */
function valueText(source: RuleSource, value: number): string {
  if (source.kind === 'finding') return '';
  const span = spanText(source.windowMs);
  if (source.kind === 'sample')
    return `${source.metric} (${source.aggregate} of ${span}) is ${numberText(value)}, ${boundsText(source.bounds)}`;
  if (source.kind === 'sql')
    return `${source.column} is ${numberText(value)}, ${boundsText(source.bounds)}`;
  const { test } = source;
  if (test.kind === 'absence') return `no row in ${span}`;
  if (test.kind === 'count')
    return `${numberText(value)} rows in ${span}, ${boundsText(test.bounds)}`;
  if (test.kind === 'ratio')
    return `${numberText(value)} of the rows in ${span}, ${boundsText(test.bounds)}`;
  return `${numberText(value)} % against the ${test.against}, ${boundsText(test.bounds)} (${span})`;
}

const numberText = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));

/** `5 min`, `90 s`. */
function spanText(ms: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
  ] as const;
  const unit = units.find(([size]) => ms >= size && ms % size === 0);
  return unit ? `${ms / unit[0]} ${unit[1]}` : `${ms / 1_000} s`;
}
