import { expect, test } from 'vitest';
import { layBuckets, stackCounts } from './buckets.ts';

const at = (seconds: number) => new Date(seconds * 1000).toISOString();

test('every interval of the window, worst severity first', () => {
  const data = {
    intervalMs: 10_000,
    total: 6,
    series: [
      {
        name: 'info',
        points: [[at(100), 1] as [string, number], [at(120), 2] as [string, number]],
      },
      { name: 'error', points: [[at(110), 3] as [string, number]] },
      { name: 'debug', points: [] },
    ],
  };
  const buckets = layBuckets(data, 105_000, 135_000);
  expect(buckets.times).toEqual([100_000, 110_000, 120_000, 130_000]);
  expect(buckets.series).toEqual([
    { name: 'error', other: false, counts: [0, 3, 0, 0], total: 3 },
    { name: 'info', other: false, counts: [1, 0, 2, 0], total: 3 },
  ]);
  expect(stackCounts(buckets)).toEqual([
    [1, 3, 2, 0],
    [1, 0, 2, 0],
  ]);
});

test('no rows still has its intervals, and counts are never lost at the edges', () => {
  expect(layBuckets({ intervalMs: 1000, series: [], total: 0 }, 500, 2500).times).toEqual([
    0, 1000, 2000,
  ]);
  const late = { name: 'a', points: [[at(99), 5] as [string, number]] };
  const { series } = layBuckets({ intervalMs: 1000, series: [late], total: 5 }, 0, 2000);
  expect(series[0]?.counts).toEqual([0, 5]);
});
