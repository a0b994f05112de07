import { checks } from '../../core/health/index.ts';
import type { CheckData } from '../../model/fleet/fleet-api.ts';

type Condition = (typeof checks)[number]['rules'][number]['all'][number];

const bound = ({ than }: Condition): string =>
  typeof than === 'object'
    ? `${than.times === undefined ? '' : `${than.times} × `}${than.value}`
    : String(than);

const conditionText = (condition: Condition): string =>
  `${condition.value} ${condition.is} ${bound(condition)}`;

/** The catalogue of checks as the API shows it. */
export const showChecks = (): CheckData[] =>
  checks.map((check) => ({
    id: check.id,
    number: check.number,
    title: check.title,
    group: check.group,
    dimension: check.dimension,
    scope: check.scope,
    explanation: check.explanation,
    causes: [...check.causes],
    reads: check.needs.map(({ reading }) => `system.${reading.table}`),
    rules: check.rules.map((rule) => ({
      severity: rule.severity,
      condition: rule.all.map(conditionText).join(' and '),
      holdMs: rule.holdMs ?? 0,
      source: rule.source,
    })),
  }));
