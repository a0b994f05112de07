import { expect, test } from 'vitest';
import { paramsOf, parseSearchParams, stateOf } from './search-state.ts';

test('an address gives a state, and the state gives the address back', () => {
  const check = (raw: Record<string, unknown>, expected: Record<string, unknown> = raw) =>
    expect(paramsOf(stateOf(parseSearchParams(raw))), JSON.stringify(raw)).toEqual(expected);
  const from = '2026-01-01T00:00:00.000Z';
  const to = '2026-01-02T00:00:00.000Z';

  check({});
  check({ source: 'traces', q: 'a:"b"', lang: 'sql', live: '1', wrap: '1', row: 'x' });
  check({ from, to });
  check({ last: '1h', col: ['Body', 'LogAttributes.a,b'] });
  check({ col: 'Body' }, { col: ['Body'] });
  check({ last: '15m' }, {});
  check({ source: 'logs', lang: 'lucene', live: '0', q: '' }, {});
  check({ from: to, to: from }, {});
  check({ from, to: 'soon', last: '1h' }, { last: '1h' });
  check({ last: 'for ever', source: 'metrics', col: [1, ''], row: 7, unknown: 'x' }, {});
});
