import { expect, test } from 'vitest';
import { rowAfterKey } from './row-keys.ts';

test('where a key leads', () => {
  const check = (key: string, current: number | undefined, count: number, expected?: number) =>
    expect(rowAfterKey(key, current, count), `${key} at ${current} of ${count}`).toBe(expected);
  check('j', undefined, 3, 0);
  check('j', 0, 3, 1);
  check('ArrowDown', 2, 3, 2);
  check('k', undefined, 3, 0);
  check('k', 2, 3, 1);
  check('ArrowUp', 0, 3, 0);
  check('PageDown', 0, 100, 20);
  check('PageUp', 5, 100, 0);
  check('End', 0, 100, 99);
  check('Home', 50, 100, 0);
  check('x', 0, 3, undefined);
  check('j', undefined, 0, undefined);
});
