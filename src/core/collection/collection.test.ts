import { expect, test } from 'vitest';
import type { Finding } from '../../model/fleet/finding.ts';
import type { VitalsSample } from '../../model/fleet/reading.ts';
import { pauseMs, phaseMs, retryMs } from './back-off.ts';
import { addUse, emptyWindow, recentUse, type StatementUse } from './cost.ts';
import { partsTrigger } from './parts-trigger.ts';
import { verdictOf } from './verdict.ts';

test('a node that misses is asked at its cadence three times, then less and less', () => {
  const check = (misses: number, expected: number) =>
    expect(retryMs(15_000, misses)).toBe(expected);
  check(1, 15_000);
  check(3, 15_000);
  check(4, 30_000);
  check(5, 60_000);
  check(9, 60_000);
  check(10_000, 60_000);
  // A cadence above the longest back-off is kept.
  expect(retryMs(120_000, 9)).toBe(120_000);
  expect([1, 2, 5, 99].map((failures) => pauseMs(60_000, failures))).toEqual([
    120_000, 240_000, 1_920_000, 3_600_000,
  ]);
  expect(pauseMs(21_600_000, 3)).toBe(21_600_000);
});

test('nodes are spread over the period, each at its own place', () => {
  const phases = Array.from({ length: 200 }, (_, at) => phaseMs(`db${at}:8123`, 15_000));
  expect(phases.every((phase) => phase >= 0 && phase < 15_000)).toBe(true);
  const thirds = [0, 1, 2].map((third) =>
    phases.filter((each) => Math.floor(each / 5_000) === third),
  );
  expect(Math.min(...thirds.map((each) => each.length))).toBeGreaterThan(40);
  expect(phaseMs('a', 15_000)).toBe(phaseMs('a', 15_000));
});

test('what is read of a node, by its last five minutes', () => {
  const use = (atMs: number): StatementUse => ({ atMs, rows: 100, bytes: 1_000 });
  const window = [30_000, 90_000, 120_000].map(use).reduce(addUse, emptyWindow(0));
  expect(recentUse(window, 120_000)).toEqual({
    statementsPerMinute: 1.5,
    rowsReadPerMinute: 150,
    bytesReadPerMinute: 1_500,
  });
  // What is older than five minutes no longer counts.
  expect(recentUse(window, 400_000).statementsPerMinute).toBeCloseTo(0.2);
});

const vitals = (
  gauges: Record<string, number>,
  counters: Record<string, number> = {},
  hostName = 'h',
): VitalsSample => ({
  atMs: 0,
  startedMs: 0,
  hostName,
  version: '',
  gauges: new Map(Object.entries(gauges)),
  counters: new Map(Object.entries(counters)),
});

test('what makes parts be read before their time', () => {
  const check = (
    before: VitalsSample | undefined,
    after: VitalsSample,
    expected: string | undefined,
  ) => expect(partsTrigger(before, after)).toBe(expected);
  const parts = (count: number) => vitals({ MaxPartCountForPartition: count });
  check(undefined, parts(500), undefined);
  check(parts(100), parts(119), undefined);
  check(parts(100), parts(121), 'MaxPartCountForPartition went from 100 to 121');
  check(parts(10), parts(25), undefined);
  check(parts(1_000), parts(1_100), undefined);
  check(parts(300), parts(200), 'MaxPartCountForPartition went from 300 to 200');
  check(
    vitals({ NumberOfDetachedParts: 0 }),
    vitals({ NumberOfDetachedParts: 1 }),
    'NumberOfDetachedParts went from 0 to 1',
  );
  check(
    vitals({}, { DelayedInserts: 1 }),
    vitals({}, { DelayedInserts: 2 }),
    'DelayedInserts grew',
  );
  check(vitals({}), vitals({}, { RejectedInserts: 1 }), 'RejectedInserts grew');
  check(parts(100), vitals({ MaxPartCountForPartition: 900 }, {}, 'other'), undefined);
});

test('the verdict of a cluster', () => {
  const finding = (severity: Finding['severity'], more: Partial<Finding> = {}) =>
    ({ severity, outcome: 'warning', intended: false, ...more }) as Finding;
  const check = (cluster: Parameters<typeof verdictOf>[0], findings: Finding[], expected: string) =>
    expect(verdictOf(cluster, findings, 'high').verdict).toBe(expected);
  const well = { status: 'online', score: 90 } as const;
  check(well, [], 'well');
  check(well, [finding('warning'), finding('info')], 'well');
  check(well, [finding('high')], 'findings');
  check(well, [finding('critical')], 'findings');
  check(well, [finding('critical', { intended: true })], 'well');
  check(well, [finding('critical', { cause: 'another' })], 'well');
  check(well, [finding('critical', { outcome: 'unknown' })], 'well');
  check({ status: 'online', score: null }, [], 'cannot tell');
  check({ status: 'offline', score: 90 }, [], 'cannot tell');
  check({ status: 'degraded', score: 90 }, [], 'well');
  check({ status: 'offline', score: null }, [finding('critical')], 'findings');
});
