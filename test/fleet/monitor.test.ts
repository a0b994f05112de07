import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../src/model/fleet/finding.ts';
import type { ClusterData, ClusterTestData } from '../../src/model/fleet/fleet-api.ts';
import {
  type Castellan,
  eventually,
  freePorts,
  type Ports,
  startCastellan,
} from '../peers/castellan.ts';
import { monitorPassword } from '../peers/clickhouse-config.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';

let pair: ClickHousePair;
let castellan: Castellan;
let ports: Ports;
let id: string;
const dataDir = mkdtempSync(join(tmpdir(), 'castellan-monitor-'));
const env = { COLLECTION_INTERVAL: '5' };

beforeAll(async () => {
  ports = await freePorts();
  [pair, castellan] = await Promise.all([
    startClickHousePair(),
    startCastellan({ dataDir, ports, env }),
  ]);
});
afterAll(async () => {
  await castellan?.stop();
  await pair?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const settings = () => ({
  name: 'pair',
  host: pair.servers[0].host,
  port: pair.servers[0].httpPort,
  username: 'monitor',
  password: monitorPassword,
  nodes: pair.servers.map(({ host, httpPort }) => ({ host, port: httpPort })),
  keepers: [{ host: '127.0.0.1', port: pair.zookeeper.port }],
});
const cluster = () => castellan.api<ClusterData>('GET', `/clusters/${id}`);
const findings = async () =>
  (await castellan.api<{ findings: Finding[] }>('GET', `/clusters/${id}/findings`)).findings;
/** Whether enough of its checks were evaluated for a score. */
const isJudged = ({ score }: ClusterData) => score !== null;
const idOf = (server: 0 | 1) => `${pair.servers[server].host}:${pair.servers[server].httpPort}`;

/** Runs the command against the server; gives its exit code and what it printed. */
async function run(...words: string[]): Promise<{ code: number; out: string }> {
  const entry = resolve(import.meta.dirname, '../../src/apps/cli/castellan.ts');
  const child = spawn(process.execPath, [entry, ...words, '--url', castellan.url], {
    env: { PATH: process.env.PATH, PAIR_PASSWORD: monitorPassword },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, out };
}

test('a cluster is tried, added, and soon has nodes, coverage, a score and findings with fixes', async () => {
  const tested = await castellan.api<ClusterTestData>('POST', '/clusters/test', settings());
  expect(tested).toMatchObject({ ok: true, topology: { cluster: 'pair', shards: 1, replicas: 2 } });
  const refused = await castellan.api<ClusterTestData>('POST', '/clusters/test', {
    ...settings(),
    password: 'wrong',
  });
  expect(refused).toMatchObject({ ok: false, layer: 'authentication' });

  ({ id } = await castellan.api<ClusterData>('POST', '/clusters', settings()));
  const seen = await eventually(cluster, (each) => each.status === 'online' && isJudged(each));
  expect(seen.nodes).toMatchObject([
    { id: idOf(0), shard: 1, replica: 1, version: '18.16.1', online: true },
    { id: idOf(1), shard: 1, replica: 2, version: '18.16.1', online: true },
  ]);
  expect(seen.score).toBeGreaterThan(0);
  expect(JSON.stringify(await castellan.api('GET', '/clusters'))).not.toContain(monitorPassword);
  expect(seen.lastCollectedAt).not.toBeNull();

  const open = await eventually(findings, (all) =>
    all.some(({ check }) => check === 'version-skew'),
  );
  expect(open.find(({ check }) => check === 'version-skew')).toMatchObject({
    outcome: 'info',
    evidence: expect.any(Array),
    source: expect.any(String),
  });
  const outcomes = await castellan.api<{ outcomes: { node: string; outcome: string }[] }>(
    'GET',
    `/clusters/${id}/outcomes`,
  );
  expect(new Set(outcomes.outcomes.map(({ node }) => node))).toEqual(
    new Set(['', idOf(0), idOf(1)]),
  );
});

test('samples of both nodes are in the store, and cost little', async () => {
  const series = () =>
    castellan.api<{ series: { node: string; points: [number, number | null][] }[] }>(
      'GET',
      `/clusters/${id}/series?metric=rate:Query`,
    );
  const { series: lines } = await eventually(series, (each) => each.series.length === 2, 60_000);
  expect(lines.map(({ node }) => node).sort()).toEqual([idOf(0), idOf(1)].sort());
  expect(lines.every(({ points }) => points.some(([, rate]) => rate !== null && rate > 0))).toBe(
    true,
  );
  const reading = await castellan.api<{ nodes: { rows: object[]; sql: string }[] }>(
    'GET',
    `/clusters/${id}/readings/merge_tree_settings`,
  );
  expect(reading.nodes).toHaveLength(2);
  expect(reading.nodes.every(({ rows, sql }) => rows.length > 0 && sql.includes('SELECT'))).toBe(
    true,
  );
});

test('a stopped replica makes the cluster degraded and is found; it clears again', async () => {
  await pair.servers[1].stop();
  const down = (all: readonly Finding[]) =>
    all.find(({ check, subject }) => check === 'node-down' && subject.node === idOf(1));
  const found = down(
    await eventually(findings, (all) => down(all)?.severity === 'critical', 60_000),
  );
  expect(found).toMatchObject({ outcome: 'critical', title: expect.any(String) });
  expect(await cluster()).toMatchObject({
    status: 'degraded',
    nodes: [{ online: true }, { online: false, problem: expect.stringMatching(/ECONNREFUSED/) }],
  });
  // The other node's answers make a score, held down by what is known of this one.
  const { score, coverage } = await cluster();
  expect(score, JSON.stringify(coverage)).toBeGreaterThan(0);
  expect(score).toBeLessThan(60);
  expect(coverage.leftOut).toBeGreaterThan(0);
  const checked = await run('clusters', 'check', 'pair', '--json');
  expect(checked.code).toBe(7);
  expect(JSON.parse(checked.out)).toMatchObject({ name: 'pair', verdict: 'findings' });

  await pair.servers[1].start();
  await eventually(findings, (all) => !down(all), 60_000);
  await eventually(cluster, ({ status }) => status === 'online');
  const detail = await castellan.api<{ open: boolean; history: { to: string | null }[] }>(
    'GET',
    `/clusters/${id}/findings/${encodeURIComponent(found!.id)}`,
  );
  expect(detail.open).toBe(false);
  expect(detail.history[0]?.to).not.toBeNull();
  const { points } = await castellan.api<{
    points: { score: number | null; reasons: { check: string; points: number }[] }[];
  }>('GET', `/clusters/${id}/score`);
  const dark = points.filter(({ reasons }) => reasons.some(({ check }) => check === 'node-down'));
  expect(dark.length).toBeGreaterThan(0);
  expect(dark.every(({ score }) => (score ?? 0) < 95)).toBe(true);
});

test('a mark takes a finding out of the score; the catalogue, the cost and the metrics are there', async () => {
  const before = await cluster();
  const skew = (await findings()).find(({ check }) => check === 'version-skew')!;
  const mark = await castellan.api<{ id: string }>('POST', `/clusters/${id}/marks`, {
    check: skew.check,
    subject: skew.subject,
    kind: 'intended',
  });
  const marked = await eventually(findings, (all) =>
    all.some((each) => each.id === skew.id && each.intended),
  );
  expect(marked.length).toBeGreaterThan(0);
  await castellan.api('DELETE', `/clusters/${id}/marks/${mark.id}`);
  await eventually(findings, (all) => all.some((each) => each.id === skew.id && !each.intended));
  const { checks } = await castellan.api<{ checks: object[] }>('GET', '/checks');
  expect(checks.length).toBeGreaterThan(20);
  const cost = await castellan.api<{ nodes: object[] }>('GET', `/clusters/${id}/cost`);
  expect(cost.nodes).toHaveLength(2);
  const metrics = await (await fetch(`${castellan.url}/metrics`)).text();
  expect(metrics).toContain(`castellan_cluster_nodes{cluster="pair",id="${id}",online="true"} 2`);
  expect(before.origin).toBe('api');
});

test('a restart keeps clusters, findings and scores, and counters neither double nor lose', async () => {
  const before = await findings();
  await castellan.stop();
  castellan = await startCastellan({ dataDir, ports, env });
  const there = await cluster();
  expect(there).toMatchObject({ name: 'pair', nodes: [{ id: idOf(0) }, { id: idOf(1) }] });
  expect((await findings()).map((each) => each.id)).toEqual(
    expect.arrayContaining(
      before.filter(({ outcome }) => outcome === 'info').map((each) => each.id),
    ),
  );
  const restartedMs = Date.now();
  interface Span {
    elapsed: string;
    span: string;
    newest: string;
  }
  const span = async () => {
    const { rows } = await castellan.api<{ rows: Span[] }>('POST', '/sql', {
      query: `SELECT sum(ElapsedMs) AS elapsed, toUnixTimestamp64Milli(max(Time)) - toUnixTimestamp64Milli(min(Time)) AS span, toUnixTimestamp64Milli(max(Time)) AS newest FROM fleet_samples WHERE Node = '${idOf(0)}'`,
    });
    return rows[0]!;
  };
  const { elapsed, span: whole } = await eventually(
    span,
    ({ newest }) => Number(newest) > restartedMs,
    60_000,
  );
  // Each sample covers the time since the one before, over the restart too.
  expect(Number(elapsed)).toBe(Number(whole));
});

test('a wrong key is one clear message; nothing is overwritten, and the right key mends it', async () => {
  await castellan.stop();
  const keyFile = join(dataDir, '.key');
  const key = readFileSync(keyFile, 'utf8');
  const wrong = `${Buffer.alloc(32, 7).toString('base64url')}=\n`;
  writeFileSync(keyFile, wrong);
  castellan = await startCastellan({ dataDir, ports, env });
  expect(await cluster()).toMatchObject({
    status: 'offline',
    nodes: [{ problem: expect.stringMatching(/cannot be opened: sealed with the key/) }, {}],
  });
  const said = castellan.log().match(/secrets_unreadable/g);
  expect(said).toHaveLength(1);
  expect(castellan.log()).toMatch(/1 of 1 passwords cannot be opened.*Put back the key/);
  await castellan.stop();
  expect(readFileSync(keyFile, 'utf8')).toBe(wrong);
  writeFileSync(keyFile, key);
  castellan = await startCastellan({ dataDir, ports, env });
  await eventually(cluster, ({ status }) => status === 'online');
});

test('the command adds, lists, pauses, resumes and removes', async () => {
  const [host, port] = [pair.servers[0].host, String(pair.servers[0].httpPort)];
  const connection = ['--host', host, '--port', port, '--username', 'monitor'];
  const named = [...connection, '--password-env', 'PAIR_PASSWORD', '--name', 'again'];
  const bad = await run('clusters', 'add', ...connection, '--name', 'again');
  expect(bad.code).toBe(1);
  const added = await run('clusters', 'add', ...named, '--label', 'team=shop');
  expect([added.code, added.out.trim()]).toEqual([0, expect.stringMatching(/^[\w-]{12}$/)]);
  expect((await run('clusters', 'list')).out).toMatch(/again/);
  expect((await run('clusters', 'pause', 'again')).code).toBe(0);
  const shown = await run('clusters', 'show', 'again', '--json');
  expect(JSON.parse(shown.out)).toMatchObject({ status: 'paused', labels: { team: 'shop' } });
  expect((await run('clusters', 'resume', 'again')).code).toBe(0);
  expect((await run('clusters', 'collect', 'again')).code).toBe(0);
  expect((await run('clusters', 'remove', 'again')).code).toBe(0);
  expect((await run('clusters', 'show', 'again')).code).toBe(1);
});

test('detection goes on while the store is away', async () => {
  const own = mkdtempSync(join(tmpdir(), 'castellan-monitor-alone-'));
  const alone = await startCastellan({
    dataDir: own,
    ready: false,
    env: { ...env, CASTELLAN_STORE_URL: 'http://127.0.0.1:9' },
  });
  try {
    const added = await alone.api<ClusterData>('POST', '/clusters', settings());
    const seen = await eventually(
      () => alone.api<ClusterData>('GET', `/clusters/${added.id}`),
      (each) => each.status === 'online' && isJudged(each),
      60_000,
    );
    expect(seen.lastCollectedAt).not.toBeNull();
    await expect(
      alone.api('GET', `/clusters/${added.id}/series?metric=gauge:Query`),
    ).rejects.toThrow(/503 the samples cannot be read/);
  } finally {
    await alone.stop();
    rmSync(own, { recursive: true, force: true });
  }
});

test('clusters of a file and of the environment are watched; the log says so in order', async () => {
  const own = mkdtempSync(join(tmpdir(), 'castellan-monitor-declared-'));
  const [first, second] = pair.servers;
  writeFileSync(
    join(own, 'clusters.yaml'),
    `clusters:\n  - name: declared\n    host: ${first.host}\n    port: ${first.httpPort}\n    username: monitor\n    passwordEnv: PAIR_PASSWORD\n    nodes: [{ host: ${first.host}, port: ${first.httpPort} }]\n    intended: [{ check: keeper-quorum, note: a test }]\n`,
  );
  const declared = {
    ...env,
    CASTELLAN_CLUSTERS_FILE: join(own, 'clusters.yaml'),
    PAIR_PASSWORD: monitorPassword,
    CLICKHOUSE_HOST: second.host,
    CLICKHOUSE_PORT: String(second.httpPort),
  };
  const started = await startCastellan({ dataDir: join(own, 'data'), env: declared });
  try {
    const list = async () =>
      (await started.api<{ clusters: ClusterData[] }>('GET', '/clusters')).clusters;
    const all = await eventually(list, (each) => each.every(({ status }) => status === 'online'));
    expect(all.map(({ name, origin }) => [name, origin])).toEqual([
      ['declared', 'file'],
      [second.host, 'environment'],
    ]);
    await expect(started.api('DELETE', `/clusters/${all[0]!.id}`)).rejects.toThrow(/409/);
    expect(await started.api('GET', `/clusters/${all[0]!.id}/marks`)).toMatchObject({
      marks: [{ check: 'keeper-quorum', kind: 'intended', subject: {}, note: 'a test' }],
    });
    const events = started.log().match(/"event":"\w+"/g)!;
    const places = [
      'alembic_migrations_complete',
      'alert_rules_seeded',
      'collection_scheduler_started',
      'startup_summary',
    ].map((event) => events.indexOf(`"event":"${event}"`));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(started.log()).toMatch(
      /"auth_mode":"dev_mode_no_auth","clusters_configured":2,"collection_interval_sec":5,"data_path":/,
    );
  } finally {
    await started.stop();
    rmSync(own, { recursive: true, force: true });
  }
});
