import { expect, test } from 'vitest';
import { shouldSeal } from './seal-policy.ts';

test('when a segment is sealed', () => {
  const limits = { targetRows: 10_000, maxAgeMs: 1_000, maxRows: 100_000, maxBytes: 64_000 };
  const check = (rows: number, bytes: number, ageMs: number, waiting: number, expected: boolean) =>
    expect(shouldSeal({ rows, bytes, ageMs }, waiting, limits)).toBe(expected);
  //    rows    bytes  age  waiting
  check(1, 10, 0, 0, false);
  check(1, 10, 999, 0, false);
  check(1, 10, 1_000, 0, true);
  check(9_999, 10, 0, 0, false);
  check(10_000, 10, 0, 0, true);
  // While the store is behind, the segment grows to its limits.
  check(10_000, 10, 0, 1, false);
  check(99_999, 63_999, 3_600_000, 1, false);
  check(100_000, 10, 0, 1, true);
  check(1, 64_000, 0, 1, true);
});
