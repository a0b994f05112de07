import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Finding, type Severity, severities } from '../../../model/fleet/finding.ts';
import { dimensions } from '../../../model/fleet/score.ts';
import { gradeOf, scoreOf } from './score.ts';

const checks = dimensions.flatMap((dimension) =>
  ['1', '2', '3'].map((number) => ({ id: `${dimension}-${number}`, dimension })),
);
const full = { answered: 10, total: 10 };

const finding = (
  check: string,
  severity: Severity,
  node?: string,
  more?: Partial<Finding>,
): Finding => ({
  id: `${check}@${node}`,
  check,
  title: '',
  group: '',
  outcome: severity === 'high' ? 'warning' : severity,
  severity,
  subject: node === undefined ? {} : { node },
  message: '',
  evidence: [],
  source: '',
  sql: '',
  intended: false,
  firstSeen: '',
  lastSeen: '',
  ...more,
});

test('the score by severity, by nodes and by dimension', () => {
  const check = (findings: Finding[], score: number | null, coverage = full) =>
    expect(scoreOf(findings, coverage, { nodes: 4 }, checks).score).toBe(score);
  check([], 100);
  check([finding('workload-1', 'info')], 100);
  check([finding('workload-1', 'warning')], 94);
  check([finding('workload-1', 'high')], 88);
  check([finding('workload-1', 'critical')], 80);
  check([finding('workload-1', 'warning', 'a')], 96);
  check([finding('workload-1', 'warning', 'a'), finding('workload-1', 'warning', 'b')], 96);
  check(
    ['a', 'b', 'c', 'd'].map((node) => finding('workload-1', 'warning', node)),
    94,
  );
  check([finding('workload-1', 'warning', undefined, { intended: true })], 100);
  check([finding('workload-1', 'warning', undefined, { cause: 'x' })], 100);
  check([finding('workload-1', 'info', undefined, { outcome: 'unknown' })], 100);
  check([finding('unheard-of', 'critical')], 100);
  check([finding('workload-1', 'critical'), finding('workload-2', 'critical')], 80);
  check([finding('safety-1', 'critical', 'a')], 59);
  check([finding('availability-1', 'critical', 'a')], 59);
  check([finding('replication-1', 'critical', 'a')], 81);
  check([], null, { answered: 4, total: 10 });
  check([], 100, { answered: 5, total: 10 });
  check([], null, { answered: 0, total: 0 });
  check(
    checks.map((each) => finding(each.id, 'critical')),
    0,
  );
});

test('the reasons are what was taken off, the dearest first', () => {
  const findings = [
    finding('workload-1', 'warning'),
    finding('safety-1', 'high'),
    finding('safety-1', 'warning', 'a'),
  ];
  const { reasons, score, capped } = scoreOf(findings, full, { nodes: 1 }, checks);
  expect(reasons).toEqual([
    { finding: 'safety-1@undefined', check: 'safety-1', dimension: 'safety', points: 12 },
    { finding: 'workload-1@undefined', check: 'workload-1', dimension: 'workload', points: 6 },
  ]);
  expect([score, capped]).toEqual([82, false]);
  const held = scoreOf([finding('safety-1', 'critical')], full, { nodes: 1 }, checks);
  expect([held.score, held.capped]).toEqual([59, true]);
});

test('grades', () => {
  const check = (score: number, expected: string) =>
    expect(gradeOf(score), `${score}`).toBe(expected);
  const bounds = 'A+ 95 A 90 B+ 85 B 80 B- 75 C+ 70 C 60 C- 50 D 40'.split(' ');
  for (let place = 0; place < bounds.length; place += 2) {
    const grade = bounds[place]!;
    const least = Number(bounds[place + 1]);
    check(least, grade);
    check(least - 1, bounds[place + 2] ?? 'F');
  }
  check(100, 'A+');
  check(0, 'F');
});

test('more findings, and worse ones, never make a better score', () => {
  const any = fc.record({
    check: fc.constantFrom(...checks.map((each) => each.id)),
    severity: fc.constantFrom(...severities),
    node: fc.constantFrom('a', 'b', 'c', undefined),
  });
  const scored = (findings: readonly Finding[]) =>
    scoreOf(findings, full, { nodes: 3 }, checks).score ?? -1;
  fc.assert(
    fc.property(fc.array(any, { maxLength: 12 }), any, (all, more) => {
      const findings = all.map((each) => finding(each.check, each.severity, each.node));
      const before = scored(findings);
      expect(before).toBeGreaterThanOrEqual(0);
      expect(before).toBeLessThanOrEqual(100);
      const added = finding(more.check, more.severity, more.node);
      expect(scored([...findings, added])).toBeLessThanOrEqual(before);
      const [first, ...rest] = findings;
      if (first) {
        const worse = severities[Math.min(3, severities.indexOf(first.severity) + 1)]!;
        expect(scored([{ ...first, severity: worse }, ...rest])).toBeLessThanOrEqual(before);
        expect(scored([{ ...first, intended: true }, ...rest])).toBeGreaterThanOrEqual(before);
      }
    }),
  );
});
