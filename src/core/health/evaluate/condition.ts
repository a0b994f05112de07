import type { Bound, Condition, Measured, Rule, Value } from '../check.ts';

/** The value that a bound stands for, for one subject. */
export function boundValue(bound: Bound, item: Measured): Value {
  if (typeof bound !== 'object') return bound;
  const value = item.values[bound.value];
  return typeof value === 'number' ? value * (bound.times ?? 1) : value;
}

/** Whether a condition holds; undefined where one side of it is not known. */
function conditionHolds(condition: Condition, item: Measured): boolean | undefined {
  const value = item.values[condition.value];
  const bound = boundValue(condition.than, item);
  if (value === undefined || bound === undefined) return undefined;
  if (Number.isNaN(value) || Number.isNaN(bound)) return undefined;
  switch (condition.is) {
    case 'equal to':
      return value === bound;
    case 'not':
      return value !== bound;
    case 'above':
      return value > bound;
    case 'at least':
      return value >= bound;
    case 'below':
      return value < bound;
    case 'at most':
      return value <= bound;
  }
}

/** All of them: false as soon as one is, else undefined as soon as one is not known. */
export function allHold(conditions: readonly Condition[], item: Measured): boolean | undefined {
  let unknown = false;
  for (const condition of conditions) {
    const holds = conditionHolds(condition, item);
    if (holds === false) return false;
    if (holds === undefined) unknown = true;
  }
  return unknown ? undefined : true;
}

/** Whether a rule holds for a subject; one that is open holds also by its `keep`. */
export function ruleHolds(rule: Rule, item: Measured, open: boolean): boolean | undefined {
  const holds = allHold(rule.all, item);
  if (!open || !rule.keep || holds === true) return holds;
  const kept = allHold(rule.keep, item);
  return kept === false ? holds : kept;
}
