import { expect, test } from 'vitest';
import type { Finding } from '../../api/fleet-shapes.ts';
import { countStandings, type FindingFilter, growFindings, subjectText } from './finding-tree.ts';

const finding = (
  id: string,
  severity: Finding['severity'],
  more: Partial<Finding> = {},
): Finding => ({
  id,
  check: `check-${id}`,
  title: `Title ${id}`,
  group: 'replication',
  outcome: severity === 'high' ? 'warning' : severity,
  severity,
  subject: { node: 'n1' },
  message: `message ${id}`,
  evidence: [],
  source: 'guideline',
  sql: '',
  intended: false,
  firstSeen: '2026-01-01T00:00:00Z',
  lastSeen: '2026-01-01T00:00:00Z',
  ...more,
});

const open = [
  finding('lag', 'warning', { cause: 'down', subject: { node: 'n2', database: 'd', table: 't' } }),
  finding('meant', 'critical', { intended: true }),
  finding('advice', 'info'),
  finding('blind', 'warning', { outcome: 'unknown', group: 'keeper' }),
  finding('down', 'critical', { group: 'reachability' }),
  finding('high', 'high'),
  finding('deep', 'warning', { cause: 'lag' }),
  finding('late', 'warning', { firstSeen: '2026-01-02T00:00:00Z' }),
  finding('orphan', 'warning', { cause: 'closed since' }),
];

test('causes first, with what they explain below; the worst and the newest first', () => {
  const check = (filter: FindingFilter, expected: readonly string[]) =>
    expect(
      growFindings(open, filter).map(({ finding: { id }, caused }) =>
        [id, ...caused.map((each) => each.id)].join(' '),
      ),
    ).toEqual(expected);
  check({}, ['down lag deep', 'high', 'late', 'orphan', 'advice', 'meant']);
  check({ standing: ['critical'] }, ['down', 'meant']);
  check({ standing: ['unknown', 'info'] }, ['blind', 'advice']);
  check({ group: 'keeper' }, []);
  check({ group: 'keeper', standing: ['unknown'] }, ['blind']);
  check({ node: 'n2' }, ['down lag']);
  check({ q: 'D.T ON N2' }, ['down lag']);
  check({ q: 'nothing like it' }, []);
});

test('causes in a circle end', () => {
  const circle = [finding('a', 'info', { cause: 'b' }), finding('b', 'info', { cause: 'a' })];
  expect(growFindings(circle, {}).length).toBeGreaterThan(0);
});

test('counts ignore the chosen standings only', () => {
  const count = (filter: FindingFilter) => Object.fromEntries(countStandings(open, filter));
  expect(count({ standing: ['info'] })).toEqual({
    warning: 4,
    critical: 2,
    info: 1,
    unknown: 1,
    high: 1,
  });
  expect(count({ group: 'keeper' })).toEqual({ unknown: 1 });
});

test('a subject in words', () => {
  const check = (subject: Finding['subject'], expected: string) =>
    expect(subjectText({ subject })).toBe(expected);
  check({}, '');
  check({ node: 'n1' }, 'n1');
  check({ shard: 2 }, 'shard 2');
  check({ node: 'n1', database: 'd', table: 't', partition: '1' }, 'd.t, partition 1 on n1');
  check({ node: 'n1', disk: 'default' }, 'disk default on n1');
  check({ user: 'u', object: 'o' }, 'user u, o');
});
