import { expect, test } from 'vitest';
import { scopesOf } from './mark-scopes.ts';

test('from this alone to all of the check, none twice', () => {
  const check = (subject: Parameters<typeof scopesOf>[0], expected: readonly string[]) =>
    expect(scopesOf(subject).map(({ label }) => label)).toEqual(expected);
  check({}, ['Only this']);
  check({ node: 'n' }, ['Only this', 'This, on every node']);
  check({ shard: 1 }, ['Only this', 'All that this check finds']);
  check({ node: 'n', database: 'd', table: 't', partition: 'p' }, [
    'Only this',
    'This, on every node',
    'Table d.t, on every node',
    'Database d, on every node',
    'All of node n',
    'All that this check finds',
  ]);
  check({ node: 'n', user: 'u' }, [
    'Only this',
    'This, on every node',
    'All of node n',
    'All that this check finds',
  ]);
});
