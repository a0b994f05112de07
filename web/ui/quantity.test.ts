import { expect, test } from 'vitest';
import {
  formatBytes,
  formatDays,
  formatDuration,
  formatElapsed,
  formatRate,
  formatSeconds,
  formatShort,
} from './quantity.ts';

test('durations keep what is small', () => {
  const check = (ns: bigint, expected: string) => expect(formatDuration(ns)).toBe(expected);
  check(0n, '0 ns');
  check(1n, '1 ns');
  check(999n, '999 ns');
  check(1_000n, '1 µs');
  check(1_234n, '1.234 µs');
  check(100_000n, '100 µs');
  check(12_345_678n, '12.35 ms');
  check(1_204_000_000n, '1.204 s');
  check(59_999_000_000n, '60 s');
  check(200_000_000_000n, '3 min 20 s');
  check(7_260_000_000_000n, '2 h 1 min');
  check(-1_500n, '−1.5 µs');
});

test('bytes and counts', () => {
  const check = (value: number, expected: string) => expect(formatBytes(value)).toBe(expected);
  check(0, '0 B');
  check(1023, '1023 B');
  check(1024, '1 KiB');
  check(1536, '1.50 KiB');
  check(123_456_789, '118 MiB');
  expect(formatShort(9_999)).toBe('9,999');
  expect(formatShort(1_234_567)).toBe('1.23 M');
  expect(formatElapsed(120)).toBe('120 ms');
  expect(formatElapsed(1234)).toBe('1.23 s');
});

test('seconds, days and rates of the fleet', () => {
  const check = (said: string, expected: string) => expect(said).toBe(expected);
  check(formatSeconds(0), '0 s');
  check(formatSeconds(0.25), '250 ms');
  check(formatSeconds(300), '5 min');
  check(formatSeconds(734), '12 min 14 s');
  check(formatSeconds(90_000), '25 h');
  check(formatSeconds(200_000), '2 days');
  check(formatDays(0.25), '6 h');
  check(formatDays(-1), '0 s');
  check(formatDays(6.4), '6.4 days');
  check(formatDays(41.9), '41 days');
  check(formatDays(4_000), 'over a year');
  check(formatRate(0), '0');
  check(formatRate(0.001), '<0.01');
  check(formatRate(0.5), '0.5');
  check(formatRate(38.21), '38.2');
  check(formatRate(100), '100');
  check(formatRate(4_125.4), '4,125');
  check(formatRate(1_250_000), '1.25 M');
});
