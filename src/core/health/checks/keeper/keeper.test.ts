import { test } from 'vitest';
import { type CheckCase, type NodeCase, proveCheck } from '../../testing/prove-check.ts';
import { keeperBacklog } from './keeper-backlog.ts';
import { keeperExceptions } from './keeper-exceptions.ts';
import { keeperGrowth } from './keeper-growth.ts';
import { keeperLatency } from './keeper-latency.ts';
import { keeperLeader } from './keeper-leader.ts';
import { keeperLimits } from './keeper-limits.ts';
import { keeperNodeDown } from './keeper-node-down.ts';
import { keeperQuorum } from './keeper-quorum.ts';
import { keeperServerLatency } from './keeper-server-latency.ts';
import { keeperSession } from './keeper-session.ts';
import { keeperUnavailable } from './keeper-unavailable.ts';
import { keeperXid } from './keeper-xid.ts';

const configured = { keeper_table: [{ table: 'zookeeper' }] };
const withKeeper = (node: NodeCase): NodeCase => ({
  ...node,
  rows: { ...configured, ...node.rows },
});
const noKeeper: CheckCase = {
  name: 'no Keeper is configured',
  node: { gauges: { ZooKeeperSession: 0 } },
  expected: 'not_applicable',
};

test('session: none, expired, too many', () => {
  const replica = (isSessionExpired: boolean) => ({ database: 'd', table: 't', isSessionExpired });
  const session = (name: string, expired: boolean) => ({ name, expired });
  const at = (
    name: string,
    sessions: number,
    expired: boolean,
    expected: CheckCase['expected'],
    names = ['default'],
  ): CheckCase => ({
    name,
    node: withKeeper({
      gauges: { ZooKeeperSession: sessions },
      rows: {
        replicas: [replica(expired)],
        keeper_sessions: names.map((each) => session(each, expired)),
      },
    }),
    expected,
  });
  proveCheck(keeperSession, [
    at('one session', 1, false, []),
    at('one for each ensemble', 2, false, [], ['default', 'auxiliary']),
    at('expired', 1, true, [{ severity: 'critical' }]),
    at('none', 0, false, [{ severity: 'critical' }]),
    at('more than there should be', 3, false, [{ severity: 'critical' }], ['default']),
    {
      name: 'none, and nothing that needs one: sessions are made when they are first used',
      node: withKeeper({ gauges: { ZooKeeperSession: 0 }, rows: { keeper_sessions: [] } }),
      expected: [],
    },
    noKeeper,
  ]);
});

test('unavailable: failures, and fewer requests than usual', () => {
  const at = (
    failures: number,
    transactions: number,
    expected: CheckCase['expected'],
    usual: Record<string, number> = { ZooKeeperTransactions: 100_000 },
  ): CheckCase => ({
    name: `${failures} failures, ${transactions} requests`,
    node: withKeeper({
      increases: { ZooKeeperHardwareExceptions: failures, ZooKeeperTransactions: transactions },
      usual,
    }),
    expected,
  });
  proveCheck(keeperUnavailable, [
    at(1_000, 100_000, []),
    at(1_001, 100_000, [{ severity: 'warning' }]),
    at(1_001, 49_000, [{ severity: 'critical' }]),
    at(0, 10, []),
    at(5_000, 10, [{ severity: 'warning' }], {}),
    noKeeper,
  ]);
});

test('latency: one second, or ten times the usual', () => {
  const at = (latencyMs: number, requests: number, expected: CheckCase['expected']): CheckCase => ({
    name: `${latencyMs} ms, ${requests} requests`,
    node: withKeeper({
      increases: {
        ZooKeeperWaitMicroseconds: latencyMs * 1_000 * requests,
        ZooKeeperTransactions: requests,
      },
      usual: { ZooKeeperWaitMicroseconds: 3_000_000, ZooKeeperTransactions: 1_000 },
    }),
    expected,
  });
  proveCheck(keeperLatency, [
    at(3, 1_000, []),
    at(29, 1_000, []),
    at(31, 1_000, [{ severity: 'warning' }]),
    at(31, 9, []),
    at(1_001, 1_000, [{ severity: 'critical' }]),
    at(1_001, 9, []),
    {
      name: 'ten times of next to nothing',
      node: withKeeper({
        increases: { ZooKeeperWaitMicroseconds: 1_000_000, ZooKeeperTransactions: 100 },
        usual: { ZooKeeperWaitMicroseconds: 500_000, ZooKeeperTransactions: 1_000 },
      }),
      expected: [],
    },
    noKeeper,
  ]);
});

test('exceptions: what is normal does not count, and a single burst does', () => {
  const at = (hardware: number, other: number, user: number, expected: CheckCase['expected']) => ({
    name: `${hardware} + ${other} failures, ${user} of normal work`,
    node: withKeeper({
      increases: {
        ZooKeeperHardwareExceptions: hardware,
        ZooKeeperOtherExceptions: other,
        ZooKeeperUserExceptions: user,
      },
    }),
    expected,
  });
  proveCheck(keeperExceptions, [
    at(10, 10, 100_000, []),
    at(11, 10, 0, [{ severity: 'warning' }]),
    at(0, 21, 0, [{ severity: 'warning' }]),
    noKeeper,
  ]);
});

const keeper = (id: string, mntr: Record<string, string> | undefined) => ({
  id,
  mntr: () => mntr && new Map(Object.entries(mntr)),
});
const follower = { zk_server_state: 'follower' };
const leader = (followers = 2, synced = followers) => ({
  zk_server_state: 'leader',
  zk_followers: String(followers),
  zk_synced_followers: String(synced),
});
const usesKeeper = { rows: configured };
/** Cases of an ensemble, with what every check of one says where there is nothing to ask. */
const ensembleCases = (cases: readonly Omit<CheckCase, 'node'>[]): CheckCase[] => [
  ...cases.map((each) => ({ ...each, node: usesKeeper })),
  { name: 'no server is named', node: usesKeeper, expected: 'unknown' },
  { name: 'no node uses Keeper', node: {}, expected: 'not_applicable' },
];

test('a server of the ensemble is down', () => {
  const of = (...states: (Record<string, string> | undefined)[]) =>
    states.map((state, place) => keeper(`k${place + 1}:2181`, state));
  proveCheck(
    keeperNodeDown,
    ensembleCases([
      { name: 'all answer', keepers: of(leader(), follower, follower), expected: [] },
      {
        name: 'one of three is down',
        keepers: of(leader(), follower, undefined),
        expected: [{ severity: 'warning', subject: { object: 'k3:2181' } }],
      },
      {
        name: 'two of three are down',
        keepers: of(leader(), undefined, undefined),
        expected: [
          { severity: 'critical', subject: { object: 'ensemble' } },
          { severity: 'warning', subject: { object: 'k2:2181' } },
          { severity: 'warning', subject: { object: 'k3:2181' } },
        ],
      },
      {
        name: 'the only one is down: said once',
        keepers: of(undefined),
        expected: [{ severity: 'critical', subject: { object: 'ensemble' } }],
      },
    ]),
  );
});

test('leader and followers', () => {
  const of = (...states: (Record<string, string> | undefined)[]) =>
    states.map((state, place) => keeper(`k${place + 1}:2181`, state));
  proveCheck(
    keeperLeader,
    ensembleCases([
      { name: 'one leads', keepers: of(leader(), follower, follower), expected: [] },
      { name: 'one alone', keepers: of({ zk_server_state: 'standalone' }), expected: [] },
      { name: 'none leads', keepers: of(follower, follower), expected: [{ severity: 'critical' }] },
      { name: 'two lead', keepers: of(leader(), leader()), expected: [{ severity: 'critical' }] },
      {
        name: 'the leader may be the one that is silent',
        keepers: of(follower, follower, undefined),
        expected: 'unknown',
      },
      {
        name: 'a follower is behind',
        keepers: of(leader(2, 1), follower, follower),
        expected: [{ severity: 'warning' }],
      },
    ]),
  );
});

test('backlog', () => {
  const of = (waiting: string) => [keeper('k1:2181', { zk_outstanding_requests: waiting })];
  proveCheck(
    keeperBacklog,
    ensembleCases([
      { name: 'few', keepers: of('10'), expected: [] },
      { name: 'many', keepers: of('11'), expected: [{ severity: 'high' }] },
      { name: 'not told', keepers: of(''), expected: 'unknown' },
    ]),
  );
});

test('latency of Keeper itself, of late only', () => {
  const of = (at: (agoMs: number) => Record<string, number>) => [
    {
      id: 'k1:2181',
      mntr: (agoMs: number) =>
        new Map(Object.entries(at(agoMs)).map(([key, value]) => [key, String(value)])),
    },
  ];
  /** Averages rounded to a millisecond, of a million requests and ten a second. */
  const averages = (lateMs: number, requestsPerMs = 0.01) =>
    of((agoMs) => {
      const requests = 1_000_000 - agoMs * requestsPerMs;
      const late = Math.max(0, 900_000 - agoMs) * requestsPerMs;
      return {
        zk_packets_received: requests,
        zk_avg_latency: Math.round((late * lateMs + (requests - late) * 2) / requests),
        zk_max_latency: 300,
      };
    });
  const sums = (lateMs: number) =>
    of((agoMs) => {
      const late = Math.max(0, 900_000 - agoMs) / 100;
      return {
        zk_max_latency: 800,
        zk_cnt_readlatency: 50_000 + late / 2,
        zk_sum_readlatency: 100_000 + (late / 2) * lateMs,
        zk_cnt_updatelatency: 50_000 + late / 2,
        zk_sum_updatelatency: 100_000 + (late / 2) * lateMs,
      };
    });
  const slowest = (now: number) =>
    of((agoMs) => ({
      zk_max_latency: agoMs < 600_000 ? now : 90,
      zk_packets_received: 100_000 - agoMs / 100,
      zk_avg_latency: 1,
    }));
  proveCheck(
    keeperServerLatency,
    ensembleCases([
      { name: 'quick', keepers: sums(2), expected: [] },
      {
        name: 'slow since a quarter of an hour',
        keepers: sums(120),
        expected: [{ severity: 'warning' }],
      },
      {
        name: 'slow, by rounded averages',
        keepers: averages(600),
        expected: [{ severity: 'warning' }],
      },
      { name: 'rounding alone is no latency', keepers: averages(40, 0.0005), expected: [] },
      { name: 'a slow request is new', keepers: slowest(501), expected: [{ severity: 'warning' }] },
      { name: 'a slow request of long ago', keepers: sums(3), expected: [] },
    ]),
  );
});

test('files and ephemeral nodes', () => {
  const of = (files: number, limit: number, ephemerals = 50, before = ephemerals) => [
    {
      id: 'k1:2181',
      mntr: (agoMs: number) =>
        new Map([
          ['zk_open_file_descriptor_count', String(files)],
          ['zk_max_file_descriptor_count', String(limit)],
          ['zk_ephemerals_count', String(agoMs < 600_000 ? ephemerals : before)],
        ]),
    },
  ];
  proveCheck(
    keeperLimits,
    ensembleCases([
      { name: 'few', keepers: of(100, 1_024), expected: [] },
      { name: 'near the limit', keepers: of(900, 1_024), expected: [{ severity: 'high' }] },
      { name: 'many', keepers: of(5_000, 1_000_000), expected: [{ severity: 'warning' }] },
      { name: 'a rise', keepers: of(100, 1_024, 1_100, 100), expected: [{ severity: 'warning' }] },
      { name: 'a rise of few', keepers: of(100, 1_024, 600, 50), expected: [] },
      { name: 'many, as ever', keepers: of(100, 1_024, 5_000), expected: [] },
    ]),
  );
});

test('growth', () => {
  const of = (nodes: number, bytes: number, perHour: number) => [
    {
      id: 'k1:2181',
      mntr: (agoMs: number) => {
        const factor = 1 - (perHour * agoMs) / 3_600_000;
        return new Map([
          ['zk_znode_count', String(Math.round(nodes * factor))],
          ['zk_approximate_data_size', String(Math.round(bytes * factor))],
        ]);
      },
    },
  ];
  proveCheck(
    keeperGrowth,
    ensembleCases([
      { name: 'grows slowly', keepers: of(200_000, 2e8, 0.001), expected: [] },
      { name: 'few nodes', keepers: of(50_000, 5e7, 0.05), expected: [] },
      { name: 'nodes', keepers: of(200_000, 5e7, 0.02), expected: [{ severity: 'warning' }] },
      { name: 'bytes', keepers: of(50_000, 2e8, 0.02), expected: [{ severity: 'warning' }] },
    ]),
  );
});

test('quorum', () => {
  const of = (...states: (Record<string, string> | undefined)[]) =>
    states.map((state, place) => keeper(`k${place + 1}:2181`, state));
  proveCheck(
    keeperQuorum,
    ensembleCases([
      { name: 'three', keepers: of(leader(), follower, follower), expected: [] },
      {
        name: 'one',
        keepers: of({ zk_server_state: 'standalone' }),
        expected: [{ severity: 'warning' }],
      },
      { name: 'two', keepers: of(leader(1), follower), expected: [{ severity: 'warning' }] },
      { name: 'the leader of three was named', keepers: of(leader(2)), expected: [] },
      { name: 'a follower of some was named', keepers: of(follower), expected: 'unknown' },
    ]),
  );
});

test('numbers of requests that run out', () => {
  const session = (xid: number, sessionSeconds: number) => ({
    rows: { keeper_sessions: [{ name: 'default', xid, sessionSeconds }] },
  });
  proveCheck(keeperXid, [
    { name: 'far off', node: session(1_000_000, 86_400), expected: [] },
    { name: 'young', node: session(0, 0), expected: [] },
    {
      name: 'soon',
      node: session(2 ** 31 - 1_000_000, 30 * 86_400),
      expected: [{ severity: 'info', subject: { object: 'default' } }],
    },
    { name: '64 bits', node: session(2 ** 33, 86_400), expected: 'not_applicable' },
  ]);
});
