import { expect, test } from 'vitest';
import { correctionOf } from './suggestion.ts';

test('what one click makes of a fault', () => {
  const check = (text: string, start: number, end: number, message: string, expected?: string) =>
    expect(correctionOf(text, { start, end, message })?.text, message).toBe(expected);
  const name = 'service is not a column. Did you mean ServiceName? Or put it in quotes.';

  check('a service:x b', 2, 9, name, 'a ServiceName:x b');
  check('a service:x b', 2, 11, name, 'a ServiceName:x b');
  check('-service:"x y"', 0, 14, name, '-ServiceName:"x y"');
  check('service', 0, 7, 'Did you mean `LogAttributes.a.b`?', 'LogAttributes.a.b');
  check(
    'x 10.0.0.1:80 y',
    2,
    10,
    '"10.0.0.1:80" is searched as text. Put it in quotes to say so.',
    'x "10.0.0.1:80" y',
  );
  check(
    '{"a":1}',
    0,
    7,
    '"{"a":1}" is searched as text. Put it in quotes to say so.',
    '"{\\"a\\":1}"',
  );
  check('moved', 0, 5, '"other" is searched as text. Put it in quotes to say so.', undefined);
  check('service', 0, 7, 'Something else is wrong.', undefined);
});
