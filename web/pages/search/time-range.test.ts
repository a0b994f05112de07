import { expect, test, vi } from 'vitest';
import { labelOf, parseLast, parseMoment, resolveRange, widerLast } from './time-range.ts';

const now = Date.parse('2026-01-02T03:04:05.678Z');

test('lengths of time', () => {
  const check = (text: string, expected: number | undefined) =>
    expect(parseLast(text), text).toBe(expected);
  check('90s', 90_000);
  check('15m', 900_000);
  check(' 7d ', 604_800_000);
  check('0m', undefined);
  check('15', undefined);
  check('-5m', undefined);
  check('99999999d', undefined);
});

test('the window of a range', () => {
  expect(resolveRange({ kind: 'last', last: '15m' }, now)).toEqual({
    from: '2026-01-02T02:49:05.678Z',
    to: '2026-01-02T03:04:05.678Z',
  });
  expect(resolveRange({ kind: 'between', from: 'a', to: 'b' }, now)).toEqual({
    from: 'a',
    to: 'b',
  });
  expect(labelOf('45m')).toBe('Last 45 minutes');
  expect(widerLast('15m')).toBe('1h');
  expect(widerLast('30d')).toBeUndefined();
});

test('moments as typed', () => {
  const check = (text: string, expected: string | undefined) =>
    expect(parseMoment(text, true, now), text).toBe(expected);
  check('now', '2026-01-02T03:04:05.678Z');
  check('2h ago', '2026-01-02T01:04:05.678Z');
  check('-5m', '2026-01-02T02:59:05.678Z');
  check('2026-01-01', '2026-01-01T00:00:00.000Z');
  check('2026-01-01 10:20', '2026-01-01T10:20:00.000Z');
  check('2026-01-01T10:20:30.123456789Z', '2026-01-01T10:20:30.123456789Z');
  check('2026-01-01 10:20:30+02:00', '2026-01-01T08:20:30.000Z');
  check('1767323045678', '2026-01-02T03:04:05.678Z');
  check('2026-13-01', undefined);
  check('2026-01-01 25:00', undefined);
  check('soon', undefined);
  check('', undefined);
});

test('what is typed without a zone is meant in the shown one', () => {
  vi.stubEnv('TZ', 'America/New_York');
  try {
    expect(parseMoment('2026-01-01 10:20', false, now)).toBe('2026-01-01T15:20:00.000Z');
    expect(parseMoment('2026-01-01 10:20', true, now)).toBe('2026-01-01T10:20:00.000Z');
    expect(parseMoment('2026-01-01 10:20Z', false, now)).toBe('2026-01-01T10:20:00.000Z');
  } finally {
    vi.unstubAllEnvs();
  }
});
