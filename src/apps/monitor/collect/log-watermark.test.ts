import { expect, test } from 'vitest';
import { LogWatermark } from './log-watermark.ts';

test('logs are read from where the last reading ended; a table that is new, from its beginning', () => {
  const logs = new LogWatermark();
  const check = (nowMs: number, tables: readonly string[], expected: number) =>
    expect(logs.windowSeconds(nowMs, tables)).toBe(expected);
  check(0, ['query_log'], 3_600);
  logs.done(0, ['query_log']);
  check(60_000, ['query_log'], 90);
  check(100_000_000, ['query_log'], 3_600);
  // A server makes its log of parts with the first part, long after the other.
  check(60_000, ['query_log', 'part_log'], 3_600);
  check(60_000, [], 90);
  logs.done(60_000, ['query_log', 'part_log']);
  check(120_000, ['part_log', 'query_log'], 90);
});
