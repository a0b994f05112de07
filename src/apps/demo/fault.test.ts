import { expect, test } from 'vitest';
import {
  cacheCold,
  cardDeclined,
  outOfStock,
  providerSlow,
  providerTimesOut,
  queryMs,
} from './fault.ts';

const never = () => 0.999;
const always = () => 0;

test('faults come when they should, and only then', () => {
  const check = (actual: boolean, expected: boolean) => expect(actual).toBe(expected);
  check(cardDeclined(always), true);
  check(cardDeclined(never), false);
  check(outOfStock(always), true);
  check(outOfStock(never), false);
  check(providerSlow(19_999), true);
  check(providerSlow(20_000), false);
  check(providerSlow(120_000), true);
  check(providerTimesOut(0, always), true);
  check(providerTimesOut(0, never), false);
  check(providerTimesOut(60_000, always), false);
  check(cacheCold(90_000 + 4_999), true);
  check(cacheCold(5_000), false);
});

test('a query takes a while, a slow one longer, none for ever', () => {
  let state = 1;
  const chance = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const times = Array.from({ length: 2_000 }, () => queryMs(chance)).sort((a, b) => a - b);
  expect(times[0]).toBeGreaterThan(0);
  expect(times[1_000]).toBeGreaterThan(6);
  expect(times[1_000]).toBeLessThan(10);
  expect(Math.max(...times.map((_, i) => queryMs(chance, i)))).toBeLessThanOrEqual(2_000);
});
