import { expect, test } from 'vitest';
import type { Bounds } from '../../model/alert/rule-api.ts';
import { firedText } from './dry-run.ts';
import { missedTimes } from './missed-windows.ts';
import { fitsPattern } from './pattern.ts';
import { anyNumber, boundsProblem, changes, counts, isOutOfBounds, shares } from './rule-bounds.ts';
import { planPast, sampleValue, searchValue } from './rule-windows.ts';

test('patterns', () => {
  const check = (pattern: string, text: string, expected: boolean) =>
    expect(fitsPattern(pattern, text), `${pattern} ${text}`).toBe(expected);
  check('a', 'a', true);
  check('a', 'ab', false);
  check('*', '', true);
  check('a*', 'a', true);
  check('a*a', 'a', false);
  check('a*a', 'aa', true);
  check('a*b*c', 'a-b-c', true);
  check('a*b*c', 'a-c-b', false);
  check('*b*b*', 'b', false);
  check('a.c', 'abc', false);
  check('(a+)*x', '(a+)(a+)y', false);
});

test('bounds: which values are out of them, and which bounds say nothing', () => {
  const out = (bounds: Bounds, value: number, expected: boolean) =>
    expect(isOutOfBounds(bounds, value)).toBe(expected);
  out({ above: 5 }, 5, false);
  out({ above: 5 }, 5.1, true);
  out({ atLeast: 5, below: 7 }, 5, true);
  out({ atLeast: 5, below: 7 }, 7, false);
  out({ atMost: 5 }, 5, true);
  const problem = (bounds: Bounds, domain: typeof counts, expected: RegExp | undefined) => {
    const found = boundsProblem(bounds, domain);
    if (expected) expect(found, JSON.stringify(bounds)).toMatch(expected);
    else expect(found, JSON.stringify(bounds)).toBeUndefined();
  };
  problem({}, anyNumber, /at least one/);
  problem({ above: 5 }, anyNumber, undefined);
  problem({ above: 5, below: 5 }, anyNumber, /no value/);
  problem({ atLeast: 5, atMost: 5 }, anyNumber, undefined);
  problem({ above: 5, atMost: 5 }, anyNumber, /no value/);
  problem({ above: 3, below: 4 }, anyNumber, undefined);
  problem({ above: 3, below: 4 }, counts, /no value/);
  problem({ above: 3.5, below: 4.5 }, counts, undefined);
  problem({ below: 0.5 }, counts, undefined);
  problem({ atMost: -1 }, counts, /no value/);
  problem({ above: -1 }, counts, /every value/);
  problem({ atMost: 1 }, shares, /every value/);
  problem({ above: 0 }, shares, undefined);
  problem({ atMost: -100 }, changes, undefined);
  problem({ below: -100 }, changes, /no value/);
});

test('values of windows', () => {
  const rows = (counts: Record<number, number>) => ({
    fromMs: 0,
    sliceMs: 10,
    counts: new Map(Object.entries(counts).map(([slice, n]) => [Number(slice), n])),
  });
  const found = rows({ 0: 5, 1: 1, 2: 2, 3: 4 });
  const check = (test: Parameters<typeof searchValue>[0], toMs: number, expected: number | null) =>
    expect(searchValue(test, 20, toMs, found, rows({ 2: 4, 3: 8 }))).toBe(expected);
  const bounds = { above: 0 };
  check({ kind: 'count', bounds }, 20, 6);
  check({ kind: 'count', bounds }, 30, 3);
  check({ kind: 'absence' }, 100, 0);
  check({ kind: 'ratio', among: '', minRows: 1, bounds }, 40, 0.5);
  check({ kind: 'ratio', among: '', minRows: 13, bounds }, 40, null);
  check({ kind: 'ratio', among: '', minRows: 1, bounds }, 20, null);
  check({ kind: 'change', against: 'window before', minRows: 1, bounds }, 40, 0);
  check({ kind: 'change', against: 'window before', minRows: 7, bounds }, 40, null);
  const slice = (least: number, most: number, total: number, weight: number, last: number) => ({
    least,
    most,
    total,
    weight,
    last,
  });
  // Whole slices: the first is before the window, the last is not over yet.
  const slices = new Map([
    [0, slice(0, 100, 100, 2, 0)],
    [1, slice(1, 4, 8, 3, 3)],
    [2, slice(2, 2, 2, 1, 2)],
    [3, slice(99, 99, 99, 1, 99)],
  ]);
  const sampled = (aggregate: 'last' | 'avg' | 'min' | 'max' | 'sum', expected: number | null) =>
    expect(sampleValue({ aggregate, windowMs: 15 }, { fromMs: 0, sliceMs: 10, slices }, 35)).toBe(
      expected,
    );
  sampled('last', 2);
  sampled('avg', 2.5);
  sampled('min', 1);
  sampled('max', 4);
  sampled('sum', 10);
  const none = { fromMs: 0, sliceMs: 10, slices: new Map() };
  expect(sampleValue({ aggregate: 'avg', windowMs: 5 }, none, 20)).toBeNull();
});

test('when a rule is due, and what it missed', () => {
  const minute = 60_000;
  const hour = 60 * minute;
  const check = (lastMs: number | undefined, nowMs: number, expected: number[]) =>
    expect(missedTimes(minute, lastMs, nowMs)).toEqual(expected);
  check(undefined, 90_000, [90_000]);
  check(hour, hour + 59_999, []);
  check(hour, hour + minute, [hour + minute]);
  check(
    hour + 5_000,
    hour + 3 * minute + 1,
    [1, 2, 3].map((n) => hour + n * minute),
  );
  check(200_000, 100_000, [100_000]);
  expect(missedTimes(minute, 0, 5 * hour)).toHaveLength(61);
  // Once a day, and the hour is over: the present is looked at.
  expect(missedTimes(24 * hour, 0, 29 * hour)).toEqual([29 * hour]);
});

test('the past in as many steps as it would have been, or as it may', () => {
  const week = 7 * 86_400_000;
  const rule = { windowMs: 300_000, everyMs: 60_000 };
  const all = planPast(rule, { fromMs: 0, toMs: week });
  expect([all.sliceMs, all.windowMs, all.endsMs.length]).toEqual([60_000, 300_000, 10_080]);
  const few = planPast(rule, { fromMs: 0, toMs: week }, 168);
  expect(few.endsMs.length).toBe(168);
  const odd = planPast({ windowMs: 11_000, everyMs: 13_000 }, { fromMs: 500, toMs: week });
  expect(odd.windowMs % odd.sliceMs).toBe(0);
  expect(week / odd.sliceMs).toBeLessThanOrEqual(20_160);
});

test('how often, in words', () => {
  const day = 86_400_000;
  const check = (times: number, ms: number, expected: string) =>
    expect(firedText(times, 0, ms)).toBe(expected);
  check(0, 7 * day, 'would not have fired last week');
  check(1, 7 * day, 'would have fired once last week');
  check(3, 2 * day, 'would have fired 3 times in 2 days');
  check(2, day / 24, 'would have fired 2 times in 1 hour');
});
