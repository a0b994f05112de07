import { expect, test } from 'vitest';
import type { Rule, RuleSource } from '../../api/alert-shapes.ts';
import {
  type BoundDraft,
  emptyRule,
  nextBound,
  parseRule,
  type RuleDraft,
  renderSpan,
  ruleDraftOf,
  ruleText,
} from './rule-draft.ts';

const draft = (more: Partial<RuleDraft>): RuleDraft => ({ ...emptyRule, name: 'r', ...more });

const above = (limit: string) => [{ bound: 'above', limit }] as const;

test('lengths of time', () => {
  const check = (ms: number, expected: string) => expect(renderSpan(ms)).toBe(expected);
  check(0, '0s');
  check(90_000, '90s');
  check(300_000, '5m');
  check(7_200_000, '2h');
  check(604_800_000, '7d');
});

test('what is wrong, beside the field', () => {
  const check = (more: Partial<RuleDraft>, fields: readonly string[]) => {
    const parsed = parseRule(draft(more));
    expect(parsed.ok ? [] : Object.keys(parsed.faults)).toEqual(fields);
  };
  check({}, []);
  check({ name: ' ' }, ['name']);
  check({ bounds: above('many') }, ['bounds']);
  check({ bounds: above('many'), test: 'absence' }, []);
  check({ bounds: [...above('1'), { bound: 'below', limit: '' }] }, ['bounds']);
  check({ window: '0m' }, ['window']);
  check({ window: 'soon', every: '', hold: 'x', repeat: 'y' }, [
    'window',
    'every',
    'hold',
    'repeat',
  ]);
  check({ hold: '', repeat: '0' }, []);
  check({ kind: 'sample' }, ['cluster', 'metric']);
  check({ kind: 'sql', sql: ' ' }, ['cluster', 'sql']);
  check({ kind: 'finding', window: 'any', bounds: above('any') }, []);
});

test('what was typed, as the source of a rule', () => {
  const check = (more: Partial<RuleDraft>, expected: object) => {
    const parsed = parseRule(draft(more));
    expect(parsed.ok && parsed.body.source).toEqual(expected);
  };
  check(
    { where: 'error', bounds: above('50') },
    {
      kind: 'search',
      source: 'logs',
      where: 'error',
      language: 'lucene',
      test: { kind: 'count', bounds: { above: 50 } },
      windowMs: 300_000,
    },
  );
  check(
    { kind: 'finding', check: 'replica-lag', minSeverity: 'high' },
    {
      kind: 'finding',
      match: { check: 'replica-lag', minSeverity: 'high' },
    },
  );
  check(
    {
      kind: 'sample',
      cluster: 'c',
      metric: 'rate:Query',
      bounds: [
        { bound: 'below', limit: '0.5' },
        { bound: 'atLeast', limit: '0.1' },
      ],
    },
    {
      kind: 'sample',
      cluster: 'c',
      metric: 'rate:Query',
      aggregate: 'avg',
      windowMs: 300_000,
      bounds: { below: 0.5, atLeast: 0.1 },
    },
  );
});

const sources: readonly RuleSource[] = [
  { kind: 'finding', match: { minSeverity: 'high', check: 'x', subject: { node: 'n' } } },
  {
    kind: 'sample',
    cluster: 'c',
    metric: 'gauge:Query',
    aggregate: 'max',
    windowMs: 60_000,
    bounds: { atMost: 3 },
  },
  {
    kind: 'sql',
    cluster: 'c',
    sql: 'SELECT 1',
    column: 'one',
    windowMs: 60_000,
    bounds: { above: 1, below: 2 },
  },
  {
    kind: 'search',
    source: 'traces',
    where: 'a',
    language: 'sql',
    test: { kind: 'absence' },
    windowMs: 60_000,
  },
  {
    kind: 'search',
    source: 'logs',
    where: 'a',
    language: 'lucene',
    test: { kind: 'ratio', among: 'b', bounds: { above: 0.1 } },
    windowMs: 60_000,
  },
];

test('a saved rule comes back as it was', () => {
  for (const source of sources) {
    const saved = {
      name: 'r',
      description: 'why',
      enabled: false,
      severity: 'high',
      source,
      everyMs: 30_000,
      holdMs: 120_000,
      recoverMs: 5_000,
      repeatMs: 0,
      channels: ['k'],
      labels: { team: 'shop' },
    };
    const parsed = parseRule(ruleDraftOf(saved as unknown as Rule), saved as unknown as Rule);
    expect(parsed.ok && parsed.body).toEqual(saved);
  }
});

test('a rule in a line', () => {
  expect(sources.map(ruleText)).toEqual([
    'check x, high or worse',
    'max of gauge:Query at most 3 in 1m',
    'one above 1 and below 2: SELECT 1',
    'no row of a in 1m',
    'share of a above 0.1 in 1m',
  ]);
});

test('a further bound is one that is not there yet', () => {
  const check = (bounds: readonly BoundDraft['bound'][], expected: string | undefined) =>
    expect(nextBound(bounds.map((bound) => ({ bound, limit: '' })))?.bound).toBe(expected);
  check(['above'], 'below');
  check(['atLeast'], 'below');
  check(['below'], 'above');
  check(['above', 'below'], 'atLeast');
  check(['above', 'atLeast', 'below', 'atMost'], undefined);
});
