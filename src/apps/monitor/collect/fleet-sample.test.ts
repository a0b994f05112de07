import { expect, test } from 'vitest';
import type { VitalsSample } from '../../../model/fleet/reading.ts';
import { fleetSample } from './fleet-sample.ts';

const vitals = (atMs: number, queries: number, startedMs = 0): VitalsSample => ({
  atMs,
  startedMs,
  hostName: 'h',
  version: '26.7',
  gauges: new Map([['Load', 1]]),
  counters: new Map([['Query', queries]]),
});

test('what a sample adds to the one before', () => {
  const check = (
    now: VitalsSample,
    before: VitalsSample | undefined,
    elapsedMs: number,
    grown: number | undefined,
  ) => {
    const sample = fleetSample('c', 'n', now, before);
    expect([sample.elapsedMs, sample.increases.get('Query')]).toEqual([elapsedMs, grown]);
  };
  check(vitals(15_000, 25), vitals(0, 10), 15_000, 15);
  check(vitals(15_000, 10), vitals(0, 10), 15_000, undefined);
  check(vitals(15_000, 25), undefined, 0, undefined);
  // Started anew: the total began at zero.
  check(vitals(60_000, 4, 50_000), vitals(0, 10), 60_000, 4);
  check(vitals(7_200_000, 99), vitals(0, 10), 0, undefined);
});
