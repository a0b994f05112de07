import { expect, test } from 'vitest';
import {
  type ClusterParams,
  changeParams,
  parseClusterParams,
  rangeChange,
  rangeOf,
} from './cluster-params.ts';

test('what makes no sense in an address counts as absent', () => {
  const check = (raw: Record<string, unknown>, expected: object) =>
    expect(parseClusterParams(raw)).toEqual(expected);
  check({}, {});
  check({ tab: 'health', log: 'yes', last: 'soon', standing: 'awful', node: '' }, {});
  check({ tab: 'charts', log: '1', last: '6h' }, { tab: 'charts', log: '1', last: '6h' });
  check({ standing: 'high' }, { standing: ['high'] });
  check({ standing: ['high', 'awful', 'info'] }, { standing: ['high', 'info'] });
  check({ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, {});
  const between = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  check({ ...between, last: '1h' }, between);
  check(
    { tab: ['charts'], table: 'replicas', sort: '-size' },
    { table: 'replicas', sort: '-size' },
  );
});

test('changes leave defaults out', () => {
  const before: ClusterParams = { tab: 'charts', node: 'n1', last: '6h' };
  expect(changeParams(before, { node: undefined, q: '' })).toEqual({ tab: 'charts', last: '6h' });
  expect(changeParams(before, { standing: [] })).toEqual(before);
  expect(changeParams(before, rangeChange({ kind: 'last', last: '1d' }))).toEqual({
    tab: 'charts',
    node: 'n1',
  });
  expect(rangeOf({})).toEqual({ kind: 'last', last: '1d' });
});
