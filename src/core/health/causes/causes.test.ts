import { expect, test } from 'vitest';
import type { Finding, Severity } from '../../../model/fleet/finding.ts';
import { checks } from '../catalogue.ts';
import { causeRules } from './cause-rules.ts';
import { causeGraceMs, keepCauses, withCauses } from './causes.ts';

/** `check node severity`, one finding on each line; its id is `check@node`. */
const findings = (lines: string): Finding[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => {
      const [check = '', node = '', severity = '', intended = ''] = line.trim().split(/\s+/);
      return {
        id: `${check}@${node}`,
        check,
        title: '',
        group: '',
        outcome: severity === 'unknown' ? 'unknown' : 'critical',
        severity: (severity === 'unknown' ? 'info' : severity) as Severity,
        subject: node === '-' ? {} : { node },
        message: '',
        evidence: [],
        source: '',
        sql: '',
        intended: intended === 'intended',
        firstSeen: '',
        lastSeen: '',
      };
    });
const causes = (lines: string): Record<string, string | undefined> =>
  Object.fromEntries(withCauses(findings(lines)).map((each) => [each.id, each.cause]));

test('what explains what', () => {
  const check = (lines: string, expected: Record<string, string | undefined>) =>
    expect(causes(lines), lines).toEqual(expected);
  check('node-down a critical\nreplica-lag a high\nreplica-lag b high', {
    'node-down@a': undefined,
    'replica-lag@a': 'node-down@a',
    'replica-lag@b': undefined,
  });
  check('node-down a critical\nreplica-inactive b warning\nshard-without-replica - warning', {
    'node-down@a': undefined,
    'replica-inactive@b': 'node-down@a',
    'shard-without-replica@-': 'node-down@a',
  });
  check('keeper-session a critical\nreplica-readonly a critical\nreplica-lag a high', {
    'keeper-session@a': undefined,
    'replica-readonly@a': 'keeper-session@a',
    'replica-lag@a': 'keeper-session@a',
  });
  // All of it leads to the one root.
  check(
    'keeper-node-down - critical\nkeeper-session a critical\nreplica-readonly a critical\nddl-queue b high',
    {
      'keeper-node-down@-': undefined,
      'keeper-session@a': 'keeper-node-down@-',
      'replica-readonly@a': 'keeper-node-down@-',
      'ddl-queue@b': 'keeper-node-down@-',
    },
  );
  // One Keeper of three down is no reason for a replica to be read-only.
  check('keeper-node-down - warning\nreplica-readonly a critical', {
    'keeper-node-down@-': undefined,
    'replica-readonly@a': undefined,
  });
  check('node-down a critical intended\nreplica-lag a high', {
    'node-down@a': undefined,
    'replica-lag@a': undefined,
  });
});

test('what follows from a fault stays explained for a while after it', () => {
  const both = withCauses(findings('node-down a critical\nreplica-lag a high'));
  const first = keepCauses(both, {}, 0);
  const rest = findings('replica-lag a high');
  const causeAt = (nowMs: number) => keepCauses(rest, first.causes, nowMs).findings[0]?.cause;
  expect(causeAt(causeGraceMs)).toBe('node-down@a');
  expect(causeAt(causeGraceMs + 1)).toBeUndefined();
  // It is not remembered any longer for having been remembered.
  const second = keepCauses(rest, first.causes, causeGraceMs);
  expect(keepCauses(rest, second.causes, 2 * causeGraceMs).findings[0]?.cause).toBeUndefined();
});

test('a storm: 500 findings of one cause and three that have nothing to do with it', () => {
  const storm = Array.from({ length: 250 }, (_, place) => [
    `replica-readonly a${place % 5} critical`,
    `replica-lag a${place % 5} high`,
  ]).flat();
  const unrelated = ['tls-expiry b warning', 'weak-account b critical', 'cpu-load b warning'];
  const all = findings(['keeper-node-down - critical', ...storm, ...unrelated].join('\n')).map(
    (each, place) => ({ ...each, id: `${each.id} ${place}` }),
  );
  const roots = withCauses(all).filter((each) => each.cause === undefined);
  expect(roots.map((each) => each.check)).toEqual([
    'keeper-node-down',
    'tls-expiry',
    'weak-account',
    'cpu-load',
  ]);
});

test('rules that explain each other in a circle leave someone to be told', () => {
  const circle = [
    { cause: 'x', explains: ['y'], within: 'node' },
    { cause: 'y', explains: ['x'], within: 'node' },
  ] as const;
  const caused = withCauses(findings('x a critical\ny a critical'), circle);
  expect(caused.some((each) => each.cause === undefined)).toBe(true);
});

test('rules name checks that there are', () => {
  const ids = new Set(checks.map((check) => check.id));
  const named = causeRules.flatMap((rule) => [
    rule.cause,
    ...(rule.explains === 'everything' ? [] : rule.explains),
  ]);
  expect([...new Set(named)].filter((id) => !ids.has(id))).toEqual([]);
});
