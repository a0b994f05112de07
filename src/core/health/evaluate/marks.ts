import type { Finding, FindingSubject } from '../../../model/fleet/finding.ts';
import type { Mark } from '../../../model/fleet/fleet-api.ts';

/** Whether a mark is about a finding: same check, and every part that the mark names is the same. */
export const markApplies = (
  mark: Mark,
  finding: Pick<Finding, 'check' | 'subject'>,
  nowMs: number,
): boolean =>
  mark.check === finding.check &&
  (mark.until === undefined || Date.parse(mark.until) > nowMs) &&
  (Object.keys(mark.subject) as (keyof FindingSubject)[]).every(
    (part) => mark.subject[part] === undefined || mark.subject[part] === finding.subject[part],
  );

/** Findings with what people said of them. */
export const withMarks = (
  findings: readonly Finding[],
  marks: readonly Mark[],
  nowMs: number,
): readonly Finding[] =>
  findings.map((finding) => {
    const own = marks.filter((mark) => markApplies(mark, finding, nowMs));
    return {
      ...finding,
      intended: own.some((mark) => mark.kind === 'intended'),
      ...(own.some((mark) => mark.kind === 'snoozed') && { snoozed: true }),
    };
  });
