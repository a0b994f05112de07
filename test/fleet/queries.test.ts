import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { QueriesData, QueryData } from '../../src/model/fleet/query-insights.ts';
import type {
  KillData,
  KillRecord,
  RunningData,
  RunningQuery,
} from '../../src/model/fleet/query-kill.ts';
import {
  type Castellan,
  eventually,
  freePorts,
  type Ports,
  startCastellan,
} from '../peers/castellan.ts';
import { monitorPassword, viewerPassword } from '../peers/clickhouse-config.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';

let pair: ClickHousePair;
let castellan: Castellan;
let ports: Ports;
/** The same pair, watched by a user who may do all, and by one with readonly = 1. */
let able = '';
let reading = '';
const dataDir = mkdtempSync(join(tmpdir(), 'castellan-queries-'));
const patienceMs = 90_000;
/** A twentieth of it counts where patterns have to take the literals out, as on 18.16. */
const rowLimit = 20_000;
const env = {
  COLLECTION_INTERVAL: '5',
  CACHE_TTL: '0',
  MONITOR_QUERY_ROWS: String(rowLimit),
  MONITOR_QUERY_TIME: '300s',
};
const start = (more: Record<string, string>) =>
  startCastellan({ dataDir, ports, env: { ...env, ...more } });

beforeAll(async () => {
  ports = await freePorts();
  [pair, castellan] = await Promise.all([
    startClickHousePair(),
    start({ CASTELLAN_KILL_QUERIES: 'on' }),
  ]);
  able = await add('able', 'monitor', monitorPassword);
  reading = await add('reading', 'viewer', viewerPassword);
});
afterAll(async () => {
  await castellan?.stop();
  await pair?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function add(name: string, username: string, password: string): Promise<string> {
  const { id } = await castellan.api<{ id: string }>('POST', '/clusters', {
    name,
    host: pair.servers[0].host,
    port: pair.servers[0].httpPort,
    username,
    password,
    nodes: pair.servers.map(({ host, httpPort }) => ({ host, port: httpPort })),
  });
  return id;
}
const idOf = (server: 0 | 1) => `${pair.servers[server].host}:${pair.servers[server].httpPort}`;
const queries = (cluster: string, query = '') =>
  castellan.api<QueriesData>('GET', `/clusters/${cluster}/queries?${query}`);
const running = (cluster: string) =>
  castellan.api<RunningData>('GET', `/clusters/${cluster}/queries/running`);
const kills = async (cluster: string) =>
  (await castellan.api<{ kills: KillRecord[] }>('GET', `/clusters/${cluster}/queries/kills`)).kills;
const kill = (cluster: string, query: RunningQuery, more: object) => {
  const { node, queryId, user, textBytes, startedSeconds } = query;
  const identity = { node, queryId, user, textBytes, startedSeconds };
  return castellan.api<KillData>('POST', `/clusters/${cluster}/queries/kill`, {
    ...identity,
    ...more,
  });
};

/** What `castellan clusters queries` prints. */
async function printed(...words: string[]): Promise<string> {
  const entry = resolve(import.meta.dirname, '../../src/apps/cli/castellan.ts');
  const args = [entry, 'clusters', 'queries', ...words, '--url', castellan.url];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
  return out;
}

/** Runs until it is killed, or for minutes. */
async function begin(queryId: string, sql: string) {
  const { url } = pair.servers[0];
  const ended = fetch(`${url}/?query_id=${queryId}`, { method: 'POST', body: sql }).then(
    (response) => response.text(),
  );
  const found = (data: RunningData) => data.queries.find((query) => query.queryId === queryId);
  const seen = await eventually(
    () => running(able),
    (data) => found(data) !== undefined,
    patienceMs,
  );
  return { query: found(seen)!, ended };
}
const endless = "SELECT count() FROM system.numbers WHERE number % 3 = 5 AND 'hidden-word' != ''";

test('fingerprints of both nodes are added up, without a literal, by whatever is asked', async () => {
  const [first, second] = pair.servers;
  await first.query(
    "CREATE TABLE default.orders ON CLUSTER pair (d Date, k UInt64) ENGINE = ReplicatedMergeTree('/tables/{shard}/orders', '{replica}', d, k, 8192)",
  );
  for (const server of [first, second])
    for (const k of [1, 2, 3])
      await server.query(
        `SELECT count() FROM default.orders WHERE k = ${k} AND 'hidden-${k}' != ''`,
      );
  await first.query('INSERT INTO default.orders SELECT today(), number FROM numbers(50)');
  await expect(first.query("SELECT nothing, 'hidden-word' FROM default.orders")).rejects.toThrow();

  const counted = (data: QueriesData) =>
    data.groups.find(({ shape }) => shape.startsWith('SELECT count() FROM default.orders'));
  const all = await eventually(
    () => queries(able),
    (data) => counted(data)?.runs === 6 && data.groups.some(({ failed }) => failed > 0),
    patienceMs,
  );
  expect(counted(all)).toMatchObject({
    kind: 'select',
    failed: 0,
    users: ['default'],
    tables: ['default.orders'],
    nodes: [idOf(0), idOf(1)].sort(),
    shape: 'SELECT count() FROM default.orders WHERE k = ? AND ? != ?',
  });
  expect(all.nodes).toMatchObject([
    { node: idOf(0), ok: true, normalizedBy: 'patterns' },
    { node: idOf(1), ok: true },
  ]);
  expect(all.nodes[0]?.sql.at(-1)).toMatch(/SETTINGS max_execution_time = 10, /);
  expect(JSON.stringify(all)).not.toContain('hidden-');
  expect(JSON.stringify(all)).not.toContain('castellan-monitor-state');

  const keys = async (query: string) =>
    (await queries(able, query)).groups.map(({ key, runs }) => `${key}=${runs}`).sort();
  expect(await keys('by=table&kind=select&user=default&text=from+DEFAULT.orders')).toEqual([
    'default.orders=7',
  ]);
  expect(await keys('by=error&table=default.orders&kind=select')).toEqual(['0=6', '47=1']);
  expect(await keys('by=node&table=default.orders&kind=insert')).toEqual([`${idOf(0)}=1`]);
  expect(await keys(`by=kind&node=${idOf(1)}&table=default.orders`)).toEqual(['select=3']);
  // Whoever looks for a value must not be told that it is there.
  expect(await keys('text=hidden')).toEqual([]);
  const none = await queries(able, 'user=nobody');
  expect(none.empty).toMatchObject({ reason: 'none', message: expect.stringContaining('filter') });

  const one = await castellan.api<QueryData>(
    'GET',
    `/clusters/${able}/queries/${counted(all)!.key}`,
  );
  expect(one.query?.runs).toBe(6);
  expect(one.byNode.map(({ name, runs }) => [name, runs]).sort()).toEqual(
    [idOf(0), idOf(1)].map((id) => [id, 3]).sort(),
  );
  expect(one.users).toMatchObject([{ name: 'default', runs: 6 }]);
  expect(one.executions).toHaveLength(6);
  expect(one.trend.reduce((sum, { runs }) => sum + runs, 0)).toBe(6);
  expect(JSON.stringify(one)).not.toContain('hidden-');
});

test('the command prints them as a table, or as the API has them', async () => {
  const table = await printed('able', '--by', 'table', '--kind', 'select', '--user', 'default');
  expect(table).toMatch(/^ *7 .* default\.orders$/m);
  const json = JSON.parse(await printed('able', '--sort', 'runs', '--json')) as QueriesData;
  expect(json.groups.length).toBeGreaterThan(0);
});

test('a user with readonly = 1 sees the same, without settings in its statements', async () => {
  const data = await eventually(
    () => queries(reading),
    ({ groups }) => groups.length > 0,
    patienceMs,
  );
  expect(data.nodes.every(({ ok, sql }) => ok && !sql.join().includes('SETTINGS'))).toBe(true);
});

test('a long query is seen, guarded, killed, and kept; each try before it, too', async () => {
  const { query, ended } = await begin('endless-1', endless);
  expect(query).toMatchObject({ node: idOf(0), user: 'default', kind: 'select', initial: true });
  expect(query.shape).toBe('SELECT count() FROM system.numbers WHERE number % ? = ? AND ? != ?');
  expect(query.text).toBeUndefined();

  const trial = await kill(able, query, { dryRun: true });
  expect(trial).toMatchObject({ possible: true, dryRun: true, node: idOf(0) });
  expect(trial.sql).toBe(
    `KILL QUERY WHERE query_id = 'endless-1' AND user = 'default' AND length(query) = ${endless.length} AND elapsed > toUnixTimestamp(now()) - ${query.startedSeconds + 2} ASYNC`,
  );
  expect(await kills(able)).toEqual([]);

  expect(await kill(able, query, {})).toMatchObject({ outcome: 'refused', possible: false });
  expect(await kill(able, query, { confirm: 'endless' })).toMatchObject({ outcome: 'refused' });
  const other = { ...query, textBytes: query.textBytes + 1 };
  expect(await kill(able, other, { confirm: 'endless-1' })).toMatchObject({ outcome: 'gone' });
  const own = { ...query, queryId: 'castellan-monitor-state-1' };
  expect(await kill(able, own, { confirm: own.queryId })).toMatchObject({
    outcome: 'refused',
    detail: expect.stringContaining('monitor itself'),
  });
  expect((await running(able)).queries.some(({ queryId }) => queryId === 'endless-1')).toBe(true);

  expect(await kill(able, query, { confirm: 'endless-1' })).toMatchObject({
    outcome: 'killed',
    sql: trial.sql,
  });
  expect(await ended).toMatch(/Query was cancelled/);
  expect(await kill(able, query, { confirm: 'endless-1' })).toMatchObject({ outcome: 'gone' });
  expect((await kills(able)).map(({ outcome }) => outcome)).toEqual([
    'gone',
    'killed',
    'refused',
    'gone',
    'refused',
    'refused',
  ]);
});

test('without the right nothing is killed, and what is missing is said', async () => {
  const { query, ended } = await begin('endless-2', endless);
  const seen = await eventually(
    () => running(reading),
    ({ queries: all }) => all.some(({ queryId }) => queryId === 'endless-2'),
    patienceMs,
  );
  const same = seen.queries.find(({ queryId }) => queryId === 'endless-2')!;
  const trial = await kill(reading, same, { dryRun: true });
  expect(trial).toMatchObject({
    possible: false,
    grant: expect.stringMatching(/^GRANT KILL QUERY/),
  });
  expect(await kill(reading, same, { confirm: 'endless-2' })).toMatchObject({
    outcome: 'refused',
    detail: expect.stringMatching(/Readonly user viewer .*right KILL QUERY.*readonly = 1/),
    grant: expect.stringContaining('TO `viewer`'),
  });
  expect((await running(able)).queries.some(({ queryId }) => queryId === 'endless-2')).toBe(true);
  expect(await kills(reading)).toMatchObject([
    { outcome: 'refused', queryId: 'endless-2', shape: query.shape, clusterName: 'reading' },
  ]);
  // A page elsewhere cannot make a browser do it, and no link can.
  const url = `${castellan.url}/api/v1/clusters/${able}/queries/kill`;
  const forged = await fetch(url, {
    method: 'POST',
    headers: { origin: 'https://elsewhere.example', 'content-type': 'application/json' },
    body: JSON.stringify({ ...query, confirm: 'endless-2' }),
  });
  expect(forged.status).toBe(403);
  expect((await fetch(url)).ok).toBe(false);
  await kill(able, query, { confirm: 'endless-2' });
  await ended;
});

test('a query that took the id since is another one', async () => {
  const before = await begin('endless-3', endless);
  await kill(able, before.query, { confirm: 'endless-3' });
  await before.ended;
  // The same text under the same id, so that only its start tells them apart.
  const startedMs = Date.now();
  await eventually(
    () => Date.now() - startedMs,
    (ms) => ms > 4_000,
  );
  const after = await begin('endless-3', endless);
  expect(await kill(able, before.query, { confirm: 'endless-3' })).toMatchObject({
    outcome: 'gone',
  });
  expect(await kill(able, after.query, { confirm: 'endless-3' })).toMatchObject({
    outcome: 'killed',
  });
  await after.ended;
});

test('a log of more rows than may be read is counted from where it fits', async () => {
  const [first] = pair.servers;
  const fromMs = Date.now();
  for (let round = 0; round < 40; round++)
    await Promise.all(Array.from({ length: 20 }, () => first.query(`SELECT ${round}`)));
  const shape = (data: QueriesData) => data.groups.find((group) => group.shape === 'SELECT ?');
  const from = new Date(fromMs - 600_000).toISOString();
  const node = `from=${from}&to=${new Date(fromMs + 600_000).toISOString()}&node=${idOf(0)}`;
  const data = await eventually(
    () => queries(able, node),
    (each) => each.nodes[0]?.countedFrom !== undefined && shape(each) !== undefined,
    patienceMs,
  );
  // Ended queries; the log has a row for the beginning of each as well.
  expect(shape(data)?.runs).toBeLessThanOrEqual(rowLimit / 20);
  expect(Date.parse(data.nodes[0]!.countedFrom!)).toBeGreaterThan(Date.parse(from));
});

test('a node that is down is named; tries to kill outlive a restart, and the setting forbids more', async () => {
  await pair.servers[1].stop();
  await pair.servers[0].query('SELECT max(k) FROM default.orders');
  const isDown = ({ nodes, groups }: QueriesData) =>
    nodes.some(({ ok }) => !ok) && groups.some(({ shape }) => shape.startsWith('SELECT max'));
  const data = await eventually(() => queries(able), isDown, patienceMs);
  expect(data.nodes.find(({ ok }) => !ok)).toMatchObject({
    node: idOf(1),
    reason: expect.stringMatching(/offline|error/),
    detail: expect.stringContaining('ECONNREFUSED'),
  });
  await pair.servers[1].start();

  const before = await kills(able);
  await castellan.stop();
  castellan = await start({});
  expect(await kills(able)).toEqual(before);
  expect(before.find(({ outcome }) => outcome === 'killed')).toMatchObject({
    actor: 'open mode',
    address: '127.0.0.1',
    node: idOf(0),
    user: 'default',
    shape: 'SELECT count() FROM system.numbers WHERE number % ? = ? AND ? != ?',
    clusterName: 'able',
  });
  const { query, ended } = await begin('endless-4', endless);
  expect((await running(able)).killing.enabled).toBe(false);
  expect(await kill(able, query, { confirm: 'endless-4' })).toMatchObject({
    outcome: 'refused',
    detail: expect.stringContaining('CASTELLAN_KILL_QUERIES'),
  });
  expect((await kills(able))[0]).toMatchObject({ outcome: 'refused', queryId: 'endless-4' });
  await pair.servers[0].query("KILL QUERY WHERE query_id = 'endless-4' SYNC");
  await ended;
});
