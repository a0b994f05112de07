import { expect, test } from 'vitest';
import { trendLines } from './trend-lines.ts';

const point = (at: number, kind: string, runs: number, failed: number, p95Ms: number | null) => ({
  at: new Date(at).toISOString(),
  kind,
  runs,
  failed,
  errorRate: 0,
  p50Ms: null,
  p95Ms,
  p99Ms: null,
  totalMs: 0,
  readRows: 0,
  readBytes: 0,
  writtenRows: 0,
  resultRows: 0,
  memoryBytes: null,
  cpuMs: null,
});
const window = {
  from: new Date(12_000).toISOString(),
  to: new Date(40_000).toISOString(),
  stepMs: 10_000,
};

test('a line for each kind; steps without queries are zero volume and no latency', () => {
  const points = [point(10_000, 'select', 20, 5, 7), point(30_000, 'insert', 10, 0, 3)];
  const trend = trendLines(points, window, 0);
  expect(trend.times).toEqual([10_000, 20_000, 30_000]);
  const values = (lines: readonly { name: string; values: readonly (number | null)[] }[]) =>
    Object.fromEntries(lines.map((line) => [line.name, line.values]));
  expect(values(trend.volume)).toEqual({ select: [2, 0, 0], insert: [0, 0, 1] });
  expect(values(trend.failures)).toEqual({ select: [0.25, null, null], insert: [null, null, 0] });
  expect(values(trend.latency('p95Ms'))).toEqual({
    select: [7, null, null],
    insert: [null, null, 3],
  });
});

test('what was not counted is no zero', () => {
  const trend = trendLines([point(30_000, 'select', 10, 0, 1)], window, 20_000);
  expect(trend.volume[0]?.values).toEqual([null, 0, 1]);
  expect(trendLines([], window, 0).volume).toEqual([]);
});
