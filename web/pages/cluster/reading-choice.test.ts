import { expect, test } from 'vitest';
import { chooseReading, orderReadings } from './reading-choice.ts';

const reading = (name: string, rows: number) => ({ name, table: name, rows, gaps: 0 });
const some = [
  reading('merges', 0),
  reading('errors', 3),
  reading('disks', 1),
  reading('backups', 2),
];

test('what has rows comes first', () => {
  expect(
    orderReadings(some)
      .map(({ name }) => name)
      .join(' '),
  ).toBe('backups disks errors merges');
});

test('which table is shown', () => {
  const check = (wanted: string | undefined, expected: string) =>
    expect(chooseReading(some, wanted)?.name).toBe(expected);
  check('merges', 'merges');
  check(undefined, 'disks');
  check('gone', 'disks');
  expect(chooseReading([reading('merges', 0)], undefined)?.name).toBe('merges');
  expect(chooseReading([], 'merges')).toBe(undefined);
});
