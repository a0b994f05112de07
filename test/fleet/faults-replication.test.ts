import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlName, sqlString, sqlTable } from '../../src/base/sql-text.ts';
import { checks } from '../../src/core/health/catalogue.ts';
import type { Check } from '../../src/core/health/check.ts';
import { evaluate } from '../../src/core/health/evaluate/evaluate.ts';
import {
  emptyMemory,
  type HealthState,
  type NodeObservation,
} from '../../src/core/health/index.ts';
import { type Watch, watchNodes } from '../../src/core/health/testing/watch-nodes.ts';
import type { Finding } from '../../src/model/fleet/finding.ts';
import { eventually } from '../peers/castellan.ts';
import {
  type ClickHousePair,
  type ClickHouseServer,
  startClickHousePair,
} from '../peers/clickhouse-pair.ts';

/** Faults of replication made on a real pair of 18.16 with ZooKeeper: found, and over again. */
let pair: ClickHousePair;
let first: ClickHouseServer;
let second: ClickHouseServer;

const database = "it's";
const month = 30 * 86_400_000;

beforeAll(async () => {
  pair = await startClickHousePair({ sessionTimeoutMs: 6_000 });
  [first, second] = pair.servers;
  for (const server of pair.servers) await server.query(`CREATE DATABASE ${sqlName(database)}`);
}, 240_000);
afterAll(() => pair?.stop());

const checkOf = (id: string): Check => {
  const found = checks.find((each) => each.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
};

/** Watches servers by some checks; each is taken to have run for a month. */
const watching = (servers: readonly ClickHouseServer[], ...ids: readonly string[]): Watch =>
  watchNodes(
    servers.map((server) => ({
      id: `${server.host}:${server.httpPort}`,
      rows: async (sql) => JSON.parse(await server.query(`${sql} FORMAT JSONCompact`)).data,
      uptimeMs: month,
    })),
    ids.map(checkOf),
  );

const told = (finding: Finding): string => `${finding.check} ${finding.severity}`;

const untilFound = (watch: Watch, ...expected: readonly string[]): Promise<readonly Finding[]> =>
  eventually(
    async () => {
      await watch.rounds();
      return watch.findings();
    },
    (found) => expected.every((each) => found.some((one) => told(one) === each)),
    90_000,
  );

const untilWell = (watch: Watch): Promise<readonly Finding[]> =>
  eventually(
    async () => {
      await watch.rounds();
      return watch.findings();
    },
    (found) => found.length === 0,
    120_000,
  );

/** Every fix that was offered is a statement that the server takes. */
async function runFixes(server: ClickHouseServer, findings: readonly Finding[]): Promise<void> {
  for (const { fix } of findings) if (fix) await server.query(fix.sql);
}

/** A table on both servers whose name must be quoted; `settings` follow its engine. */
async function makeTable(name: string, settings = ''): Promise<string> {
  const table = sqlTable({ database, name });
  for (const server of pair.servers)
    await server.query(
      `CREATE TABLE ${table} (d Date, k UInt64) ENGINE = ReplicatedMergeTree('/faults/${Buffer.from(name).toString('hex')}', '{replica}') PARTITION BY d ORDER BY k ${settings}`,
    );
  return table;
}

const insert = (server: ClickHouseServer, table: string, k: number): Promise<string> =>
  server.query(`INSERT INTO ${table} VALUES ('2026-01-01', ${k})`);

test('a replica that fetches nothing: its queue, its lag and its partitions', async () => {
  const table = await makeTable('sto`pped', 'SETTINGS max_replicated_merges_in_queue = 30');
  const watch = watching(
    pair.servers,
    'replica-queue',
    'replica-lag',
    'replica-stuck-entries',
    'replica-parity',
  );
  await insert(first, table, 0);
  await second.query(`SYSTEM SYNC REPLICA ${table}`);
  await watch.rounds(3);
  expect(watch.findings()).toEqual([]);
  expect(watch.outcome('replica-parity')).toBe('ok');

  await second.query(`SYSTEM STOP FETCHES ${table}`);
  for (let k = 1; k <= 40; k++) await insert(first, table, k);
  const found = await untilFound(
    watch,
    'replica-queue critical',
    'replica-lag warning',
    'replica-parity warning',
  );
  expect(new Set(found.map(({ subject }) => [subject.node, subject.table].join(' ')))).toEqual(
    new Set([`${second.host}:${second.httpPort} sto\`pped`]),
  );
  await runFixes(second, found);

  await second.query(`SYSTEM START FETCHES ${table}`);
  await untilWell(watch);
});

test('a replica whose source is dead: inactive, failing entries, failing fetches', async () => {
  const table = await makeTable('sour"ce');
  const watch = watching([second], 'replica-inactive', 'replica-stuck-entries');
  await watch.rounds(3);
  expect(watch.findings()).toEqual([]);

  await second.query(`SYSTEM STOP FETCHES ${table}`);
  await insert(first, table, 1);
  await first.kill();
  await second.query(`SYSTEM START FETCHES ${table}`);
  const found = await untilFound(
    watch,
    'replica-inactive warning',
    'replica-stuck-entries critical',
  );
  expect(found.find(({ check }) => check === 'replica-stuck-entries')?.message).toMatch(
    /failing for ten minutes\. The server says: .+/,
  );
  await runFixes(second, found);

  await first.start();
  await untilWell(watch);
});

test('a part that is gone from the disk of the only replica that had it', async () => {
  const name = 'damaged';
  const table = await makeTable(name);
  const watch = watching(pair.servers, 'replica-fetch-failures', 'replica-data-loss');
  await watch.rounds(3);
  expect(watch.findings()).toEqual([]);

  const folder = join(first.dataDir, 'data', 'it%27s', name);
  for (let k = 1; k <= 5; k++) {
    await second.query(`SYSTEM STOP FETCHES ${table}`);
    await insert(first, table, k);
    for (const part of readdirSync(folder).filter((each) => each.startsWith('20260101_')))
      for (const file of readdirSync(join(folder, part))) rmSync(join(folder, part, file));
    const before = await failedFetches(second);
    await second.query(`SYSTEM START FETCHES ${table}`);
    await eventually(
      () => failedFetches(second),
      (failed) => failed > before,
      60_000,
    );
    await watch.rounds();
  }
  expect(watch.findings().map(told)).toContain('replica-fetch-failures warning');
  await runFixes(second, await untilFound(watch, 'replica-data-loss critical'));
  // It gives up one part after the other: the hour begins after the last of them.
  await eventually(
    () => pendingWork(name),
    (pending) => pending === 0,
    120_000,
  );
  // An hour later, by the clock of the checks.
  await watch.rounds(64);
  expect(watch.findings()).toEqual([]);
});

/** What the replicas of a table still want to fetch or to look for. */
async function pendingWork(name: string): Promise<number> {
  const counts = await Promise.all(
    pair.servers.map((server) =>
      server.query(
        `SELECT sum(queue_size + parts_to_check) FROM system.replicas WHERE database = ${sqlString(database)} AND table = ${sqlString(name)}`,
      ),
    ),
  );
  return counts.reduce((sum, count) => sum + Number(count), 0);
}

const failedFetches = async (server: ClickHouseServer): Promise<number> =>
  Number(
    await server.query(
      "SELECT sum(value) FROM system.events WHERE event = 'ReplicatedPartFailedFetches'",
    ),
  );

test('ZooKeeper is gone: replicas take no writes, and lag is not 52 years', async () => {
  await makeTable('keeperless');
  const watch = watching(pair.servers, 'replica-readonly', 'replica-lag');
  await watch.rounds(3);
  expect(watch.findings()).toEqual([]);

  await pair.zookeeper.kill();
  const found = await untilFound(watch, 'replica-readonly critical');
  expect(new Set(found.map(told))).toEqual(new Set(['replica-readonly critical']));
  await pair.zookeeper.start();
  await untilWell(watch);
  for (const { fix } of found.slice(0, 1)) await first.query(fix?.sql ?? '');
});

test('a server that is down: its shard has one replica left, then none', async () => {
  const ids = ['node-down', 'shard-without-replica'];
  const misses = new Map<ClickHouseServer, number>();
  let previous: HealthState | undefined;
  let nowMs = Date.now();
  const observe = async (server: ClickHouseServer): Promise<NodeObservation> => {
    const id = `${server.host}:${server.httpPort}`;
    const node = { id, host: server.host, port: server.httpPort, hostName: id, shard: 1 };
    const empty = emptyMemory();
    const problem = await server.query('SELECT 1').then(
      () => undefined,
      (error: Error) => error.message,
    );
    misses.set(server, problem === undefined ? 0 : (misses.get(server) ?? 0) + 1);
    const missed = misses.get(server) ?? 0;
    return {
      node: { ...node, version: '18.16.1', online: missed === 0 },
      memory: empty,
      ...(problem !== undefined && {
        unreachable: { layer: 'tcp', message: problem, sinceMs: nowMs, misses: missed },
      }),
    };
  };
  const round = async (): Promise<string[]> => {
    nowMs += 15_000;
    const nodes = await Promise.all(pair.servers.map(observe));
    const cluster = { nodes, keepers: [] };
    const { state, findings } = evaluate({
      previous,
      cluster,
      marks: [],
      nowMs,
      checks: ids.map(checkOf),
    });
    previous = state;
    return findings.map((each) => `${told(each)}${each.cause === undefined ? '' : ', explained'}`);
  };
  expect(await round()).toEqual([]);
  await second.kill();
  expect(await round()).toEqual([]);
  expect(await round()).toEqual(['node-down warning', 'shard-without-replica warning, explained']);
  await first.kill();
  await round();
  expect(await round()).toEqual([
    'node-down warning',
    'node-down critical',
    'shard-without-replica critical, explained',
  ]);
  await Promise.all(pair.servers.map((server) => server.start()));
  expect(await round()).toEqual([]);
});

test('a version that gets no fixes any more', async () => {
  const watch = watching(pair.servers, 'version-skew');
  await watch.rounds(2);
  expect(watch.findings().map(told)).toEqual(['version-skew info', 'version-skew info']);
});

test('a server that was started anew', async () => {
  const watch = watchNodes(
    [
      {
        id: `${second.host}:${second.httpPort}`,
        rows: async (sql) => JSON.parse(await second.query(`${sql} FORMAT JSONCompact`)).data,
      },
    ],
    [checkOf('server-restarted')],
  );
  await second.kill();
  await second.start();
  await untilFound(watch, 'server-restarted warning');
  for (let restart = 0; restart < 3; restart++) {
    await second.kill();
    await second.start();
    await watch.rounds();
  }
  expect(watch.findings().map(told)).toEqual(['server-restarted critical']);
});
