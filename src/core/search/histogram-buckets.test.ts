import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillHistogram, planHistogram } from './histogram-buckets.ts';
import { earliestNs, latestNs, parseInstantNs, renderInstant } from './instants.ts';

const at = (text: string): bigint => {
  const instant = parseInstantNs(text);
  if (!instant.ok) throw new Error(instant.error);
  return instant.value;
};
const range = (from: string, to: string) => ({ fromNs: at(from), toNs: at(to) });

test('intervals are round, aligned, and as fine as asked for', () => {
  const check = (from: string, to: string, wanted: number, expected: [number, string, number]) => {
    const plan = planHistogram(range(from, to), wanted);
    const first = renderInstant(BigInt(plan.firstMs) * 1_000_000n).slice(0, 19);
    expect([plan.intervalMs / 1_000, first, plan.buckets]).toEqual(expected);
  };
  const day = '2026-01-02T';
  check(`${day}00:00:00Z`, `${day}00:15:00Z`, 60, [15, `${day}00:00:00`, 60]);
  check(`${day}00:00:07Z`, `${day}00:15:07Z`, 60, [30, `${day}00:00:00`, 31]);
  check(`${day}00:00:00Z`, `${day}01:00:00Z`, 60, [60, `${day}00:00:00`, 60]);
  check(`${day}00:00:00Z`, `${day}23:00:00Z`, 24, [3_600, `${day}00:00:00`, 23]);
  check(`${day}00:30:00Z`, `${day}00:30:00.000000001Z`, 60, [0.001, `${day}00:30:00`, 1]);
  check(`${day}00:59:00Z`, `${day}01:01:00Z`, 1, [60, `${day}00:59:00`, 2]);
});

test('every bucket of every range is inside, and there are never too many', () => {
  const bounds = fc.bigInt({ min: earliestNs, max: latestNs });
  fc.assert(
    fc.property(bounds, bounds, fc.integer({ min: 1, max: 2_000 }), (a, b, wanted) => {
      if (a === b) return;
      const [fromNs, toNs] = a < b ? [a, b] : [b, a];
      const plan = planHistogram({ fromNs, toNs }, wanted);
      const intervalNs = BigInt(plan.intervalMs) * 1_000_000n;
      const firstNs = BigInt(plan.firstMs) * 1_000_000n;
      expect(plan.buckets).toBeLessThanOrEqual(Math.max(2, wanted));
      expect(plan.firstMs % plan.intervalMs === 0).toBe(true);
      expect(firstNs <= fromNs && fromNs < firstNs + intervalNs).toBe(true);
      const end = firstNs + intervalNs * BigInt(plan.buckets);
      expect(end - intervalNs < toNs && toNs <= end).toBe(true);
    }),
  );
});

test('empty buckets are filled, and the total is the sum', () => {
  const plan = { intervalMs: 1_000, firstMs: 0, buckets: 3 };
  const { series, total } = fillHistogram(plan, [
    [1, 'error', 2, 5],
    [2, 'other', 0, 1],
    [0, '', 0, 7],
  ]);
  const times = [0, 1, 2].map((i) => `1970-01-01T00:00:0${i}.000000000Z`);
  const points = (...counts: number[]) => counts.map((count, i) => [times[i], count]);
  expect(series).toEqual([
    { name: 'error', points: points(0, 0, 5) },
    { name: 'other', points: points(1, 0, 0) },
    { name: 'other', other: true, points: points(7, 0, 0) },
  ]);
  expect(total).toBe(13);
});
