import { expect, test } from 'vitest';
import { applySuggestion, suggestionOf } from './suggestion.ts';

test('the suggestion in a message', () => {
  const check = (message: string, expected: string | undefined) =>
    expect(suggestionOf(message), message).toBe(expected);
  check('No field servicename. Did you mean ServiceName?', 'ServiceName');
  check('Did you mean `LogAttributes.http.status`?', 'LogAttributes.http.status');
  check('Did you mean "ServiceName"?', 'ServiceName');
  check('Something else is wrong.', undefined);
});

test('the query with the suggestion in it', () => {
  const check = (text: string, start: number, end: number, expected: string) =>
    expect(applySuggestion(text, { start, end }, 'ServiceName')).toBe(expected);
  check('a service:x b', 2, 9, 'a ServiceName:x b');
  check('a service:x b', 2, 11, 'a ServiceName:x b');
  check('-service:"x y"', 0, 14, '-ServiceName:"x y"');
  check('service', 0, 7, 'ServiceName');
});
