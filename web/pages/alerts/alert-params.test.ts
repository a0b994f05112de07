import { expect, test } from 'vitest';
import type { Alert } from '../../api/alert-shapes.ts';
import { choiceOf, parseAlertParams } from './alert-params.ts';
import { matchText } from './match-text.ts';
import { silenceScopes } from './silence-scopes.ts';

test('what makes no sense in an address counts as absent', () => {
  const check = (raw: Record<string, unknown>, expected: object) =>
    expect(choiceOf(parseAlertParams(raw), Date.parse('2026-01-31T12:00:30Z'))).toEqual(expected);
  check({}, { state: 'active' });
  check({ since: '7d' }, { state: 'active' });
  check({ show: 'history', since: 'ever' }, { state: 'all' });
  check({ show: 'history', since: '7d' }, { state: 'all', from: '2026-01-24T12:00:00.000Z' });
  check({ show: 'everything', severity: 'awful', q: '' }, { state: 'active' });
  check(
    { show: 'history', severity: 'high', q: 'disk', cluster: 'c1' },
    {
      state: 'all',
      severity: 'high',
      q: 'disk',
      cluster: 'c1',
    },
  );
});

test('what a match fits, in words', () => {
  const check = (match: Parameters<typeof matchText>[0], expected: string) =>
    expect(matchText(match)).toBe(expected);
  check({}, 'everything');
  check({ cluster: '*' }, 'every cluster');
  check({ cluster: 'shop', minSeverity: 'high' }, 'cluster shop, high or worse');
  check(
    { check: 'replica-lag', subject: { database: 'd', table: 't*' } },
    'check replica-lag, database d, table t*',
  );
  check({ labels: { team: 'shop' } }, 'label team=shop');
});

test('what of an alert can be kept quiet', () => {
  const alert = (more: Partial<Alert>): Alert => ({
    id: 'a',
    cause: 'c',
    title: 't',
    state: 'firing',
    severity: 'warning',
    findings: [],
    findingCount: 0,
    since: '2026-01-01T00:00:00Z',
    ...more,
  });
  const check = (given: Partial<Alert>, expected: object) =>
    expect(silenceScopes(alert(given)).map(({ match }) => match)).toEqual(expected);
  const cluster = { id: 'c1', name: 'shop' };
  const finding = (subject: object) => [
    { id: 'f', check: 'lag', severity: 'warning' as const, subject, message: '' },
  ];
  check({}, []);
  check({ rule: 'r1' }, [{ check: 'rule:r1' }]);
  check({ cluster, findings: finding({}) }, [{ cluster: 'c1', check: 'lag' }, { cluster: 'c1' }]);
  check({ cluster, findings: finding({ node: 'n', shard: 1 }) }, [
    { cluster: 'c1', check: 'lag', subject: { node: 'n', shard: '1' } },
    { cluster: 'c1', check: 'lag' },
    { cluster: 'c1', subject: { node: 'n' } },
    { cluster: 'c1' },
  ]);
});
