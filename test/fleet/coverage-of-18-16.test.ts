import { afterAll, beforeAll, expect, test } from 'vitest';
import { checks } from '../../src/core/health/catalogue.ts';
import type { Evaluation } from '../../src/core/health/evaluate/evaluate.ts';
import { type Watch, watchNodes } from '../../src/core/health/testing/watch-nodes.ts';
import { eventually } from '../peers/castellan.ts';
import { blindPassword, monitorPassword } from '../peers/clickhouse-config.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';
import { untilFound, untilWell } from './fault-watch.ts';
import { watchedServer } from './watching.ts';

/** What of a server of 2018 can be answered: by all checks, from what it really has. */
let pair: ClickHousePair;
let watch: Watch;
beforeAll(async () => {
  pair = await startClickHousePair();
  watch = watchNodes(pair.servers.map(watchedServer), checks);
});
afterAll(() => pair?.stop());

const idsOf = ({ outcomes }: Evaluation, outcome: string): string[] =>
  [
    ...new Set(outcomes.filter((each) => each.outcome === outcome).map(({ check }) => check)),
  ].sort();

/** Checks of what there is none of on a server without tables. */
const aboutObjects = [
  'buffer-flush',
  'dictionary-age',
  'dictionary-load',
  'distributed-queue',
  'kafka-consumers',
  'replica-data-loss',
  'replica-divergence',
  'replica-exception',
  'replica-fetch-failures',
  'replica-inactive',
  'replica-lag',
  'replica-log-gap',
  'replica-lost-parts',
  'replica-parity',
  'replica-queue',
  'replica-readonly',
  'replica-stuck-entries',
  'replica-suspect-parts',
  'replica-wedged-fetch',
  'view-failures',
  'view-refreshes',
];

test('without tables, checks of tables do not apply; what is younger than the server does not either', async () => {
  const found = await watch.rounds(2);
  expect(idsOf(found, 'not_applicable')).toEqual(
    [
      ...aboutObjects,
      'backup-failure',
      'backup-shape',
      'expired-rows',
      'fatal-log',
      'server-crash',
      'server-warnings',
      'shard-without-replica',
      'system-log-ttl',
      'tls-expiry',
    ].sort(),
  );
  expect(watch.outcome('replica-lag')).toBe(
    'not_applicable: There are no replicated tables on this server.',
  );
  expect(watch.outcome('backup-failure')).toBe(
    'not_applicable: BACKUP and RESTORE came with ClickHouse 22.7; this server is 18.16.1.',
  );
});

test('with tables of each kind, what this version cannot show is unknown, and most has an answer', async () => {
  const [first] = pair.servers;
  for (const server of pair.servers)
    await server.query(
      `CREATE TABLE t (d Date, a UInt64) ENGINE = ReplicatedMergeTree('/t', '${server.replica}', d, a, 8192)`,
    );
  await first.query('CREATE TABLE buffered AS t ENGINE = Buffer(default, t, 1, 1, 1, 1, 1, 1, 1)');
  await first.query('CREATE TABLE spread AS t ENGINE = Distributed(pair, default, t)');
  await first.query('CREATE MATERIALIZED VIEW v ENGINE = Memory AS SELECT a FROM t');
  await first.query("INSERT INTO t VALUES ('2026-01-01', 1)");
  const logged = () => first.query('EXISTS TABLE system.part_log');
  await eventually(logged, (text) => text === '1');
  await pair.servers[1].query("INSERT INTO t VALUES ('2026-01-02', 2)");
  await eventually(
    () => pair.servers[1].query('EXISTS TABLE system.part_log'),
    (text) => text === '1',
  );
  // Long enough for what is counted over half an hour.
  for (let step = 0; step < 9; step++) {
    watch.later(240_000);
    await watch.rounds();
  }
  const found = await watch.rounds();
  expect(idsOf(found, 'unknown')).toEqual([
    'access-drift',
    'backup-age',
    'cluster-errors',
    'cpu-load',
    'ddl-queue',
    'detached-parts',
    'disk-forecast',
    'disk-space',
    'disk-state',
    'distributed-queue',
    'dns-errors',
    'inodes',
    'keeper-backlog',
    'keeper-growth',
    'keeper-leader',
    'keeper-limits',
    'keeper-node-down',
    'keeper-quorum',
    'keeper-server-latency',
    'keeper-xid',
    'login-failures',
    'memory-held',
    'memory-use',
    'merge-headroom',
    'monitor-blind',
    'pool-saturation',
    'query-regression',
    'replica-exception',
    'replica-wedged-fetch',
    'restart-risk',
    'system-log-size',
    'thread-pool',
    'unusually-long-query',
    'view-failures',
    'weak-account',
  ]);
  const { answered, total } = found.coverage;
  expect(answered / total).toBeGreaterThan(0.6);
  expect(watch.outcome('keeper-leader')).toMatch(/^unknown: .*name the Keeper servers/);
  expect(watch.outcome('replica-lost-parts')).toMatch(
    /^not_applicable: .* came with ClickHouse 23.4/,
  );
  expect(watch.outcome('config-drift')).toBe('ok');
});

test('monitor-blind: a user who may see only some databases, and the partition with most parts is in another', async () => {
  const [server] = pair.servers;
  await server.query('CREATE DATABASE hidden');
  await server.query('CREATE TABLE hidden.t (a UInt64) ENGINE = MergeTree ORDER BY a');
  await server.query('SYSTEM STOP MERGES hidden.t');
  for (let part = 0; part < 70; part++) await server.query(`INSERT INTO hidden.t VALUES (${part})`);
  const watching = (user: string, password: string): Watch =>
    watchNodes(
      [
        {
          id: 'r1:8123',
          rows: async (sql) =>
            JSON.parse(await server.query(`${sql} FORMAT JSONCompact`, { user, password })).data,
        },
      ],
      checks.filter(({ id }) => id === 'monitor-blind'),
    );
  const blind = watching('blind', blindPassword);
  // The server counts once a minute.
  await untilFound(blind, 'monitor-blind critical');
  expect(blind.findings()[0]?.message).toMatch(
    /^The monitoring user sees 50 of (6|7)\d parts of one partition/,
  );
  const seeing = watching('monitor', monitorPassword);
  await seeing.rounds();
  expect(seeing.outcome('monitor-blind')).toMatch(/^unknown/);
  await server.query('DROP DATABASE hidden');
  await untilWell(blind);
  expect(blind.outcome('monitor-blind')).toMatch(/^unknown/);
});
