/**
 * The faults of the demo, as functions of time and chance, so that they can be told apart in the
 * data: a deploy that made a query slow, a provider that times out in bursts, a few bad inputs.
 */

/** A number in 0..1. */
export type Chance = () => number;

/** A declined card, an expired token: the everyday errors, one in twenty-five. */
export const cardDeclined = (chance: Chance): boolean => chance() < 0.04;

/** The payment provider is slow for 20 s in every two minutes. */
export const providerSlow = (nowMs: number): boolean => nowMs % 120_000 < 20_000;

/** While it is slow, a third of the calls give up. */
export const providerTimesOut = (nowMs: number, chance: Chance): boolean =>
  providerSlow(nowMs) && chance() < 0.33;

/** The catalogue's cache expires every 90 s: for 5 s, each request goes to the database. */
export const cacheCold = (nowMs: number): boolean => nowMs % 90_000 < 5_000;

/** How long a database query takes, in milliseconds: log-normal around 8, with a long tail. */
export function queryMs(chance: Chance, factor = 1): number {
  const normal =
    Math.sqrt(-2 * Math.log(Math.max(chance(), Number.EPSILON))) * Math.cos(2 * Math.PI * chance());
  return Math.min(2_000, factor * 8 * Math.exp(0.7 * normal));
}

/** An item that the warehouse does not have: two in a hundred. */
export const outOfStock = (chance: Chance): boolean => chance() < 0.02;
