import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startTestEngine,
  type TestEngine,
} from '../../src/adapters/clickhouse/testing/test-engine.ts';
import type { Finding } from '../../src/model/fleet/finding.ts';
import type { ClusterData } from '../../src/model/fleet/fleet-api.ts';
import { type BadFront, type Manner, startBadFront, type Upstream } from '../peers/bad-front.ts';
import { type Castellan, eventually, startCastellan } from '../peers/castellan.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';

/** Servers that misbehave under the collector, in front of real ones. */
const dataDir = mkdtempSync(join(tmpdir(), 'castellan-bad-servers-'));
const fronts: BadFront[] = [];
let pair: ClickHousePair;
let engine: TestEngine;
let castellan: Castellan;
beforeAll(async () => {
  [pair, engine, castellan] = await Promise.all([
    startClickHousePair(),
    startTestEngine(),
    startCastellan({
      dataDir,
      // Fewer statements at a time than there are servers that hang.
      env: { COLLECTION_INTERVAL: '5', MONITOR_STATEMENTS: '2', MONITOR_TIMEOUT: '2s' },
    }),
  ]);
});
afterAll(async () => {
  await castellan?.stop();
  await Promise.all([...fronts.map((front) => front.stop()), pair?.stop(), engine?.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

const patienceMs = 150_000;
/** A test waits for several things, one after the other. */
const slow = { timeout: 600_000 };
const old = (): Upstream => ({ url: pair.servers[0].url, username: 'default', password: '' });
const front = async (manner: Manner): Promise<BadFront> => {
  const started = await startBadFront(old(), manner);
  fronts.push(started);
  return started;
};
const add = async (name: string, port: number): Promise<string> => {
  const host = '127.0.0.1';
  const body = { name, host, port, nodes: [{ host, port }] };
  return (await castellan.api<ClusterData>('POST', '/clusters', body)).id;
};
const cluster = (id: string) => castellan.api<ClusterData>('GET', `/clusters/${id}`);
const becomes = (id: string, holds: (cluster: ClusterData) => boolean) =>
  eventually(() => cluster(id), holds, patienceMs);
const findings = async (id: string) =>
  (await castellan.api<{ findings: Finding[] }>('GET', `/clusters/${id}/findings`)).findings;

test('whatever servers do, each is named for it, and a good one is read on', slow, async () => {
  const good = await add('good', pair.servers[0].httpPort);
  await becomes(good, ({ status, coverage }) => status === 'online' && coverage.answered > 20);
  const bad: readonly (readonly [Manner, RegExp])[] = [
    ['hangs', /did not begin to answer|did not finish/],
    ['hangs', /did not begin to answer|did not finish/],
    ['hangs', /did not begin to answer|did not finish/],
    ['drips', /did not finish its answer/],
    ['rubbish', /does not answer in HTTP/],
    ['cutsOff', /closed the connection in the middle/],
    ['floods', /answers with more than \d+ bytes/],
  ];
  const ids: string[] = [];
  for (const [at, [manner]] of bad.entries())
    ids.push(await add(`${manner} ${at}`, (await front(manner)).port));
  for (let reads = 0; reads < 3; reads++) {
    const { lastCollectedAt } = await cluster(good);
    await becomes(good, (now) => now.lastCollectedAt !== lastCollectedAt);
  }
  await becomes(good, ({ status }) => status === 'online');
  for (const [at, [manner, problem]] of bad.entries()) {
    const { nodes, score } = await becomes(ids[at]!, ({ status }) => status === 'offline');
    expect([manner, nodes[0]?.problem]).toEqual([manner, expect.stringMatching(problem)]);
    expect(score).toBeNull();
  }
  for (const id of ids) await castellan.api('DELETE', `/clusters/${id}`);
});

test('a server that turns bad is offline, and online again when it is well', slow, async () => {
  const turning = await front('well');
  const id = await add('turning', turning.port);
  await becomes(id, ({ status, coverage }) => status === 'online' && coverage.answered > 20);
  for (const manner of ['cutsOff', 'hangs', 'floods'] as const) {
    turning.behave(manner);
    await becomes(id, ({ status }) => status === 'offline');
    turning.behave('well');
    const back = await becomes(id, ({ status }) => status === 'online');
    expect(back.nodes[0]).not.toHaveProperty('problem');
  }
});

test(
  'a clock that is a day ahead is a finding, and nothing else of it is believed',
  slow,
  async () => {
    const ahead = await front('dayAhead');
    const id = await add('ahead', ahead.port);
    const found = await eventually(
      () => findings(id),
      (all) => all.some(({ check }) => check === 'clock-skew'),
      patienceMs,
    );
    expect(found.find(({ check }) => check === 'clock-skew')).toMatchObject({
      severity: 'critical',
      message: expect.stringMatching(/clock is 8\d{4}\.\d s ahead/),
    });
    const now = await cluster(id);
    expect(now.status).toBe('online');
    expect(Date.parse(now.lastCollectedAt!)).toBeLessThanOrEqual(Date.now());
  },
);

test('another server, of another version, behind the same address', slow, async () => {
  const changing = await front('well');
  const id = await add('changing', changing.port);
  const before = await becomes(id, ({ coverage }) => coverage.answered > 20);
  expect(before.nodes[0]?.version).toMatch(/^18\.16\./);
  const { url, username, password } = engine.engine.connection;
  changing.lead({ url, username, password });
  const after = await becomes(
    id,
    ({ nodes, coverage }) =>
      nodes[0]?.version.startsWith('26.') === true && coverage.answered > before.coverage.answered,
  );
  expect([after.status, after.vitals.versions]).toEqual(['online', [after.nodes[0]?.version]]);
  changing.lead(old());
  await becomes(
    id,
    ({ nodes, status }) => status === 'online' && nodes[0]?.version.startsWith('18.') === true,
  );
});

test('the servers of a cluster become fewer, and more again', slow, async () => {
  const [first, second] = pair.servers;
  const { id } = await castellan.api<ClusterData>('POST', '/clusters', {
    name: 'pair',
    host: first.host,
    port: first.httpPort,
  });
  const places = ({ nodes }: ClusterData) => nodes.map(({ port }) => port);
  const read = () => castellan.api<ClusterData>('POST', `/clusters/${id}/collect`);
  const both = [first.httpPort, second.httpPort];
  expect(places(await eventually(read, ({ nodes }) => nodes.length === 2, patienceMs))).toEqual(
    both,
  );
  const path = join(first.folder, 'config.xml');
  const whole = readFileSync(path, 'utf8');
  let later = Date.now() / 1_000;
  /** The server reads its clusters anew when the second in which the file changed is another one. */
  const write = (text: string) => {
    writeFileSync(path, text);
    later += 10;
    utimesSync(path, later, later);
  };
  const member = new RegExp(
    `<replica><host>${second.clusterHost}</host><port>\\d+</port></replica>`,
  );
  write(whole.replaceAll(new RegExp(member, 'g'), ''));
  const fewer = await eventually(read, ({ nodes }) => nodes.length === 1, patienceMs);
  expect([places(fewer), fewer.status]).toEqual([[first.httpPort], 'online']);
  write(whole);
  const again = await eventually(read, ({ nodes }) => nodes.length === 2, patienceMs);
  expect([places(again), again.status]).toEqual([both, 'online']);
});
