import { expect, test } from 'vitest';
import { isBinary, rendererOf } from './chart-units.ts';

test('numbers as their unit has them', () => {
  const check = (unit: Parameters<typeof rendererOf>[0], value: number, expected: string) =>
    expect(rendererOf(unit)(value)).toBe(expected);
  check('number', 1.5, '1.5');
  check('count', 12_345, '12.3 k');
  check('bytes', 2_048, '2 KiB');
  check('seconds', 90, '1 min 30 s');
  check('share', 0.25, '25 %');
  check('per second', 3, '3/s');
  check('bytes per second', 1_048_576, '1 MiB/s');
  check('threads', 2_500_000, '2.5');
  expect(isBinary('bytes per second') && isBinary('bytes')).toBe(true);
  expect(isBinary('count')).toBe(false);
});
