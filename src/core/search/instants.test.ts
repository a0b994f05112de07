import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  defaultRangeNs,
  earliestNs,
  floorDivide,
  latestNs,
  parseInstantNs,
  planRange,
  renderInstant,
  sqlInstant,
} from './instants.ts';

test('times are read to the nanosecond, in both forms', () => {
  const check = (input: string | number, expected: string) => {
    const instant = parseInstantNs(input);
    expect(instant.ok ? renderInstant(instant.value) : instant.error, String(input)).toBe(expected);
  };
  check('2026-01-02T03:04:05.123456789Z', '2026-01-02T03:04:05.123456789Z');
  check('2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000000000Z');
  check('2026-01-02t03:04:05.1z', '2026-01-02T03:04:05.100000000Z');
  check('2026-01-02 03:04:05+09:00', '2026-01-01T18:04:05.000000000Z');
  check('2026-01-02T03:04:05-00:30', '2026-01-02T03:34:05.000000000Z');
  check('2026-01-02T03:04:05.1234567899Z', '2026-01-02T03:04:05.123456789Z');
  check('2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000000000Z');
  check('1969-12-31T23:59:59.999999999Z', '1969-12-31T23:59:59.999999999Z');
  check('2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000000Z');
  check(1_767_323_045_123, '2026-01-02T03:04:05.123000000Z');
  check('1767323045123', '2026-01-02T03:04:05.123000000Z');
  check(1.5, '1970-01-01T00:00:00.001500000Z');
  check(-1.5, '1969-12-31T23:59:59.998500000Z');
  check(0, '1970-01-01T00:00:00.000000000Z');
  // Clamped to what can be stored.
  check('0001-01-01T00:00:00Z', '1900-01-01T00:00:00.000000000Z');
  check(1e300, '2262-04-11T23:47:16.854775807Z');
});

test('what is no time is an error that says what is', () => {
  const check = (input: string | number, expected: RegExp) => {
    const instant = parseInstantNs(input);
    expect(instant.ok ? 'read' : instant.error, String(input)).toMatch(expected);
  };
  check('yesterday', /"yesterday" is not a time; write RFC 3339/);
  check('', /"" is not a time/);
  check('2026-01-02', /is not a time/);
  check('2026-01-02T03:04:05', /with a zone/);
  check('2026-02-30T00:00:00Z', /is not a time that exists/);
  check('2023-02-29T00:00:00Z', /is not a time that exists/);
  check('2026-13-01T00:00:00Z', /is not a time that exists/);
  check('2026-01-01T24:00:00Z', /is not a time that exists/);
  check('2026-01-01T00:60:00Z', /is not a time that exists/);
  check('2026-01-01T00:00:61Z', /is not a time that exists/);
  check('x'.repeat(10_000), /^"x{60}…" is not a time/);
  check(Number.NaN, /NaN is not a time/);
  check(Number.POSITIVE_INFINITY, /Infinity is not a time/);
});

const instants = fc.bigInt({ min: earliestNs, max: latestNs });

test('rendering and reading are each other’s inverse', () => {
  fc.assert(
    fc.property(instants, (ns) => {
      expect(parseInstantNs(renderInstant(ns))).toEqual({ ok: true, value: ns });
    }),
  );
});

test('any text is a time or an error, never a throw', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof parseInstantNs(text).ok === 'boolean'));
});

test('an instant as SQL keeps every digit', () => {
  expect(sqlInstant(1_767_323_045_123_456_789n)).toBe(
    "toDateTime64('2026-01-02 03:04:05.123456789', 9, 'UTC')",
  );
});

test('division rounds down on both sides of 1970', () => {
  fc.assert(
    fc.property(instants, fc.bigInt({ min: 1n, max: 10n ** 15n }), (value, by) => {
      const quotient = floorDivide(value, by);
      expect(quotient * by <= value && value < (quotient + 1n) * by).toBe(true);
    }),
  );
});

test('a range is half-open, and what is left out is the last quarter of an hour', () => {
  const nowNs = 1_767_323_045_000_000_000n;
  const check = (given: Parameters<typeof planRange>[0], expected: unknown) => {
    const range = planRange(given, nowNs);
    expect(range.ok ? range.value : range.error).toEqual(expected);
  };
  check({}, { fromNs: nowNs - defaultRangeNs, toNs: nowNs });
  check({ from: 0 }, { fromNs: 0n, toNs: nowNs });
  check({ to: 900_000 }, { fromNs: 0n, toNs: 900_000_000_000n });
  check({ from: 5, to: 6 }, { fromNs: 5_000_000n, toNs: 6_000_000n });
  const order = {
    field: 'from',
    message:
      'from (1970-01-01T00:00:00.005000000Z) must be before to (1970-01-01T00:00:00.005000000Z); to is exclusive',
  };
  check({ from: 5, to: 5 }, order);
  check({ to: 'x' }, { field: 'to', message: expect.stringContaining('"x" is not a time') });
  check({ from: 'x' }, { field: 'from', message: expect.stringContaining('"x" is not a time') });
});
