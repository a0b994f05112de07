import type { Observation, Route, Signal } from '../signal.ts';

export const route: Route = {
  rules: ['r'],
  channels: [],
  holdMs: 0,
  recoverMs: 0,
  repeatMs: 0,
};

/** A signal that a rule asks for; its key is also its check, unless told otherwise. */
export const signal = (key: string, more: Partial<Signal> = {}): Signal => ({
  key,
  check: key,
  title: `title of ${key}`,
  severity: 'warning',
  subject: {},
  message: `message of ${key}`,
  labels: {},
  route,
  ...more,
});

export const observed = (
  signals: readonly Signal[],
  more: Partial<Observation> = {},
): Observation => ({
  source: 'cluster:c',
  cluster: { id: 'c', name: 'shop' },
  signals,
  ...more,
});
