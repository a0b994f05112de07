import { expect, test } from 'vitest';
import type { Cluster } from '../../api/fleet-shapes.ts';
import { chooseClusters, commonLabels, parseFleetParams } from './fleet-params.ts';

const cluster = (name: string, more: Partial<Cluster> = {}): Cluster => ({
  id: name,
  name,
  host: `${name}.internal`,
  port: 8123,
  username: 'castellan',
  secure: false,
  labels: {},
  paused: false,
  namedNodes: null,
  keepers: [],
  tls: null,
  addresses: [],
  origin: 'api',
  status: 'online',
  nodes: [],
  topology: null,
  score: 95,
  grade: 'A+',
  coverage: { answered: 1, total: 1 },
  open: { critical: 0, high: 0, warning: 0, info: 0, unknown: 0 },
  vitals: { queriesPerSecond: null, lagSeconds: null, diskDaysLeft: null, versions: [] },
  createdAt: '2026-01-01T00:00:00Z',
  lastCollectedAt: null,
  ...more,
});
const ill = { critical: 1, high: 0, warning: 0, info: 0, unknown: 0 };
const fleet = [
  cluster('alpha', { labels: { env: 'production' } }),
  cluster('beta', { labels: { env: 'production', team: 'shop' }, open: ill, score: 59 }),
  cluster('gamma', { status: 'offline', score: 71 }),
  cluster('delta', { status: 'paused', labels: { env: 'staging' } }),
  cluster('epsilon', { status: 'pending', score: null }),
  cluster('zeta', { score: 82 }),
];

test('what makes no sense in an address counts as absent', () => {
  const check = (raw: Record<string, unknown>, expected: object) =>
    expect(parseFleetParams(raw)).toEqual(expected);
  check({}, {});
  check({ q: '', label: [], sort: 'price' }, {});
  check({ q: 'shop', label: 'env=a', sort: 'name' }, { q: 'shop', label: ['env=a'], sort: 'name' });
  check({ label: ['env=a', '', 'b=c'] }, { label: ['env=a', 'b=c'] });
});

test('which clusters, and in which order', () => {
  const check = (params: Parameters<typeof chooseClusters>[1], expected: string) =>
    expect(
      chooseClusters(fleet, params)
        .map(({ name }) => name)
        .join(' '),
    ).toBe(expected);
  check({}, 'beta gamma zeta alpha epsilon delta');
  check({ sort: 'name' }, 'alpha beta delta epsilon gamma zeta');
  check({ q: 'A.INT' }, 'beta gamma zeta alpha delta');
  check({ label: ['env=production'] }, 'beta alpha');
  check({ label: ['env=production', 'team=shop'] }, 'beta');
  check({ q: 'env=stag' }, 'delta');
  check({ q: 'nowhere' }, '');
});

test('labels that many share come first', () => {
  expect(commonLabels(fleet)).toEqual([
    { label: 'env=production', count: 2 },
    { label: 'env=staging', count: 1 },
    { label: 'team=shop', count: 1 },
  ]);
});
