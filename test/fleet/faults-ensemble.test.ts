import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMntr } from '../../src/adapters/clickhouse/fleet/keeper-words.ts';
import type { KeeperSample } from '../../src/core/health/observation.ts';
import type { WatchKeepers } from '../../src/core/health/testing/watch-nodes.ts';
import { eventually } from '../peers/castellan.ts';
import { loopbackPorts } from '../peers/loopback-ports.ts';
import { type ZooKeeper, zooKeeper, zooKeeperEnsemble } from '../peers/zookeeper.ts';
import { openZooKeeperClient } from '../peers/zookeeper-client.ts';
import { told, untilFound, untilWell, watchServers } from './fault-watch.ts';

/** Faults of a real ensemble of three, as its own words tell them; no ClickHouse is asked. */
const folder = mkdtempSync(join(tmpdir(), 'castellan-ensemble-'));
let ensemble: readonly ZooKeeper[] = [];
let alone: ZooKeeper;
const tenMinutesMs = 600_000;

beforeAll(async () => {
  const [[port = 0] = []] = await loopbackPorts(1, 1);
  alone = zooKeeper({ folder: join(folder, 'alone'), port, openFiles: 150, heapMegabytes: 700 });
  ensemble = await zooKeeperEnsemble(folder);
  await Promise.all([...ensemble, alone].map((server) => server.start()));
}, 240_000);
afterAll(async () => {
  await Promise.all([...ensemble, alone].map((server) => server?.kill()));
  rmSync(folder, { recursive: true, force: true });
});

/** Asks `mntr` of servers at each reading, and remembers an hour of what was said. */
function watchedKeepers(servers: () => readonly ZooKeeper[]): WatchKeepers {
  const known = new Map<string, readonly KeeperSample[]>();
  return async (nowMs) =>
    Promise.all(
      servers().map(async ({ host, port }) => {
        const id = `${host}:${port}`;
        const said: KeeperSample = await readMntr({ host, port }, { totalMs: 1_500 }).then(
          (mntr) => ({ atMs: nowMs, mntr }),
          (error: Error) => ({ atMs: nowMs, mntr: undefined, problem: error.message }),
        );
        const kept = (known.get(id) ?? []).filter((each) => each.atMs > nowMs - 3_600_000);
        known.set(id, [...kept, said]);
        return { id, samples: [...kept, said] };
      }),
    );
}

const mntrOf = (server: ZooKeeper) =>
  readMntr(server).catch(() => new Map<string, string>() as ReadonlyMap<string, string>);

/** The one that leads, and the others; waits for an election that goes on. */
async function roles(): Promise<{ leader: ZooKeeper; followers: readonly ZooKeeper[] }> {
  const told = () =>
    Promise.all(ensemble.map(async (each) => (await mntrOf(each)).get('zk_server_state') ?? ''));
  const states = await eventually(
    told,
    (each) => each.toSorted().join() === 'follower,follower,leader',
    120_000,
  );
  const leader = ensemble[states.indexOf('leader')]!;
  return { leader, followers: ensemble.filter((each) => each !== leader) };
}

test('keeper-leader: the server of another ensemble was named as well', async () => {
  await roles();
  let named: readonly ZooKeeper[] = ensemble;
  const watch = watchServers(
    [],
    ['keeper-leader', 'keeper-quorum', 'keeper-node-down'],
    watchedKeepers(() => named),
  );
  await watch.rounds(3);
  expect(told(watch)).toEqual([]);
  named = [...ensemble, alone];
  const found = await untilFound(watch, 'keeper-leader critical', 'keeper-quorum warning');
  expect(found.find(({ check }) => check === 'keeper-leader')?.message).toBe(
    'Of the Keeper servers that were named 2 lead.',
  );
  named = ensemble;
  await untilWell(watch);
});

test('keeper-leader, keeper-node-down: the leader is killed, and another one is elected', async () => {
  const { leader } = await roles();
  const watch = watchServers(
    [],
    ['keeper-leader', 'keeper-node-down'],
    watchedKeepers(() => ensemble),
  );
  await watch.rounds(3);
  expect(told(watch)).toEqual([]);
  await leader.kill();
  await untilFound(watch, 'keeper-node-down warning');
  await leader.start();
  await roles();
  await untilWell(watch);
});

/** Starts a follower without its data, and freezes it while the leader sends it all of it. */
async function freezeInSync(leader: ZooKeeper, follower: ZooKeeper): Promise<boolean> {
  await follower.kill();
  rmSync(join(folder, `z${ensemble.indexOf(follower) + 1}`, 'data/version-2'), {
    recursive: true,
    force: true,
  });
  const joined = async (key: string) => Number((await mntrOf(leader)).get(key));
  await eventually(
    () => joined('zk_learners'),
    (learners) => learners === 1,
  );
  const started = follower.start().then(() => true);
  while ((await joined('zk_learners')) !== 2 && !(await settled(started)));
  await follower.hang();
  return (await joined('zk_learners')) === 2 && (await joined('zk_synced_followers')) === 1;
}

const settled = (promise: Promise<boolean>): Promise<boolean> =>
  Promise.race([promise, sleep(2, false)]);

test('keeper-leader: a follower that does not come into sync', async () => {
  const { leader, followers } = await roles();
  const [follower] = followers as [ZooKeeper];
  const client = await openZooKeeperClient(leader.port);
  await client.create(numbered('/large', 40), { bytes: 500_000 });
  client.close();
  const watch = watchServers(
    [],
    ['keeper-leader'],
    watchedKeepers(() => ensemble),
  );
  await watch.rounds(3);
  expect(told(watch)).toEqual([]);
  await eventually(
    () => freezeInSync(leader, follower),
    (frozen) => frozen,
    240_000,
  );
  const [found] = await untilFound(watch, 'keeper-leader warning');
  expect(found?.message).toBe('1 of 2 followers are in sync with the leader of Keeper.');
  follower.resume();
  await follower.start();
  await roles();
  await untilWell(watch);
});

test('keeper-backlog: the followers stand still, so that nothing is decided', async () => {
  const { leader, followers } = await roles();
  const watch = watchServers(
    [],
    ['keeper-backlog'],
    watchedKeepers(() => ensemble),
  );
  const client = await openZooKeeperClient(leader.port, 300_000);
  await watch.rounds(3);
  expect(told(watch)).toEqual([]);
  for (const follower of followers) await follower.hang();
  client.ask(numbered('/waiting', 30));
  await untilFound(watch, 'keeper-backlog high');
  for (const follower of followers) follower.resume();
  await untilWell(watch);
  client.close();
});

test('keeper-limits: connections up to what the process may open', async () => {
  const watch = watchServers(
    [],
    ['keeper-limits'],
    watchedKeepers(() => [alone]),
  );
  await watch.rounds(3);
  expect(told(watch)).toEqual([]);
  const open = Number((await mntrOf(alone)).get('zk_open_file_descriptor_count'));
  const sockets = Array.from({ length: 135 - open }, () =>
    connect({ host: alone.host, port: alone.port }),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const [found] = await untilFound(watch, 'keeper-limits high');
  expect(found?.message).toMatch(/files and connections open, (8|9)\d % of what it may/);
  for (const socket of sockets) socket.destroy();
  await untilWell(watch);
});

test('keeper-growth: more data with every hour, for six hours', async () => {
  const client = await openZooKeeperClient(alone.port, 300_000);
  for (const path of numbered('/base', 220)) await client.create([path], { bytes: 500_000 });
  const watch = watchServers(
    [],
    ['keeper-growth'],
    watchedKeepers(() => [alone]),
  );
  const hours = async (count: number, bytes: number): Promise<void> => {
    for (let step = 0; step < count * 6; step++) {
      if (bytes > 0) await client.create([`/grown-${bytes}-${step}`], { bytes });
      watch.later(tenMinutesMs - 60_000);
      await watch.rounds();
    }
  };
  await hours(2, 0);
  expect(told(watch)).toEqual([]);
  expect(watch.outcome('keeper-growth')).toBe('ok');
  await hours(8, 300_000);
  expect(told(watch)).toEqual(['keeper-growth warning']);
  await hours(2, 0);
  expect(told(watch)).toEqual([]);
  client.close();
}, 240_000);

const numbered = (path: string, count: number): string[] =>
  Array.from({ length: count }, (_, place) => `${path}-${place}`);
