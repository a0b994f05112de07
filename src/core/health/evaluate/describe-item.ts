import type { Evidence } from '../../../model/fleet/finding.ts';
import type { Measured, Rule } from '../check.ts';
import { boundValue } from './condition.ts';

/** Values of one finding at most. */
const evidenceLimit = 30;

/** The values of a subject, those that the rule compares first and with what they are compared to. */
export function describeItem(item: Measured, rule: Rule): readonly Evidence[] {
  const compared = new Map(
    rule.all.map((condition) => {
      const bound = boundValue(condition.than, item);
      const threshold = typeof bound === 'boolean' ? String(bound) : bound;
      return [condition.value, { is: condition.is, threshold }] as const;
    }),
  );
  const names = [...compared.keys(), ...Object.keys(item.values).filter((n) => !compared.has(n))];
  return names.slice(0, evidenceLimit).map((name) => {
    const threshold = compared.get(name)?.threshold;
    return {
      name,
      value: item.values[name] ?? null,
      ...(threshold !== undefined && { threshold }),
    };
  });
}
