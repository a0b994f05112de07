import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AskedNode } from '../../model/fleet/query-insights.ts';
import { emptinessOf } from './emptiness.ts';
import { addMeasures, type Measures, noMeasures, parseMeasures, quantileMs } from './measures.ts';
import { mergeGroups } from './merge-groups.ts';
import { narrowed, windowOf } from './window.ts';

/** The bucket as the server computes it. */
const bucketOf = (ms: number): number => Math.floor(Math.log2(ms + 1) * 16);
const durationsOf = (values: readonly number[]): ReadonlyMap<number, number> => {
  const buckets = new Map<number, number>();
  for (const ms of values) buckets.set(bucketOf(ms), (buckets.get(bucketOf(ms)) ?? 0) + 1);
  return buckets;
};

test('quantiles are those of the values, within 3 %', () => {
  const check = (values: readonly number[], share: number, expected: number | null) =>
    expect(quantileMs(durationsOf(values), share)).toBe(expected);
  check([], 0.5, null);
  check([0], 0.99, 0);
  check([1, 2, 3, 4], 0.5, 2);
  check([5, 5, 5, 9], 0.95, 9);
  const values = fc.array(fc.nat({ max: 10_000_000 }), { minLength: 1, maxLength: 50 });
  const property = fc.property(values, fc.constantFrom(0.5, 0.95, 0.99), (all, share) => {
    const sorted = [...all].sort((a, b) => a - b);
    const exact = sorted[Math.ceil(sorted.length * share) - 1]!;
    const told = quantileMs(durationsOf(all), share)!;
    expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * 0.03 + 0.5);
  });
  fc.assert(property, { numRuns: 200 });
});

const cells = fc
  .record({
    runs: fc.nat(1_000),
    failed: fc.nat(1_000),
    ms: fc.array(fc.nat(1_000), { maxLength: 5 }),
    code: fc.nat(600),
    memory: fc.option(fc.nat(1_000)),
  })
  .map(({ runs, failed, ms, code, memory }) => {
    const buckets = [...durationsOf(ms)];
    const durations = [buckets.map(([key]) => key), buckets.map(([, count]) => String(count))];
    const rest = [1, '2', 3, 4, 5, memory, null, [[code], [String(failed)]]];
    return [String(runs), failed, durations, ...rest];
  });

test('adding up is the same in any order, and nothing is lost', () => {
  const sum = (all: readonly Measures[]) => all.reduce(addMeasures, noMeasures);
  const shown = (measures: Measures) => ({
    ...measures,
    durations: [...measures.durations].sort(),
    codes: [...measures.codes].sort(),
  });
  const property = fc.property(fc.array(cells, { maxLength: 6 }), (rows) => {
    const all = rows.map(parseMeasures);
    expect(shown(sum(all))).toEqual(shown(sum([...all].reverse())));
    expect(sum(all).runs).toBe(all.reduce((total, { runs }) => total + runs, 0));
  });
  fc.assert(property, { numRuns: 100 });
});

const group = (key: string, runs: number, totalMs: number) => [
  key,
  `shape of ${key}`,
  'select',
  ['u'],
  [],
  10,
  20,
  ...[runs, 0, [[], []], totalMs, 0, 0, 0, 0, null, null, [[], []]],
];

test('groups of two nodes are one group, and the sum decides who is first', () => {
  const merged = mergeGroups('fingerprint', 'total', [
    { node: 'b', rows: [group('1', 1, 60), group('2', 1, 50)] },
    { node: 'a', rows: [group('2', 4, 50), group('3', 0, 0)] },
  ]);
  expect(merged).toMatchObject([
    { key: '2', runs: 5, totalMs: 100, nodes: ['a', 'b'], memoryBytes: null, cpuMs: null },
    { key: '1', runs: 1, totalMs: 60, nodes: ['b'] },
  ]);
});

test('a window is cut into steps, and narrowed to the newest rows that may be read', () => {
  const check = (seconds: number, step: number) =>
    expect(windowOf({ fromMs: 500, toMs: seconds * 1_000 }).stepSeconds).toBe(step);
  check(60, 1);
  check(900, 15);
  check(3_600, 60);
  check(86_400, 1_800);
  check(365 * 86_400, 7 * 86_400);
  expect(windowOf({ fromMs: 1_500, toMs: 1_600 })).toMatchObject({ fromSeconds: 1, toSeconds: 2 });

  const window = { fromSeconds: 5, toSeconds: 100, stepSeconds: 10 };
  const sizes = [90, 80, 70].map((atSeconds) => ({ atSeconds, rows: 10 }));
  const from = (most: number, all = sizes) => narrowed(window, all, most).fromSeconds;
  expect(from(30)).toBe(5);
  expect(from(29)).toBe(80);
  expect(from(20)).toBe(80);
  expect(from(10)).toBe(90);
  // Something is always shown.
  expect(from(1)).toBe(90);
  expect(from(1, [])).toBe(5);
  expect(from(5, [{ atSeconds: 0, rows: 10 }])).toBe(5);
});

const asked = (node: Partial<AskedNode>): AskedNode => ({ node: 'n', ok: false, sql: [], ...node });

test('why there is nothing', () => {
  const check = (nodes: readonly Partial<AskedNode>[], rows: number, expected: object) =>
    expect(emptinessOf(nodes.map(asked), rows)).toMatchObject(expected);
  check([{ ok: true }], 0, { reason: 'none', message: expect.stringContaining('log_queries') });
  check([{ ok: true }, { reason: 'grant' }], 5, { reason: 'none' });
  check([{ ok: true, countedFrom: 'x' }], 5, { message: expect.stringContaining('shorter') });
  check([{ reason: 'table' }, { reason: 'grant', grant: 'GRANT x' }], 0, {
    reason: 'grant',
    grant: 'GRANT x',
  });
  check([{ reason: 'table' }], 0, {
    reason: 'disabled',
    message: expect.stringContaining('<query_log>'),
  });
  check([{ reason: 'column', detail: 'no tables' }], 0, { reason: 'column', message: 'no tables' });
  check([{ reason: 'offline', detail: 'refused' }], 0, {
    reason: 'unreachable',
    message: 'refused',
  });
  check([], 0, { reason: 'unreachable' });
});
