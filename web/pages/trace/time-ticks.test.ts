import { expect, test } from 'vitest';
import { roundTicks } from './time-ticks.ts';

test('round moments', () => {
  const check = (totalNs: bigint, most: number, expected: bigint[]) =>
    expect(roundTicks(totalNs, most)).toEqual(expected);
  check(0n, 5, [0n]);
  check(3n, 5, [0n, 1n, 2n, 3n]);
  check(412_400_000n, 5, [0n, 100_000_000n, 200_000_000n, 300_000_000n, 400_000_000n]);
  check(1_000n, 5, [0n, 500n, 1_000n]);
});
