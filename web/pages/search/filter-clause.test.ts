import { expect, test } from 'vitest';
import { hasClause, toggleClause } from './filter-clause.ts';

const clause = (field: string, value: string, exclude = false) => ({ field, value, exclude });

test('a click adds a condition in Lucene', () => {
  const check = (where: string, field: string, value: string, exclude: boolean, expected: string) =>
    expect(toggleClause(where, clause(field, value, exclude), 'lucene')).toBe(expected);

  check('', 'ServiceName', 'api', false, 'ServiceName:"api"');
  check('error', 'ServiceName', 'api', true, 'error -ServiceName:"api"');
  check('a OR b', 'ServiceName', 'api', false, '(a OR b) ServiceName:"api"');
  check('"a OR b"', 'ServiceName', 'api', false, '"a OR b" ServiceName:"api"');
  check('', 'Body', 'say "hi" \\ bye', false, 'Body:"say \\"hi\\" \\\\ bye"');
  check('', 'LogAttributes.a:b c', 'x', false, 'LogAttributes.a\\:b\\ c:"x"');
  check('ServiceName:"api"', 'ServiceName', 'api', false, '');
  check('a ServiceName:"api" b', 'ServiceName', 'api', false, 'a b');
  check('ServiceName:"api" b', 'ServiceName', 'api', true, 'b -ServiceName:"api"');
  check('-ServiceName:"api"', 'ServiceName', 'api', false, 'ServiceName:"api"');
  check(
    '(ServiceName:"api" OR x)',
    'ServiceName',
    'api',
    false,
    '((ServiceName:"api" OR x)) ServiceName:"api"',
  );
});

test('a click adds a condition in SQL', () => {
  const check = (where: string, field: string, value: string, expected: string) =>
    expect(toggleClause(where, clause(field, value), 'sql')).toBe(expected);

  check('', 'ServiceName', 'api', "ServiceName = 'api'");
  check('1 = 1 or 2 = 2', 'ServiceName', 'a', "(1 = 1 or 2 = 2) AND ServiceName = 'a'");
  check('', 'LogAttributes.k8s.pod', "it's", "LogAttributes['k8s.pod'] = 'it\\'s'");
  check('', 'Events.Name', 'x', "`Events.Name` = 'x'");
  check("ServiceName = 'api' AND x = 1", 'ServiceName', 'api', 'x = 1');
});

test('a condition counts only where it stands by itself', () => {
  const check = (where: string, expected: boolean) =>
    expect(hasClause(where, clause('A', 'b'), 'lucene'), where).toBe(expected);
  check('A:"b"', true);
  check('x A:"b" y', true);
  check('xA:"b"', false);
  check('-A:"b"', false);
  check('(A:"b")', false);
  check('"x A:"b" y"', false);
});
