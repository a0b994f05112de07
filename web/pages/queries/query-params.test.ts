import { expect, test } from 'vitest';
import { parseQueriesParams, parseQueryParams, rangeChange, rangeOf } from './query-params.ts';

test('what an address holds, and what makes no sense in it', () => {
  const check = (raw: Record<string, unknown>, expected: object) =>
    expect(parseQueriesParams(raw)).toEqual(expected);
  check({}, {});
  check({ view: 'log', by: 'fingerprint', sort: 'total', scope: 'initial' }, {});
  check({ view: 'running', by: 'user', sort: 'p95' }, { view: 'running', by: 'user', sort: 'p95' });
  check({ view: 'x', by: ['user'], sort: 'p42', scope: 'all' }, { scope: 'all' });
  check(
    { user: 'a', table: '', kind: 'select', code: '60' },
    { user: 'a', kind: 'select', code: '60' },
  );
  check({ code: 'abc', text: 'x'.repeat(501) }, {});
  check({ last: '6h', log: '1' }, { last: '6h' });
  check({ from: '2026-01-02', to: '2026-01-01' }, {});
  expect(parseQueryParams({ last: '1d', node: 'n:1', user: 'u' })).toEqual({
    last: '1d',
    node: 'n:1',
  });
});

test('the hour that is meant where nothing is said is not written', () => {
  expect(rangeOf({})).toEqual({ kind: 'last', last: '1h' });
  expect(rangeChange({ kind: 'last', last: '1h' })).toEqual({});
  expect(rangeChange({ kind: 'last', last: '6h' })).toMatchObject({ last: '6h' });
});
