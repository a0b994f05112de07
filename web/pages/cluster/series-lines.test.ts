import { expect, test } from 'vitest';
import { alignSeries, newestValues } from './series-lines.ts';

const series = [
  { node: 'a', points: [[10, 1] as [number, number | null], [20, null], [30, 3]] },
  { node: 'b', points: [[20, 0] as [number, number | null], [40, 5]] },
];

test('nodes that were read at different moments share one axis', () => {
  const aligned = alignSeries({ series: series as never }, false);
  expect(aligned.times).toEqual([10, 20, 30, 40]);
  expect(aligned.lines).toEqual([
    { node: 'a', values: [1, null, 3, null] },
    { node: 'b', values: [null, 0, null, 5] },
  ]);
  expect(Object.fromEntries(newestValues(aligned))).toEqual({ a: 3, b: 5 });
});

test('on a logarithmic axis zero is a gap', () => {
  expect(alignSeries({ series: series as never }, true).lines[1]!.values[1]).toBe(null);
});

test('empty: no node, no point, no value', () => {
  const check = (given: unknown, expected: boolean) =>
    expect(alignSeries({ series: given as never }, false).empty).toBe(expected);
  check([], true);
  check([{ node: 'a', points: [] }], true);
  check([{ node: 'a', points: [[1, null]] }], true);
  check([{ node: 'a', points: [[1, 0]] }], false);
});
