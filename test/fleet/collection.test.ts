import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  connectNode,
  type NodeClient,
  probeNodeCapabilities,
  readMntr,
} from '../../src/adapters/clickhouse/fleet/index.ts';
import { loggedCosts } from '../../src/apps/monitor/collect/logged-costs.ts';
import { readTier, type TierAnswer } from '../../src/apps/monitor/collect/read-tier.ts';
import { ReadingPauses } from '../../src/apps/monitor/collect/reading-pauses.ts';
import { renderMonitoringUser } from '../../src/core/health/access/monitoring-user.ts';
import {
  type Capabilities,
  parseVitals,
  type Tier,
  vitalsStatement,
  wantedTables,
} from '../../src/core/health/index.ts';
import { monitorQueryPrefix } from '../../src/core/health/readings/monitor-query.ts';
import { eventually } from '../peers/castellan.ts';
import { monitorPassword, viewerPassword } from '../peers/clickhouse-config.ts';
import {
  type ClickHousePair,
  type ClickHouseServer,
  startClickHousePair,
} from '../peers/clickhouse-pair.ts';

/** Collecting from real servers of the oldest version that is supported. */
let pair: ClickHousePair;
let first: ClickHouseServer;
const clients: NodeClient[] = [];

beforeAll(async () => {
  pair = await startClickHousePair();
  [first] = pair.servers;
  await first.query(
    "CREATE TABLE default.events ON CLUSTER pair (d Date, k UInt64) ENGINE = ReplicatedMergeTree('/tables/{shard}/events', '{replica}', d, k, 8192)",
  );
  await first.query('INSERT INTO default.events SELECT today(), number FROM numbers(1000)');
  for (const log of ['query_log', 'part_log'])
    await eventually(
      () => first.query(`SELECT count() FROM system.${log}`).catch(() => '0'),
      (count) => count !== '0',
    );
});
afterAll(() => pair?.stop());
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

const clientOf = (username: string, password: string): NodeClient => {
  const target = { host: first.host, port: first.httpPort, username, password, secure: false };
  const client = connectNode(target);
  clients.push(client);
  return client;
};

const tiers = ['state', 'slow', 'logs', 'parts', 'daily'] as const;
const read = (client: NodeClient, tier: Tier, capabilities: Capabilities): Promise<TierAnswer> =>
  readTier({
    tier,
    capabilities,
    username: client.target.username,
    pauses: new ReadingPauses(),
    cadenceMs: 60_000,
    run: (sql) => client.run(sql),
  });

test('each kind of user can collect everything that the server has', async () => {
  const users = [
    ['default', ''],
    ['monitor', monitorPassword],
    ['viewer', viewerPassword],
  ] as const;
  const seen: string[][] = [];
  for (const [name, password] of users) {
    const client = clientOf(name, password);
    const capabilities = await probeNodeCapabilities(client, wantedTables);
    expect(capabilities.version).toMatch(/^18\.16\./);
    expect([...capabilities.denied]).toEqual([]);
    const sentMs = Date.now();
    const { rows } = await client.run(vitalsStatement(capabilities));
    const sample = parseVitals(rows, { sentMs, receivedMs: Date.now() });
    expect(sample?.gauges.get('Query')).toBeGreaterThan(0);
    expect(sample?.counters.get('Query')).toBeGreaterThan(0);
    expect(Math.abs(sample?.clock?.skewMs ?? Number.NaN)).toBeLessThan(5_000);
    const answered: string[] = [];
    for (const tier of tiers) {
      const { readings, lost } = await read(client, tier, capabilities);
      expect(lost).toBeUndefined();
      const failed = readings.filter(
        ({ gap }) => gap?.reason === 'error' || gap?.reason === 'grant',
      );
      expect(failed.map(({ name, gap }) => `${name}: ${gap?.detail}`)).toEqual([]);
      answered.push(...readings.filter(({ gap }) => !gap).map((reading) => reading.name));
    }
    seen.push(answered.sort());
  }
  expect(seen[0]!.length).toBeGreaterThan(5);
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
});

test("the monitor's own statements can be told from others, and change no settings", async () => {
  const client = clientOf('viewer', viewerPassword);
  const { queryId } = await client.run('SELECT 1 AS marked');
  expect(queryId.startsWith(monitorQueryPrefix)).toBe(true);
  const logged = await eventually(
    () =>
      first.rows<{ query: string; names: string[] }>(
        `SELECT query, Settings.Names AS names FROM system.query_log WHERE type = 2 AND query_id = '${queryId}'`,
      ),
    (rows) => rows.length > 0,
  );
  expect(logged[0]?.query).toBe('SELECT 1 AS marked FORMAT JSONCompact');
  const profile = ['readonly', 'log_queries'];
  const others = logged[0]?.names.filter((name) => !profile.includes(name)) ?? [];
  const inProfile = await first.rows<{ name: string }>(
    'SELECT name FROM system.settings WHERE changed',
    { user: 'viewer', password: viewerPassword },
  );
  expect(others.filter((name) => !inProfile.some((each) => each.name === name))).toEqual([]);
});

test('several readings in one statement keep their own order and limit', async () => {
  const part = (name: string, limit: number) =>
    `SELECT '${name}' AS name, number FROM (SELECT number FROM system.numbers LIMIT 9) ORDER BY number DESC LIMIT ${limit}`;
  const { rows } = await clientOf('viewer', viewerPassword).run(
    `${part('a', 2)} UNION ALL ${part('b', 3)}`,
  );
  expect(rows.map(([name, number]) => `${name}${number}`).sort()).toEqual([
    'a7',
    'a8',
    'b6',
    'b7',
    'b8',
  ]);
});

test('the query log tells what our own statements took, by what they were for', async () => {
  const client = clientOf('viewer', viewerPassword);
  const capabilities = await probeNodeCapabilities(client, wantedTables);
  for (let turn = 0; turn < 3; turn++)
    await client.run(vitalsStatement(capabilities), { kind: 'vitals' });
  const logged = await eventually(
    async () => {
      const { readings } = await read(client, 'slow', capabilities);
      const own = readings.filter(({ name }) => name === 'own_statements');
      return loggedCosts({ readings: new Map([['own_statements', own]]) }).get('vitals');
    },
    (each) => each?.cpuMs !== undefined,
  );
  expect(logged?.cpuMs).toBeGreaterThan(0);
  expect(logged?.readRows).toBeGreaterThan(100);
});

test('a reading that fails costs no other', async () => {
  const client = clientOf('default', '');
  const capabilities = await probeNodeCapabilities(client, wantedTables);
  const tables = new Map(capabilities.tables);
  tables.set('errors', new Set(['name', 'code', 'value', 'last_error_time', 'remote']));
  const { readings } = await read(client, 'state', { ...capabilities, tables });
  const failed = readings.filter(({ gap }) => gap?.detail.includes('system.errors'));
  expect(failed.length).toBeGreaterThan(0);
  const good = readings.filter(({ gap }) => gap === undefined);
  expect(good.map(({ name }) => name)).toContain('running_queries');
});

test('the users.xml of the grant builder makes a user who can collect', async () => {
  const { usersXml } = renderMonitoringUser({ username: 'watcher', password: 'a<b&c' });
  mkdirSync(join(first.folder, 'users.d'), { recursive: true });
  writeFileSync(join(first.folder, 'users.d', 'watcher.xml'), usersXml);
  const client = clientOf('watcher', 'a<b&c');
  const capabilities = await eventually(
    () => probeNodeCapabilities(client, wantedTables).catch(() => undefined),
    (found) => found !== undefined,
  );
  expect((await read(client, 'state', capabilities!)).lost).toBeUndefined();
  await expect(client.run('SELECT sleep(1)')).resolves.toBeDefined();
  await expect(
    first.query('CREATE TABLE default.no (d Date) ENGINE = Memory', {
      user: 'watcher',
      password: 'a<b&c',
    }),
  ).rejects.toThrow(/readonly/);
});

test('a connection that the server closed while idle is no miss', async () => {
  const client = clientOf('default', '');
  await client.run('SELECT 1');
  await first.kill();
  await first.start();
  expect((await client.run('SELECT 1')).rows).toEqual([[1]]);
});

test('a node that hangs fails by the limits, and answers when it goes on', async () => {
  const client = clientOf('default', '');
  await client.run('SELECT 1');
  await first.hang();
  const hanging = client.run('SELECT 1', { limits: { totalMs: 500 } });
  await expect(hanging).rejects.toMatchObject({ layer: 'timeout' });
  const fresh = clientOf('default', '').run('SELECT 1', { limits: { totalMs: 500 } });
  await expect(fresh).rejects.toMatchObject({ layer: 'timeout' });
  first.resume();
  await eventually(
    () =>
      client.run('SELECT 1').then(
        () => true,
        () => false,
      ),
    (answers) => answers,
  );
});

test("ZooKeeper's own words", async () => {
  const { zookeeper } = pair;
  const mntr = await readMntr(zookeeper);
  expect(mntr.get('zk_server_state')).toBe('standalone');
  await zookeeper.hang();
  await expect(readMntr(zookeeper, { totalMs: 300 })).rejects.toMatchObject({ layer: 'timeout' });
  zookeeper.resume();
  await eventually(
    () =>
      readMntr(zookeeper).then(
        (values) => values.size,
        () => 0,
      ),
    (size) => size > 0,
  );
});
