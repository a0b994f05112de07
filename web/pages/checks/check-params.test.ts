import { expect, test } from 'vitest';
import type { Check } from '../../api/fleet-shapes.ts';
import { chooseChecks, parseCheckParams } from './check-params.ts';

const check = (id: string, group: string): Check => ({
  id,
  number: 1,
  title: `Title of ${id}`,
  group,
  dimension: 'replication',
  scope: 'node',
  explanation: '',
  causes: [],
  reads: ['system.replicas'],
  rules: [],
});
const checks = [check('replica-lag', 'replication'), check('too-many-parts', 'parts')];

test('which checks an address asks for', () => {
  const choose = (raw: Record<string, unknown>, expected: readonly string[]) =>
    expect(chooseChecks(checks, parseCheckParams(raw)).map(({ id }) => id)).toEqual(expected);
  choose({}, ['replica-lag', 'too-many-parts']);
  choose({ q: 'PARTS' }, ['too-many-parts']);
  choose({ q: 'system.replicas' }, ['replica-lag', 'too-many-parts']);
  choose({ group: 'replication' }, ['replica-lag']);
  choose({ group: 'replication', check: 'too-many-parts' }, ['replica-lag', 'too-many-parts']);
  choose({ q: ['a'], group: '' }, ['replica-lag', 'too-many-parts']);
  choose({ q: 'nothing' }, []);
});
