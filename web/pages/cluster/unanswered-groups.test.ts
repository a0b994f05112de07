import { expect, test } from 'vitest';
import { groupUnanswered, missingGrants } from './unanswered-groups.ts';

test('one entry for each reason, what is missing most first', () => {
  const grant = 'GRANT SELECT ON system.parts TO m';
  const unknown = (check: string, node: string, reason: string, more = {}) => ({
    check,
    node,
    outcome: 'unknown' as const,
    reason,
    ...more,
  });
  const groups = groupUnanswered([
    { check: 'a', node: 'n1', outcome: 'ok' },
    { check: 'b', node: 'n1', outcome: 'not_applicable', reason: 'no such table' },
    unknown('c', 'n1', 'stale'),
    unknown('b', 'n2', 'no right', { grant }),
    unknown('a', 'n2', 'no right', { grant }),
    unknown('a', '', 'no right', { grant }),
  ]);
  expect(groups).toEqual([
    { reason: 'no right', grant, checks: ['a', 'b'], nodes: ['n2'], count: 3 },
    { reason: 'stale', grant: undefined, checks: ['c'], nodes: ['n1'], count: 1 },
  ]);
  expect(missingGrants(groups)).toEqual([grant]);
});
