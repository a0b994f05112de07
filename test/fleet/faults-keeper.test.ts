import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askKeeper, readMntr } from '../../src/adapters/clickhouse/fleet/keeper-words.ts';
import type { KeeperSample } from '../../src/core/health/observation.ts';
import type { WatchKeepers } from '../../src/core/health/testing/watch-nodes.ts';
import { eventually } from '../peers/castellan.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';
import { told, untilFound, untilWell, watchServers } from './fault-watch.ts';

/** Faults of a real ZooKeeper, as a real pair of 18.16 and its own words tell them. */
let pair: ClickHousePair;

beforeAll(async () => {
  pair = await startClickHousePair({ sessionTimeoutMs: 4_000 });
  await pair.servers[0].query(
    "CREATE TABLE default.kept ON CLUSTER pair (d Date, k UInt64) ENGINE = ReplicatedMergeTree('/tables/{shard}/kept', '{replica}', d, k, 8192)",
  );
}, 240_000);
afterAll(() => pair?.stop());

/** Asks `mntr` at each reading, and remembers an hour of what was said. */
function watchedKeeper(): WatchKeepers {
  let samples: KeeperSample[] = [];
  return async (nowMs) => {
    const { host, port } = pair.zookeeper;
    const said = await readMntr({ host, port }, { totalMs: 3_000 }).then(
      (mntr) => ({ atMs: nowMs, mntr }),
      (error: Error) => ({ atMs: nowMs, mntr: undefined, problem: error.message }),
    );
    samples = [...samples, said].filter((each) => each.atMs > nowMs - 3_600_000);
    return [{ id: `${host}:${port}`, samples }];
  };
}

/** What ZooKeeper has taken in when it is frozen, it answers late; what comes later waits outside. */
async function standStillUnderLoad(): Promise<void> {
  const load = Array.from({ length: 60 }, (_, place) =>
    pair.servers[place % 2]!.query(
      `INSERT INTO default.kept SELECT today(), ${place} + rand() FROM numbers(1)`,
    ).catch(String),
  );
  await sleep(40);
  await pair.zookeeper.hang();
  await sleep(700);
  pair.zookeeper.resume();
  await Promise.all(load);
}

test('keeper-quorum: a single ZooKeeper', async () => {
  const watch = watchServers(pair.servers, ['keeper-quorum', 'keeper-limits'], watchedKeeper());
  await untilFound(watch, 'keeper-quorum warning');
  expect(watch.outcome('keeper-limits')).toBe('ok');
  expect(await askKeeper(pair.zookeeper, 'ruok')).toBe('imok');
});

test('keeper-server-latency: ZooKeeper stands still for a second', async () => {
  const watch = watchServers([pair.servers[0]], ['keeper-server-latency'], watchedKeeper());
  await pair.zookeeper.word('srst');
  await watch.rounds(3);
  expect(watch.outcome('keeper-server-latency')).toBe('ok');
  await eventually(
    async () => {
      await standStillUnderLoad();
      return Number((await readMntr(pair.zookeeper)).get('zk_max_latency'));
    },
    (slowestMs) => slowestMs > 500,
    120_000,
  );
  await untilFound(watch, 'keeper-server-latency warning');
  watch.later(960_000);
  await untilWell(watch);
});

test('keeper-node-down, keeper-session and keeper-exceptions: ZooKeeper is killed', async () => {
  const [first] = pair.servers;
  const watch = watchServers(
    [first],
    ['keeper-node-down', 'keeper-session', 'keeper-exceptions'],
    watchedKeeper(),
  );
  await watch.rounds(32);
  expect(told(watch)).toEqual([]);
  expect(watch.outcome('keeper-session')).toBe('ok');
  await pair.zookeeper.kill();
  await untilFound(watch, 'keeper-node-down critical', 'keeper-session critical');
  for (let attempt = 0; attempt < 30; attempt++)
    await first.query(`SELECT count() FROM system.zookeeper WHERE path = '/'`).catch(String);
  const found = await untilFound(watch, 'keeper-exceptions warning');
  await pair.zookeeper.start();
  for (const { check, fix } of found)
    if (fix && check !== 'keeper-session') await first.query(fix.sql);
  watch.later(3_600_000);
  await untilWell(watch);
  expect(watch.outcome('keeper-session')).toBe('ok');
});
