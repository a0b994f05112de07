import fc from 'fast-check';
import { expect, test } from 'vitest';
import { earliestNs, latestNs, type TimeRange } from './instants.ts';
import { fractionSearched, intersect, planWindow } from './time-windows.ts';

const ranges = fc
  .tuple(
    fc.bigInt({ min: earliestNs, max: latestNs }),
    fc.bigInt({ min: earliestNs, max: latestNs }),
  )
  .filter(([a, b]) => a !== b)
  .map(([a, b]): TimeRange => (a < b ? { fromNs: a, toNs: b } : { fromNs: b, toNs: a }));

function windowsOf(range: TimeRange): TimeRange[] {
  const windows: TimeRange[] = [];
  for (let toNs = range.toNs; toNs > range.fromNs; ) {
    const window = planWindow({ fromNs: range.fromNs, toNs }, windows.length);
    windows.push(window);
    toNs = window.fromNs;
  }
  return windows;
}

test('windows cover a range without gap or overlap, in few steps', () => {
  fc.assert(
    fc.property(ranges, (range) => {
      const windows = windowsOf(range);
      expect(windows[0]?.toNs).toBe(range.toNs);
      expect(windows.at(-1)?.fromNs).toBe(range.fromNs);
      for (const [i, window] of windows.entries()) {
        expect(window.fromNs < window.toNs).toBe(true);
        if (i > 0) expect(window.toNs).toBe(windows[i - 1]?.fromNs);
      }
      expect(windows.length).toBeLessThan(25);
    }),
  );
});

test('the first windows are small, so that the first screen is fast', () => {
  const day = 86_400_000_000_000n;
  const hours = windowsOf({ fromNs: 0n, toNs: 30n * day }).map(
    ({ fromNs, toNs }) => Number(toNs - fromNs) / 3_600_000_000_000,
  );
  expect(hours).toEqual([0.25, 6, 6, 12, 24, 48, 96, 192, 335.75]);
});

test('intersection and progress', () => {
  const range = { fromNs: 10n, toNs: 20n };
  const check = (fromNs: bigint, toNs: bigint, expected: TimeRange | undefined) =>
    expect(intersect(range, { fromNs, toNs })).toEqual(expected);
  check(0n, 100n, range);
  check(12n, 15n, { fromNs: 12n, toNs: 15n });
  check(0n, 10n, undefined);
  check(20n, 30n, undefined);
  expect([20n, 15n, 10n, 5n].map((ns) => fractionSearched(range, ns))).toEqual([0, 0.5, 1, 1]);
});
