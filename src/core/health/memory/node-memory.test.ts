import { expect, test } from 'vitest';
import type { Reading, VitalsSample } from '../../../model/fleet/reading.ts';
import { computed, defineReading, logMinute } from '../readings/reading-definition.ts';
import { counterIncrease } from './counter-increase.ts';
import {
  counterIncreases,
  emptyMemory,
  type NodeMemory,
  rememberReadings,
  rememberVitals,
} from './node-memory.ts';

const minute = 60_000;

/** `minutes uptimeMinutes value [host]`, one sample on each line. */
function remembered(lines: string): NodeMemory {
  let memory = emptyMemory(['Errors']);
  for (const line of lines.trim().split('\n')) {
    const [at, uptime, value, host = 'a'] = line.trim().split(/\s+/);
    memory = rememberVitals(memory, sample(Number(at), Number(uptime), Number(value), host));
  }
  return memory;
}
const sample = (at: number, uptime: number, value: number, hostName = 'a'): VitalsSample => ({
  atMs: at * minute,
  startedMs: (at - uptime) * minute,
  hostName,
  version: '1',
  gauges: new Map(),
  counters: new Map(value === 0 ? [] : [['Errors', value]]),
});

test('how much a counter grew', () => {
  const check = (lines: string, windowMinutes: number, nowMinute: number, expected?: number) =>
    expect(
      counterIncrease(remembered(lines), 'Errors', windowMinutes * minute, nowMinute * minute),
      lines,
    ).toBe(expected);
  check('1000 5000 7\n1001 5001 7', 1, 1001, 0);
  check('1000 5000 7\n1001 5001 9', 1, 1001, 2);
  check('1000 5000 0\n1001 5001 3', 1, 1001, 3);
  // Only the newest part of it lies within the window.
  check('1000 5000 1\n1001 5001 5\n1002 5002 6', 1, 1002, 1);
  // The server was started anew: nothing is lost, nothing counted twice.
  check('1000 5000 7\n1001 5001 9\n1002 0.5 4\n1003 1.5 5', 10, 1003, undefined);
  check('1000 5000 7\n1001 5001 9\n1002 0.5 4\n1003 1.5 5', 4, 1003, 7);
  check('1000 5000 900\n1002 0.5 0\n1003 1.5 0', 3, 1003, 0);
  // It is known since its start.
  check('1003 2 5\n1004 3 6', 60, 1004, 6);
  // Two hosts answer at one address, which is no restart.
  check('1000 5000 7 a\n1000 30 90 b\n1001 5001 8 a\n1001 31 92 b', 1, 1001, 3);
  // Samples do not reach back.
  check('1000 5000 7\n1001 5001 9', 60, 1001, undefined);
  // It is zero since the server's start; or since it was started anew, and was not before.
  check('1001 5001 0', 60, 1001, 0);
  check('1000 5000 7\n1001 0.5 0', 60, 1001, undefined);
  // The collector was away for half an hour.
  check('1000 5000 7\n1030 5030 19\n1031 5031 20', 31, 1031, 13);
  // The collector's clock was set back by an hour, and by a day.
  check('1000 5000 7\n940 5001 9', 60, 940, undefined);
});

test("the collector's clock set on is no restart", () => {
  const before = sample(1_000, 5_000, 7);
  const after = { ...sample(2_000, 5_001, 9), startedMs: (2_000 - 5_001) * minute };
  expect(counterIncreases(before, after)).toEqual(new Map([['Errors', 2]]));
  const anew = { ...after, startedMs: (2_000 - 999) * minute };
  expect(counterIncreases(before, anew)).toEqual(new Map([['Errors', 9]]));
  expect(counterIncreases(before, sample(2_000, 9_000, 3))).toEqual(new Map([['Errors', 3]]));
  expect(counterIncreases(before, sample(2_000, 5_001, 9, 'b'))).toEqual(new Map());
  expect(counterIncreases(undefined, after)).toEqual(new Map());
});

test('a collector that was restarted goes on from the last sample', () => {
  const whole = remembered('1000 5000 7\n1001 5001 9\n1002 5002 12');
  const restarted = rememberVitals(
    rememberVitals(emptyMemory(['Errors']), sample(1_000, 5_000, 7)),
    sample(1_002, 5_002, 12),
  );
  const grown = (memory: NodeMemory) =>
    counterIncrease(memory, 'Errors', 2 * minute, 1_002 * minute);
  expect([grown(whole), grown(restarted)]).toEqual([5, 5]);
});

test('memory is bounded in time, in points and in hosts', () => {
  let memory = emptyMemory(['Errors']);
  for (let at = 0; at < 2_000; at++)
    memory = rememberVitals(memory, sample(at / 12, 5_000 + at / 12, at, `h${at % 50}`));
  expect(memory.hosts.size).toBe(32);
  for (let at = 0; at < 2_000; at++) memory = rememberVitals(memory, sample(200 + at / 12, at, at));
  const points = [...memory.hosts.values()].map((host) => host.points.length);
  expect(Math.max(...points)).toBeLessThanOrEqual(400);
  const far = rememberVitals(memory, sample(1_000, 9_999, 1));
  expect(far.hosts.size).toBe(1);
  expect(far.hosts.get('a')?.points).toHaveLength(1);
});

const kept = defineReading({
  name: 'kept',
  tier: 'state',
  table: 't',
  columns: { n: computed('number', { needs: [], sql: '1' }) },
  keepSamples: 2,
});
const reading = (atMs: number, rows: Reading['rows'], more: Partial<Reading> = {}): Reading => ({
  name: 'kept',
  atMs,
  rows,
  missingColumns: [],
  truncated: false,
  sql: '',
  ...more,
});

test('readings: as many as are kept; a failure lets them grow stale, a lost right does not', () => {
  const definitions = new Map([['kept', kept]]);
  const after = (...readings: Reading[]) =>
    readings.reduce(
      (memory, each) => rememberReadings(memory, [each], definitions),
      emptyMemory([]),
    );
  const times = (memory: NodeMemory) => memory.readings.get('kept')?.map((each) => each.atMs);
  const good = [1, 2, 3].map((atMs) => reading(atMs, []));
  expect(times(after(...good))).toEqual([2, 3]);
  const failed = reading(4, [], { gap: { reason: 'error', detail: 'timeout' } });
  expect(times(after(...good, failed))).toEqual([2, 3]);
  expect(after(...good, failed).failures.get('kept')?.gap?.detail).toBe('timeout');
  expect(after(...good, failed, reading(5, [])).failures.size).toBe(0);
  const denied = reading(4, [], { gap: { reason: 'grant', detail: 'no' } });
  expect(times(after(...good, denied))).toEqual([4]);
  expect(times(after(denied, reading(5, [])))).toEqual([5]);
  expect(times(after(failed))).toEqual([4]);
});

test('minutes of a log are kept, and read again where they were not complete', () => {
  const log = defineReading({
    name: 'kept',
    tier: 'logs',
    table: 't',
    columns: { minute: logMinute, n: computed('number', { needs: [], sql: 'count()' }) },
    groupBy: ['minute'],
    log: { keepMinutes: 3 },
  });
  const definitions = new Map([['kept', log]]);
  const rows = (...all: [number, number][]) => all.map(([m, n]) => ({ minute: m * 60, n }));
  let memory = rememberReadings(
    emptyMemory([]),
    [reading(3 * minute, rows([1, 5], [2, 7]))],
    definitions,
  );
  memory = rememberReadings(memory, [reading(4 * minute, rows([2, 9], [3, 1]))], definitions);
  const seen = () =>
    memory.readings
      .get('kept')
      ?.at(-1)
      ?.rows.map((row) => [Number(row.minute) / 60, row.n]);
  expect(seen()).toEqual([
    [1, 5],
    [2, 9],
    [3, 1],
  ]);
  memory = rememberReadings(memory, [reading(6 * minute, [])], definitions);
  expect(seen()).toEqual([[3, 1]]);
});
