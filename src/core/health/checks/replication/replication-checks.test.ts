import { test } from 'vitest';
import type { ReadingRow } from '../../../../model/fleet/reading.ts';
import { caseStartMs, type NodeCase, proveCheck } from '../../testing/prove-check.ts';
import { replicaDataLoss, replicaLostParts } from './replica-data-loss.ts';
import { replicaDivergence } from './replica-divergence.ts';
import { replicaException } from './replica-exception.ts';
import { replicaFetchFailures } from './replica-fetch-failures.ts';
import { replicaInactive } from './replica-inactive.ts';
import { replicaLag } from './replica-lag.ts';
import { replicaLogGap } from './replica-log-gap.ts';
import { replicaQueue } from './replica-queue.ts';
import { replicaReadonly } from './replica-readonly.ts';
import { replicaStuckEntries } from './replica-stuck-entries.ts';
import { replicaSuspectParts } from './replica-suspect-parts.ts';
import { replicaWedgedFetch } from './replica-wedged-fetch.ts';
import { unreplicatedTables } from './unreplicated-tables.ts';

const subject = { database: 'd', table: 't' };
const hour = 3_600;

const replica = (row: ReadingRow = {}): ReadingRow => ({
  ...subject,
  isReadonly: false,
  isSessionExpired: false,
  queueSize: 1,
  insertsInQueue: 1,
  mergesInQueue: 0,
  absoluteDelaySeconds: 0,
  partsToCheck: 0,
  lastQueueUpdateException: '',
  replicaName: 'r1',
  zookeeperPath: '/t',
  replicaPath: '/t/replicas/r1',
  ...row,
});
const log = (row: ReadingRow = {}): ReadingRow => ({
  ...subject,
  logMaxIndex: 10,
  logPointer: 11,
  totalReplicas: 2,
  activeReplicas: 2,
  lostParts: 0,
  zookeeperException: '',
  ...row,
});
const replicas = (row: ReadingRow = {}): NodeCase => ({ rows: { replicas: [replica(row)] } });
const logs = (row: ReadingRow = {}): NodeCase => ({ rows: { replica_logs: [log(row)] } });

test('replica-readonly: read-only or without a session, for two minutes', () => {
  proveCheck(replicaReadonly, [
    { name: 'well', node: replicas(), expected: [] },
    {
      name: 'read-only',
      node: replicas({ isReadonly: true }),
      expected: [{ severity: 'critical', subject }],
    },
    {
      name: 'lost its session, as 18.16 shows it',
      node: replicas({ isSessionExpired: true }),
      expected: [{ severity: 'critical', subject }],
    },
    {
      name: 'just started',
      node: { ...replicas({ isReadonly: true }), uptimeMs: 60_000 },
      expected: 'not_applicable',
    },
  ]);
});

test('replica-lag: by thresholds, only with work to do, without the delays of 1970', () => {
  const late = (absoluteDelaySeconds: number, queueSize = 1) =>
    replicas({ absoluteDelaySeconds, queueSize });
  proveCheck(replicaLag, [
    { name: 'well', node: replicas(), expected: [] },
    { name: 'at the threshold', node: late(60), expected: [] },
    { name: 'late', node: late(61), expected: [{ severity: 'warning', subject }] },
    { name: 'late, nothing to do', node: late(90, 0), expected: [] },
    { name: 'later', node: late(301), expected: [{ severity: 'high', subject }] },
    { name: 'later, nothing to do', node: late(301, 0), expected: [] },
    { name: 'very late', node: late(3_601), expected: [{ severity: 'critical', subject }] },
    { name: 'very late, nothing to do', node: late(3_601, 0), expected: [] },
    {
      name: 'going back stays high until 250 s',
      first: { node: late(301) },
      node: late(251),
      expected: [{ severity: 'high', subject }],
    },
    {
      name: 'below 250 s it is a warning again',
      first: { node: late(301) },
      node: late(249),
      expected: [{ severity: 'warning', subject }],
    },
    { name: 'fifty-two years', node: late(1_790_000_000), expected: 'unknown' },
  ]);
});

test("replica-queue: by the table's own limit of merges", () => {
  const queue = (queueSize: number, limit?: number): NodeCase => ({
    ...replicas({ queueSize }),
    ...(limit && { mergeTreeSettings: { max_replicated_merges_in_queue: limit } }),
  });
  proveCheck(replicaQueue, [
    { name: 'well', node: queue(200), expected: [] },
    { name: 'long', node: queue(201), expected: [{ severity: 'warning', subject }] },
    { name: 'longer', node: queue(501), expected: [{ severity: 'critical', subject }] },
    { name: 'allowed to be long', node: queue(501, 5_000), expected: [] },
    { name: 'kept short', node: queue(60, 100), expected: [{ severity: 'critical', subject }] },
  ]);
});

test('replica-stuck-entries: tries, postponements, failures and age', () => {
  const at = { ...subject, object: 'GET_PART' };
  const entry =
    (row: ReadingRow, ageSeconds = 10) =>
    (atMs: number): ReadingRow[] => [
      {
        ...subject,
        type: 'GET_PART',
        entries: 3,
        mostTries: 1,
        mostPostponed: 0,
        oldestCreated: atMs / 1_000 - ageSeconds,
        failing: 0,
        lastException: '',
        postponeReason: '',
        ...row,
      },
    ];
  const node = (row: ReadingRow, ageSeconds?: number): NodeCase => ({
    rows: { replication_queue: entry(row, ageSeconds) },
  });
  proveCheck(replicaStuckEntries, [
    { name: 'empty', node: {}, expected: [] },
    { name: 'busy', node: node({ mostTries: 100, mostPostponed: 5_000 }), expected: [] },
    {
      name: 'tried often',
      node: node({ mostTries: 101 }),
      expected: [{ severity: 'critical', subject: at }],
    },
    {
      name: 'postponed often, for more than an hour',
      node: node({ mostPostponed: 1_001 }, hour + 1),
      expected: [{ severity: 'critical', subject: at }],
    },
    {
      name: 'failing',
      node: node({ failing: 1, lastException: 'No active replica has part' }),
      expected: [{ severity: 'critical', subject: at }],
    },
    { name: 'old', node: node({}, hour + 1), expected: [{ severity: 'warning', subject: at }] },
    {
      name: 'a day old',
      node: node({}, 24 * hour + 1),
      expected: [{ severity: 'critical', subject: at }],
    },
    {
      name: "the server's clock counts",
      node: { skewMs: 86_400_000, rows: { replication_queue: entry({}, -86_400) } },
      expected: [],
    },
  ]);
});

test('replica-inactive: for five minutes, and for a week', () => {
  const short = { severity: 'warning', subject } as const;
  proveCheck(replicaInactive, [
    { name: 'well', node: logs(), expected: [] },
    {
      name: 'one is away, for a week in the end',
      node: logs({ activeReplicas: 1 }),
      expected: [short, { severity: 'info', subject: { ...subject, object: 'left behind' } }],
    },
  ]);
});

test('replica-log-gap', () => {
  const gap = (logMaxIndex: number) => logs({ logMaxIndex, logPointer: 0 });
  proveCheck(replicaLogGap, [
    { name: 'well', node: logs(), expected: [] },
    { name: 'at the threshold', node: gap(100), expected: [] },
    { name: 'behind', node: gap(101), expected: [{ severity: 'warning', subject }] },
    { name: 'far behind', node: gap(1_001), expected: [{ severity: 'critical', subject }] },
  ]);
});

test('replica-suspect-parts', () => {
  const parts = (partsToCheck: number) => replicas({ partsToCheck });
  proveCheck(replicaSuspectParts, [
    { name: 'a few', node: parts(10), expected: [] },
    { name: 'some', node: parts(11), expected: [{ severity: 'warning', subject }] },
    { name: 'many', node: parts(21), expected: [{ severity: 'critical', subject }] },
  ]);
});

test('replica-data-loss and replica-lost-parts: any increase, not what is long known', () => {
  proveCheck(replicaDataLoss, [
    { name: 'well', node: {}, expected: [] },
    { name: 'long ago', node: { counters: { ReplicatedDataLoss: 7 } }, expected: [] },
    {
      name: 'now',
      node: { increases: { ReplicatedDataLoss: 1 } },
      expected: [{ severity: 'critical' }],
    },
  ]);
  const lost = (count: (atMs: number) => number): NodeCase => ({
    rows: { replica_logs: (atMs) => [log({ lostParts: count(atMs) })] },
  });
  proveCheck(replicaLostParts, [
    { name: 'well', node: logs(), expected: [] },
    { name: 'long ago', node: lost(() => 7), expected: [] },
    {
      name: 'more each time',
      node: lost((atMs) => Math.round((atMs - caseStartMs) / 60_000) + 100),
      expected: [{ severity: 'critical', subject }],
    },
  ]);
});

test('replica-fetch-failures: in three minutes of five', () => {
  const burst = (agoMs: number) => (agoMs <= 60_000 ? 5 : 0);
  proveCheck(replicaFetchFailures, [
    { name: 'well', node: {}, expected: [] },
    { name: 'one burst', node: { counters: { ReplicatedPartFailedFetches: burst } }, expected: [] },
    {
      name: 'fetches',
      node: { increases: { ReplicatedPartFailedFetches: 8 } },
      expected: [{ severity: 'warning', subject: { object: 'fetches' } }],
    },
    {
      name: 'checks',
      node: { increases: { ReplicatedPartChecksFailed: 8 } },
      expected: [{ severity: 'warning', subject: { object: 'checks' } }],
    },
  ]);
});

test('replica-divergence: merges and mutations', () => {
  proveCheck(replicaDivergence, [
    { name: 'well', node: {}, expected: [] },
    {
      name: 'merges',
      node: { increases: { DataAfterMergeDiffersFromReplica: 1 } },
      expected: [{ severity: 'warning', subject: { object: 'merges' } }],
    },
    {
      name: 'mutations',
      node: { increases: { DataAfterMutationDiffersFromReplica: 1 } },
      expected: [{ severity: 'warning', subject: { object: 'mutations' } }],
    },
  ]);
});

test('replica-wedged-fetch: long, and no further than at the reading before', () => {
  const fetch = (elapsedSeconds: number, bytesRead: (atMs: number) => number): NodeCase => ({
    rows: {
      replicated_fetches: (atMs) => [
        {
          ...subject,
          part: 'all_1_1_0',
          elapsedSeconds,
          progress: 0.5,
          bytesRead: bytesRead(atMs),
          source: 'r2',
        },
      ],
    },
  });
  proveCheck(replicaWedgedFetch, [
    { name: 'none', node: {}, expected: [] },
    { name: 'long, and moving', node: fetch(700, (atMs) => atMs), expected: [] },
    { name: 'standing for a while', node: fetch(600, () => 5), expected: [] },
    {
      name: 'standing',
      node: fetch(601, () => 5),
      expected: [{ severity: 'warning', subject: { ...subject, object: 'all_1_1_0' } }],
    },
  ]);
});

test('replica-exception: of the queue and of Keeper', () => {
  const node = (queue: string, keeper: string): NodeCase => ({
    rows: {
      replicas: [replica({ lastQueueUpdateException: queue })],
      replica_logs: [log({ zookeeperException: keeper })],
    },
  });
  proveCheck(replicaException, [
    { name: 'well', node: node('', ''), expected: [] },
    {
      name: 'queue',
      node: node('Code: 33', ''),
      expected: [{ severity: 'critical', subject: { ...subject, object: 'queue' } }],
    },
    {
      name: 'keeper',
      node: node('', 'Code: 999'),
      expected: [{ severity: 'critical', subject: { ...subject, object: 'keeper' } }],
    },
  ]);
});

test('unreplicated-tables: where a shard has a second replica', () => {
  const node = (shard: number, tables: number): NodeCase => ({
    node: { shard },
    rows: { unreplicated_tables: [{ database: 'd', tables, example: 't' }] },
  });
  proveCheck(unreplicatedTables, [
    { name: 'none', nodes: [node(1, 0), node(1, 0)], expected: [] },
    { name: 'alone in its shard', nodes: [node(1, 2), node(2, 2)], expected: 'not_applicable' },
    {
      name: 'some',
      nodes: [node(1, 2), node(1, 0)],
      expected: [{ severity: 'info', subject: { node: 'n1:8123', database: 'd' } }],
    },
  ]);
});
