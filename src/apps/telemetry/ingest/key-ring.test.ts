import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { keyRing, parseAuthorization, type Sender } from './key-ring.ts';
import { createRateMemory, fitRateSlots, rateMeter } from './rate-meter.ts';

const noRates = { recordsPerSecond: null, bytesPerSecond: null };

test('parses Authorization', () => {
  const check = (value: string | undefined, expected: string | undefined) =>
    expect(parseAuthorization(value), String(value)).toBe(expected);
  check(undefined, undefined);
  check('', undefined);
  check('Bearer', undefined);
  check('Bearer   ', undefined);
  check('Bearer abc', 'abc');
  check('BEARER  abc ', 'abc');
  check('abc', 'abc');
  check('bearerabc', 'bearerabc');
});

test('a secret works until its end, on the clock of the wall', () => {
  const clock = { now: 1_000, nowMs: () => clock.now, monotonicNs: () => 0n };
  const secrets = [{ sha256: hash('sha256', 'old'), untilMs: 2_000 }];
  const key = { id: 'k', name: 'k', secrets, ...noRates };
  const keys = { snapshot: { required: true, keys: [key] }, slots: new Map([['k', 1]]) };
  const ring = keyRing(keys, noRates, createRateMemory(), clock);
  expect(ring.identify('old').ok).toBe(true);
  clock.now = 2_000;
  expect(ring.identify('old')).toMatchObject({ ok: false, error: { reason: 'unauthenticated' } });
});

test('rates: a second ahead is free, more has to be waited for', () => {
  const clock = { ns: 10n ** 15n, nowMs: () => 0, monotonicNs: () => clock.ns };
  const memory = createRateMemory();
  const keys = { snapshot: { required: false, keys: [] }, slots: new Map() };
  const rates = { recordsPerSecond: 100, bytesPerSecond: 1_000 };
  const ring = keyRing(keys, rates, memory, clock);
  const other = keyRing(keys, rates, memory, clock);
  const sender = (ring.identify(undefined) as { value: Sender }).value;
  const check = (waitMs: number | undefined, says = '') => {
    const excess = other.excess(sender);
    expect(excess?.retryAfterMs).toBe(waitMs);
    if (excess) expect(excess.message).toContain(says);
  };
  check(undefined);
  ring.charge(sender, 'records', 100);
  check(undefined);
  ring.charge(sender, 'records', 50);
  check(500, '100 records a second');
  clock.ns += 400_000_000n;
  check(100, 'try again in 100 ms');
  clock.ns += 100_000_000n;
  check(undefined);
  ring.charge(sender, 'bytes', 5_000);
  check(4_000, '1000 bytes a second');
  clock.ns += 3_600_000_000_000n;
  ring.charge(sender, 'bytes', 1_000);
  check(undefined);
});

test('slots are apart, and the memory grows under meters that exist', () => {
  const memory = createRateMemory();
  const meter = rateMeter(memory);
  fitRateSlots(memory, 5_000);
  const charge = { dimension: 'records', amount: 20, perSecond: 10, nowNs: 5n } as const;
  meter.charge({ ...charge, slot: 4_999 });
  expect(meter.waitMs(4_999, 'records', 5n)).toBe(1_000);
  expect(meter.waitMs(4_999, 'bytes', 5n)).toBe(0);
  expect(meter.waitMs(4_998, 'records', 5n)).toBe(0);
  expect(() => fitRateSlots(memory, 2_000_000)).toThrow(RangeError);
});
