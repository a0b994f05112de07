import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Check, NodeCheck } from '../../src/core/health/check.ts';
import { connections } from '../../src/core/health/checks/resources/connections.ts';
import { type Watch, watchNodes } from '../../src/core/health/testing/watch-nodes.ts';
import {
  type ClickHousePair,
  type ClickHouseServer,
  startClickHousePair,
} from '../peers/clickhouse-pair.ts';
import { ask, aWhileMs, checkOf, found, times, untilFound, watchedServer } from './watching.ts';

/** Limits, sources and drift on the oldest servers, 18.16: each fault is found, and is over. */
let pair: ClickHousePair;
let first: ClickHouseServer;
let second: ClickHouseServer;
const folder = mkdtempSync(join(tmpdir(), 'castellan-dictionaries-'));
const names = join(folder, 'names.tsv');
const dictionaryXml = `<yandex><dictionary><name>names</name>
  <source><file><path>${names}</path><format>TabSeparated</format></file></source>
  <layout><flat/></layout><lifetime>1</lifetime>
  <structure><id><name>a</name></id><attribute><name>b</name><type>String</type><null_value></null_value></attribute></structure>
</dictionary></yandex>`;

beforeAll(async () => {
  writeFileSync(join(folder, 'names.xml'), dictionaryXml);
  writeFileSync(names, '1\tone\n');
  pair = await startClickHousePair({
    extraConfig: `<dictionaries_config>${folder}/*.xml</dictionaries_config>`,
  });
  [first, second] = pair.servers;
  await Promise.all(pair.servers.map((server) => server.query('CREATE DATABASE d')));
});
afterAll(async () => {
  await pair?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const watching = (...list: readonly (string | Check)[]): Watch =>
  watchNodes(
    [watchedServer(first)],
    list.map((each) => (typeof each === 'string' ? checkOf(each) : each)),
  );

test('refused-queries: more than a user may run at the same time', async () => {
  const watch = watching('refused-queries');
  const answers = await times(16, () =>
    ask(first, 'SELECT sleep(2)', { max_concurrent_queries_for_user: '2' }),
  );
  expect(answers.filter((each) => each.includes('Code: 202')).length).toBeGreaterThan(10);
  await untilFound(watch, ['refused-queries warning']);
  watch.later(aWhileMs);
  await untilFound(watch, []);
});

test('query-concurrency: nearly a hundred at the same time', async () => {
  const watch = watching('query-concurrency');
  await untilFound(watch, []);
  let stop = false;
  const clients = Array.from({ length: 84 }, async () => {
    while (!stop) await ask(first, 'SELECT sleep(3)');
  });
  await untilFound(watch, ['query-concurrency warning']);
  stop = true;
  await Promise.all(clients);
  await untilFound(watch, []);
});

test('connections: clients that leave theirs open', async () => {
  // 18.16 does not tell its limit: it is given here as newer servers would tell it.
  const limited: NodeCheck = {
    ...connections,
    measure: (node) => connections.measure({ ...node, serverSetting: () => 50 }),
  };
  const watch = watching(limited);
  await untilFound(watch, []);
  const sockets: Socket[] = await times(
    46,
    () =>
      new Promise<Socket>((resolve, reject) => {
        const socket = connect(first.nativePort, first.host, () => resolve(socket));
        socket.once('error', reject);
      }),
  );
  await untilFound(watch, ['connections high']);
  for (const socket of sockets) socket.destroy();
  await untilFound(watch, []);
});

test('dictionary-load: what it is read from is gone, then it is back', async () => {
  const watch = watching('dictionary-load');
  const value = "SELECT dictGetString('names', 'b', toUInt64(1))";
  expect(await ask(first, value)).toBe('one\n');
  await untilFound(watch, []);
  rmSync(names);
  expect(await ask(first, 'SYSTEM RELOAD DICTIONARY names')).toMatch(/Code: /);
  await untilFound(watch, ['dictionary-load warning']);
  const finding = watch.findings()[0]!;
  expect(finding.message).toMatch(/^The dictionary names could not be refreshed .*names\.tsv/);
  expect(await ask(first, value)).toBe('one\n');
  writeFileSync(names, '1\tuno\n');
  expect(await ask(first, finding.fix!.sql)).toBe('');
  expect(await ask(first, value)).toBe('uno\n');
  await untilFound(watch, []);
});

test('schema-drift: another column on one server, and a table that one does not have', async () => {
  const watch = watchNodes(
    [watchedServer(first), watchedServer(second)],
    [checkOf('schema-drift')],
  );
  const create = (columns: string): string =>
    `CREATE TABLE d.orders (${columns}) ENGINE = MergeTree ORDER BY id`;
  await first.query(create('id UInt64, price Float64'));
  await second.query(create('id UInt64, price Float32, note String'));
  await first.query('CREATE VIEW d.seen AS SELECT 1');
  await watch.rounds(3);
  // It may be in the middle of a change: nothing is said for ten minutes.
  expect(found(watch)).toEqual([]);
  const old = new Date(Date.now() - 3_600_000);
  for (const server of pair.servers)
    utimesSync(join(server.dataDir, 'metadata/d/orders.sql'), old, old);
  utimesSync(join(first.dataDir, 'metadata/d/seen.sql'), old, old);
  await untilFound(watch, ['schema-drift warning', 'schema-drift warning']);
  const messages = watch.findings().map((each) => each.message);
  expect(messages.join()).toMatch(/\+ note String, \+ price Float32, - price Float64/);
  expect(messages.join()).toMatch(/d\.seen \(View\) is missing on r2/);
  await first.query('DROP TABLE d.seen');
  await second.query('DROP TABLE d.orders');
  await second.query(create('id UInt64, price Float64'));
  await untilFound(watch, []);
});

test('distributed-failures: the other server is killed', async () => {
  const watch = watching('distributed-failures');
  await Promise.all(
    pair.servers.map((server) =>
      server.query('CREATE TABLE d.here (a UInt8) ENGINE = MergeTree ORDER BY a'),
    ),
  );
  await first.query('CREATE TABLE d.everywhere AS d.here ENGINE = Distributed(sharded, d, here)');
  await watch.rounds(8);
  await second.kill();
  expect(await ask(first, 'SELECT count() FROM d.everywhere')).toContain('Code: 279');
  await untilFound(watch, ['distributed-failures high']);
  await second.start();
  expect(await ask(first, 'SELECT count() FROM d.everywhere')).toBe('0\n');
  watch.later(660_000);
  await untilFound(watch, []);
});
