import { expect, test } from 'vitest';
import { formatAgo, formatClock, formatTime, parseNs, renderNs } from './time.ts';

test('nanoseconds, there and back', () => {
  const check = (time: string, ns: bigint | undefined) => {
    expect(parseNs(time), time).toBe(ns);
    if (ns !== undefined && time.length === 30) expect(renderNs(ns)).toBe(time);
  };
  check('1970-01-01T00:00:00.000000001Z', 1n);
  check('2026-01-02T03:04:05.123456789Z', 1_767_323_045_123_456_789n);
  check('2026-01-02T03:04:05.999999999Z', 1_767_323_045_999_999_999n);
  check('1969-12-31T23:59:59.999999999Z', -1n);
  check('1900-01-01T00:00:00.000000000Z', -2_208_988_800_000_000_000n);
  check('2026-01-02T03:04:05Z', 1_767_323_045_000_000_000n);
  check('2026-01-02T04:04:05.5+01:00', 1_767_323_045_500_000_000n);
  check('yesterday', undefined);
  check('', undefined);
});

test('times as shown', () => {
  const check = (time: string | number, decimals: number, expected: string) =>
    expect(formatTime(time, 'utc', decimals)).toBe(expected);
  check('2026-01-02T03:04:05.123456789Z', 3, '2026-01-02 03:04:05.123');
  check('2026-01-02T03:04:05.123456789Z', 9, '2026-01-02 03:04:05.123456789');
  check('2026-01-02T03:04:05.1Z', 3, '2026-01-02 03:04:05.100');
  check('2026-01-02T03:04:05Z', 0, '2026-01-02 03:04:05');
  check(1_767_323_045_007, 3, '2026-01-02 03:04:05.007');
  check('not a time', 3, 'not a time');
  expect(formatClock('2026-01-02T03:04:05.123456789Z', 'utc')).toBe('03:04:05.123');
});

test('how long ago', () => {
  const now = Date.parse('2026-01-02T00:00:00Z');
  const check = (time: string, expected: string) => expect(formatAgo(time, now)).toBe(expected);
  check('2026-01-01T23:59:59.500Z', 'just now');
  check('2026-01-01T23:59:00Z', '1 min ago');
  check('2025-12-31T00:00:00Z', '2 d ago');
  check('2026-01-03T00:00:00Z', 'just now');
});
