import type { Check } from '../../api/fleet-shapes.ts';

/** The state of the catalogue, as its address holds it. */
export interface CheckParams {
  q?: string;
  group?: string;
  /** The open check. */
  check?: string;
}

export function parseCheckParams(raw: Record<string, unknown>): CheckParams {
  const params: CheckParams = {};
  for (const field of ['q', 'group', 'check'] as const) {
    const value = raw[field];
    if (typeof value === 'string' && value !== '') params[field] = value;
  }
  return params;
}

/** Those that fit, by group and number. The open one is always among them. */
export function chooseChecks(checks: readonly Check[], params: CheckParams): Check[] {
  const wanted = (params.q ?? '').trim().toLowerCase();
  return checks.filter(
    (check) =>
      check.id === params.check ||
      ((params.group === undefined || check.group === params.group) &&
        [check.id, check.title, check.explanation, ...check.reads].some((text) =>
          text.toLowerCase().includes(wanted),
        )),
  );
}
