import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { monitorQueryPrefix } from '../../src/adapters/clickhouse/fleet/index.ts';
import { checks } from '../../src/core/health/catalogue.ts';
import type { Check, NodeCheck } from '../../src/core/health/check.ts';
import { connections } from '../../src/core/health/checks/resources/connections.ts';
import {
  type Watch,
  type WatchedNode,
  watchNodes,
} from '../../src/core/health/testing/watch-nodes.ts';
import { eventually } from '../peers/castellan.ts';
import {
  type ClickHousePair,
  type ClickHouseServer,
  startClickHousePair,
} from '../peers/clickhouse-pair.ts';

/** Faults of the workload, made on the oldest servers, 18.16: each is found, and is over. */
let pair: ClickHousePair;
let first: ClickHouseServer;
let second: ClickHouseServer;
beforeAll(async () => {
  writeFileSync(join(folder, 'names.xml'), dictionaryXml);
  writeFileSync(names, '1\tone\n');
  pair = await startClickHousePair({
    extraConfig: `<dictionaries_config>${folder}/*.xml</dictionaries_config>`,
  });
  [first, second] = pair.servers;
  await Promise.all(pair.servers.map((server) => server.query('CREATE DATABASE d')));
  // The server makes the table with its first flush.
  await eventually(
    () => first.query('EXISTS TABLE system.query_log'),
    (there) => there === '1',
  );
});
afterAll(async () => {
  await pair?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const folder = mkdtempSync(join(tmpdir(), 'castellan-dictionaries-'));
const names = join(folder, 'names.tsv');
const dictionaryXml = `<yandex><dictionary><name>names</name>
  <source><file><path>${names}</path><format>TabSeparated</format></file></source>
  <layout><flat/></layout><lifetime>1</lifetime>
  <structure><id><name>a</name></id><attribute><name>b</name><type>String</type><null_value></null_value></attribute></structure>
</dictionary></yandex>`;

const groups = ['resources', 'workload', 'integrations', 'drift', 'security'];
const hourMs = 3_600_000;
/** More than what is remembered of logs and counters. */
const aWhileMs = hourMs + 180_000;

const checkOf = (id: string): Check => {
  const found = checks.find((each) => each.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
};

const watched = (server: ClickHouseServer): WatchedNode => ({
  id: `${server.replica}:${server.httpPort}`,
  uptimeMs: 30 * 24 * hourMs,
  // As the monitor asks, so that its own statements do not count.
  rows: async (sql) => {
    const id = `${monitorQueryPrefix}${randomUUID()}`;
    const response = await fetch(`${server.url}/?query_id=${id}`, {
      method: 'POST',
      body: `${sql} FORMAT JSONCompact`,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return (JSON.parse(text) as { data: unknown[][] }).data;
  },
});

const watching = (...list: readonly (string | Check)[]): Watch =>
  watchNodes(
    [watched(first)],
    list.map((each) => (typeof each === 'string' ? checkOf(each) : each)),
  );

const found = (watch: Watch): string[] =>
  watch.findings().map((each) => `${each.check} ${each.severity}`);

async function until(watch: Watch, expected: readonly string[]): Promise<void> {
  await eventually(
    async () => {
      await watch.rounds();
      return found(watch).sort();
    },
    (each) => each.join() === [...expected].sort().join(),
  );
}

/** Runs a statement with settings; the server's error where it fails. */
async function ask(sql: string, settings: Readonly<Record<string, string>> = {}): Promise<string> {
  const url = `${first.url}/?${new URLSearchParams(settings)}`;
  const response = await fetch(url, { method: 'POST', body: sql });
  return response.text();
}

const times = <T>(count: number, run: (place: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, place) => run(place)));

test('a server that is well and busy gives nothing', async () => {
  const watch = watchNodes(
    pair.servers.map(watched),
    checks.filter((check) => groups.includes(check.group)),
  );
  await first.query('CREATE TABLE d.busy (a UInt64, b String) ENGINE = MergeTree ORDER BY a');
  for (let round = 0; round < 3; round++) {
    await times(8, () =>
      ask(
        'INSERT INTO d.busy SELECT number, toString(number) FROM (SELECT number FROM system.numbers LIMIT 10000)',
      ),
    );
    await times(40, (place) => ask(`SELECT count(), max(b) FROM d.busy WHERE a = ${place}`));
    await watch.rounds();
  }
  await first.query('DROP TABLE d.busy');
  await watch.rounds(4);
  expect(watch.findings().map((each) => `${each.severity}: ${each.message}`)).toEqual([]);
});

test('query-failures: faults of the query itself are only mentioned', async () => {
  const watch = watching('query-failures');
  await until(watch, []);
  const answers = await times(150, () => ask('SELECT nothing FROM nowhere'));
  expect(answers[0]).toContain('Code: 60');
  await until(watch, ['query-failures info']);
  watch.later(aWhileMs);
  await until(watch, []);
});

test('query-failures and memory-kills: queries that are given no memory', async () => {
  const watch = watching('query-failures', 'memory-kills');
  await until(watch, []);
  const greedy = 'SELECT groupArray(number) FROM (SELECT number FROM system.numbers LIMIT 3000000)';
  const answers = await times(250, () => ask(greedy, { max_memory_usage: '1000000' }));
  expect(answers[0]).toContain('Code: 241');
  // As a whole, by its code, and as what it is.
  await until(watch, [
    'query-failures critical',
    'query-failures warning',
    'memory-kills critical',
  ]);
  const message = watch.findings().find((each) => each.check === 'memory-kills')?.message;
  expect(message).toMatch(/limit of the query \d{2,}, of the user 0, of the server 0/);
  watch.later(aWhileMs);
  await until(watch, []);
});

test('refused-queries: more than a user may run at the same time', async () => {
  const watch = watching('refused-queries');
  const answers = await times(16, () =>
    ask('SELECT sleep(2)', { max_concurrent_queries_for_user: '2' }),
  );
  expect(answers.filter((each) => each.includes('Code: 202')).length).toBeGreaterThan(10);
  await until(watch, ['refused-queries warning']);
  watch.later(aWhileMs);
  await until(watch, []);
});

test('query-concurrency: nearly a hundred at the same time', async () => {
  const watch = watching('query-concurrency');
  await until(watch, []);
  let stop = false;
  const clients = Array.from({ length: 84 }, async () => {
    while (!stop) await ask('SELECT sleep(3)');
  });
  await until(watch, ['query-concurrency warning']);
  stop = true;
  await Promise.all(clients);
  await until(watch, []);
});

test('long-query: ended by its own fix', async () => {
  const quick = scaled(checkOf('long-query'), 1 / 60);
  const watch = watching(quick);
  const secret = "'my secret'";
  const query = ask(
    `SELECT count() FROM (SELECT sleepEachRow(1), ${secret} FROM system.numbers LIMIT 600)`,
    { max_block_size: '1' },
  );
  await until(watch, ['long-query warning']);
  const finding = watch.findings()[0]!;
  expect(finding.message).toContain('sleepEachRow(?)');
  expect(JSON.stringify(finding)).not.toContain('my secret');
  await first.query(finding.fix!.sql);
  expect(await query).toContain('Code: 394');
  await until(watch, []);
});

/** The same check with bounds that a test can wait for. */
const scaled = (check: Check, factor: number): Check => {
  const scale = (all: Check['rules'][number]['all']) =>
    all.map((each) =>
      typeof each.than === 'number' ? { ...each, than: each.than * factor } : each,
    );
  return {
    ...check,
    rules: check.rules.map((rule) => ({
      ...rule,
      all: scale(rule.all),
      ...(rule.keep && { keep: scale(rule.keep) }),
    })),
  };
};

test('query-timeouts: many, after a week of few', async () => {
  await first.query(
    "INSERT INTO system.query_log (type, event_date, event_time, user) SELECT 2, toDate(now() - number * 3600), now() - number * 3600, 'anna' FROM (SELECT number FROM system.numbers WHERE number > 1 LIMIT 60)",
  );
  const watch = watching('query-timeouts');
  await until(watch, []);
  expect(watch.outcome('query-timeouts')).toBe('ok');
  const slow = 'SELECT sleepEachRow(1) FROM system.numbers LIMIT 5';
  const answers = await times(24, () =>
    ask(slow, { max_execution_time: '1', max_block_size: '1' }),
  );
  expect(answers.filter((each) => each.includes('Code: 159')).length).toBeGreaterThan(20);
  await until(watch, ['query-timeouts warning']);
  watch.later(aWhileMs);
  await until(watch, []);
});

test('connections: clients that leave theirs open', async () => {
  // 18.16 does not tell its limit: it is given here as newer servers would tell it.
  const limited: NodeCheck = {
    ...connections,
    measure: (node) => connections.measure({ ...node, serverSetting: () => 50 }),
  };
  const watch = watching(limited);
  await until(watch, []);
  const sockets: Socket[] = await times(
    46,
    () =>
      new Promise<Socket>((resolve, reject) => {
        const socket = connect(first.nativePort, first.host, () => resolve(socket));
        socket.once('error', reject);
      }),
  );
  await until(watch, ['connections high']);
  for (const socket of sockets) socket.destroy();
  await until(watch, []);
});

test('poor-pruning: a condition that no key helps', async () => {
  await first.query(
    'CREATE TABLE d.marks (a UInt64, b UInt64) ENGINE = MergeTree ORDER BY a SETTINGS index_granularity = 1',
  );
  await first.query(
    'INSERT INTO d.marks SELECT number, number FROM (SELECT number FROM system.numbers LIMIT 12000)',
  );
  const watch = watching('poor-pruning');
  await until(watch, []);
  await times(6, () => ask('SELECT a FROM d.marks WHERE b = 777'));
  await until(watch, ['poor-pruning info']);
  const finding = watch.findings()[0]!;
  expect(finding.message).toContain('SELECT a FROM d.marks WHERE b = ?');
  watch.later(aWhileMs);
  await until(watch, []);
  await first.query('DROP TABLE d.marks');
});

test('dictionary-load: what it is read from is gone, then it is back', async () => {
  const watch = watching('dictionary-load');
  const value = "SELECT dictGetString('names', 'b', toUInt64(1))";
  expect(await ask(value)).toBe('one\n');
  await until(watch, []);
  rmSync(names);
  expect(await ask('SYSTEM RELOAD DICTIONARY names')).toMatch(/Code: /);
  await until(watch, ['dictionary-load warning']);
  const finding = watch.findings()[0]!;
  expect(finding.message).toMatch(/^The dictionary names could not be refreshed .*names\.tsv/);
  expect(await ask(value)).toBe('one\n');
  writeFileSync(names, '1\tuno\n');
  expect(await ask(finding.fix!.sql)).toBe('');
  expect(await ask(value)).toBe('uno\n');
  await until(watch, []);
});

test('schema-drift: another column on one server, and a table that one does not have', async () => {
  const watch = watchNodes([watched(first), watched(second)], [checkOf('schema-drift')]);
  const create = (columns: string): string =>
    `CREATE TABLE d.orders (${columns}) ENGINE = MergeTree ORDER BY id`;
  await first.query(create('id UInt64, price Float64'));
  await second.query(create('id UInt64, price Float32, note String'));
  await first.query('CREATE VIEW d.seen AS SELECT 1');
  await watch.rounds(3);
  // It may be in the middle of a change: nothing is said for ten minutes.
  expect(found(watch)).toEqual([]);
  const old = new Date(Date.now() - hourMs);
  for (const server of pair.servers)
    utimesSync(join(server.dataDir, 'metadata/d/orders.sql'), old, old);
  utimesSync(join(first.dataDir, 'metadata/d/seen.sql'), old, old);
  await until(watch, ['schema-drift warning', 'schema-drift warning']);
  const messages = watch.findings().map((each) => each.message);
  expect(messages.join()).toMatch(/\+ note String, \+ price Float32, - price Float64/);
  expect(messages.join()).toMatch(/d\.seen \(View\) is missing on r2/);
  await first.query('DROP TABLE d.seen');
  await second.query('DROP TABLE d.orders');
  await second.query(create('id UInt64, price Float64'));
  await until(watch, []);
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
  expect(await ask('SELECT count() FROM d.everywhere')).toContain('Code: 279');
  await until(watch, ['distributed-failures high']);
  await second.start();
  expect(await ask('SELECT count() FROM d.everywhere')).toBe('0\n');
  watch.later(660_000);
  await until(watch, []);
});

test('the fixes of what can be found on an old server work there, whatever things are called', async () => {
  const ids = [
    'query-failures',
    'memory-kills',
    'refused-queries',
    'query-concurrency',
    'connections',
    'long-query',
    'query-timeouts',
    'cost-hog',
    'poor-pruning',
    'distributed-failures',
    'dictionary-load',
    'schema-drift',
    'object-counts',
  ];
  const refused: string[] = [];
  for (const id of ids)
    for (const name of ["a'; DROP TABLE d.none; --", 'b`; x', 'c\\', 'plain']) {
      const database = id === 'dictionary-load' ? undefined : { database: name, table: name };
      const subject = { user: name, object: name, ...database };
      const fix = checkOf(id).fix?.({ subject, values: {} }, 'warning');
      const said = fix ? await first.query(fix.sql).then(() => '', String) : 'no fix';
      // The table or the dictionary is not there.
      if (said !== '' && !/Code: (36|60|81|390)\b/.test(said))
        refused.push(`${id}: ${fix?.sql}\n${said}`);
    }
  expect(refused).toEqual([]);
});
