import { utimesSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blindTo, parseSight, sightStatement } from '../access/sight.ts';
import type { Check } from '../check.ts';
import { capabilityStatement, parseCapabilities } from '../readings/capabilities.ts';
import { type EmbeddedNode, openEmbeddedNode } from '../testing/embedded-node.ts';
import { placeLookAlike } from '../testing/look-alike-tables.ts';
import { type Watch, type WatchedNode, watchNodes } from '../testing/watch-nodes.ts';
import { reachabilityChecks } from './reachability/reachability-checks.ts';
import { replicationChecks } from './replication/replication-checks.ts';

/** Statements of reachability and replication on the real engine, 26.7: found, and over again. */
let engine: EmbeddedNode;
beforeAll(() => {
  engine = openEmbeddedNode();
  engine.execute('CREATE DATABASE d');
});
afterAll(() => engine.close());

const checkOf = (id: string): Check => {
  const found = [...reachabilityChecks, ...replicationChecks].find((each) => each.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
};

const node = (id: string, rows = (sql: string) => engine.rows(sql)): WatchedNode => ({
  id,
  rows,
  uptimeMs: 30 * 86_400_000,
});
const watching = (...ids: readonly string[]): Watch =>
  watchNodes([node('n1:8123')], ids.map(checkOf));

/** Nothing at first; what is expected after the fault; nothing once it is over. */
async function proves(
  watch: Watch,
  expected: readonly string[],
  fault: readonly string[],
  end: readonly string[],
  closing = 3,
): Promise<void> {
  const found = async (rounds: number) => {
    await watch.rounds(rounds);
    return watch.findings().map((each) => `${each.check} ${each.severity}`);
  };
  expect(await found(3)).toEqual([]);
  engine.execute(...fault);
  expect(await found(3)).toEqual(expected);
  engine.execute(...end);
  expect(await found(closing)).toEqual([]);
}

test('crashes, fatal lines and warnings', async () => {
  const watch = watching('server-crash', 'fatal-log', 'server-warnings');
  await watch.rounds();
  expect([watch.outcome('server-crash'), watch.outcome('fatal-log')]).toEqual([
    'not_applicable: This server has no system.crash_log. The server makes it at its first crash.',
    'not_applicable: This server has no system.text_log. It is written where `text_log` is configured.',
  ]);
  for (const table of ['crash_log', 'text_log', 'warnings']) placeLookAlike(engine, table);
  engine.execute(
    "INSERT INTO system.crash_log (event_time, signal, query_id, trace_full) VALUES (now() - 90000, 6, 'old', [])",
    "INSERT INTO system.text_log (level, message) VALUES ('Error', 'no crash')",
  );
  await proves(
    watching('server-crash', 'fatal-log', 'server-warnings'),
    ['server-crash critical', 'fatal-log critical', 'server-warnings warning'],
    [
      "INSERT INTO system.crash_log (signal, query_id, trace_full) VALUES (11, 'q', ['1. f', '2. g'])",
      "INSERT INTO system.text_log (level, message) VALUES ('Fatal', 'Segmentation fault')",
      "INSERT INTO system.warnings VALUES ('The number of active parts is more than 100000.')",
    ],
    [
      'TRUNCATE TABLE system.crash_log',
      'TRUNCATE TABLE system.text_log',
      'TRUNCATE TABLE system.warnings',
    ],
  );
});

test('what replicas say of themselves', async () => {
  placeLookAlike(engine, 'replicas');
  placeLookAlike(engine, 'replicated_fetches');
  const seeded = (values: string) => [
    'TRUNCATE TABLE system.replicas',
    `INSERT INTO system.replicas (database, table, parts_to_check, log_max_index, log_pointer, lost_part_count, last_queue_update_exception, zookeeper_exception) VALUES ('d', 't', ${values})`,
  ];
  const well = seeded("0, 10, 11, 7, '', ''");
  engine.execute(...well);
  await proves(
    watching(
      'replica-log-gap',
      'replica-suspect-parts',
      'replica-exception',
      'replica-wedged-fetch',
    ),
    [
      'replica-log-gap warning',
      'replica-suspect-parts warning',
      'replica-exception critical',
      'replica-exception critical',
      'replica-wedged-fetch warning',
    ],
    [
      ...seeded("11, 120, 10, 7, 'Code: 33', 'Code: 999'"),
      "INSERT INTO system.replicated_fetches VALUES ('d', 't', 'all_1_1_0', 700, 0.5, 100, 'r2')",
    ],
    [...well, 'TRUNCATE TABLE system.replicated_fetches'],
  );
  const watch = watching('replica-lost-parts');
  await watch.rounds(2);
  engine.execute(...seeded("0, 10, 11, 8, '', ''"));
  await watch.rounds();
  expect(watch.findings().map((each) => each.message)).toEqual([
    'd.t lost 1 part; 8 since it was made.',
  ]);
  await watch.rounds(12);
  expect(watch.findings()).toEqual([]);
});

test('tables without replication, where a shard has two replicas', async () => {
  const placed = (id: string): WatchedNode => ({
    ...node(id),
    observation: {
      node: { id, host: id, port: 8123, hostName: id, shard: 1, version: '26.7.1.1', online: true },
    },
  });
  await proves(
    watchNodes([placed('n1'), placed('n2')], [checkOf('unreplicated-tables')]),
    ['unreplicated-tables info', 'unreplicated-tables info'],
    ['CREATE TABLE d.plain (k UInt64) ENGINE = MergeTree ORDER BY k'],
    ['DROP TABLE d.plain SYNC'],
  );
});

test('a setting that is changed, and is left alone then', async () => {
  const changing = (sql: string) =>
    engine.rows(sql.replaceAll('merge_tree_settings`', 'merge_tree_settings_changing`'));
  const watch = watchNodes([node('n1', changing)], [checkOf('config-change')]);
  const change = (value: number) => {
    placeLookAlike(engine, 'merge_tree_settings', 'merge_tree_settings_changing');
    engine.execute(
      `INSERT INTO system.merge_tree_settings_changing VALUES ('parts_to_throw_insert', '${value}', 1)`,
    );
  };
  change(5);
  await watch.rounds(2);
  expect([watch.findings(), watch.outcome('config-change')]).toEqual([[], 'ok']);
  change(6);
  await watch.rounds();
  expect(watch.findings().map((each) => each.message)).toEqual([
    'The MergeTree setting parts_to_throw_insert was changed: from 5 to 6.',
  ]);
  await watch.rounds(12);
  expect(watch.findings()).toEqual([]);
});

test('servers that are configured differently', async () => {
  placeLookAlike(engine, 'merge_tree_settings', 'merge_tree_settings_elsewhere');
  const elsewhere = (sql: string) =>
    engine.rows(sql.replaceAll('merge_tree_settings`', 'merge_tree_settings_elsewhere`'));
  const watch = watchNodes([node('n1'), node('n2', elsewhere)], [checkOf('config-drift')]);
  await watch.rounds(17);
  expect(watch.findings()).toEqual([]);
  engine.execute(
    "INSERT INTO system.merge_tree_settings_elsewhere VALUES ('parts_to_throw_insert', '5', 1), ('merge_max_block_size', '8192', 0)",
  );
  await watch.rounds(17);
  expect(watch.findings().map((each) => each.message)).toEqual([
    'The MergeTree setting parts_to_throw_insert is not the same everywhere: n1: default, n2: 5.',
  ]);
  engine.execute('TRUNCATE TABLE system.merge_tree_settings_elsewhere');
  await watch.rounds(3);
  expect(watch.findings()).toEqual([]);
});

test('a user from whom tables and their parts are hidden', async () => {
  engine.execute('CREATE TABLE d.hidden (k UInt64) ENGINE = MergeTree ORDER BY k');
  for (let part = 0; part < 5; part++) engine.execute(`INSERT INTO d.hidden VALUES (${part})`);
  for (const table of ['parts', 'tables'])
    engine.execute(
      `CREATE VIEW system.seen_${table} AS SELECT * FROM system.${table} WHERE database != 'd'`,
    );
  let blind = false;
  const rows = (sql: string) =>
    engine.rows(blind ? sql.replaceAll(/`(parts|tables)`/g, '`seen_$1`') : sql);
  const watch = watchNodes([node('n1', rows)], [checkOf('monitor-blind')]);
  await watch.rounds(2);
  expect([watch.findings(), watch.outcome('monitor-blind')]).toEqual([[], 'ok']);
  const { tables } = parseCapabilities(engine.rows(capabilityStatement));
  const statement = sightStatement({
    version: '',
    tables,
    denied: new Map(),
    functions: new Set(),
  });
  const hiding = statement.replaceAll(/FROM system[.](parts|tables)/g, 'FROM system.seen_$1');
  expect(blindTo(parseSight(engine.rows(statement)))).toBeUndefined();
  expect(blindTo(parseSight(engine.rows(hiding)))?.what).toBe('tables');
  blind = true;
  await watch.rounds();
  expect(watch.findings().map((each) => [each.severity, each.subject.object])).toEqual([
    ['critical', 'parts'],
    ['critical', 'tables'],
  ]);
  blind = false;
  await watch.rounds();
  expect(watch.findings()).toEqual([]);
});

test("the server's log has not been written for hours", async () => {
  engine.execute(
    'DROP TABLE IF EXISTS system.query_log',
    'CREATE TABLE system.query_log (event_time DateTime) ENGINE = MergeTree ORDER BY event_time',
    'INSERT INTO system.query_log VALUES (now())',
  );
  const watch = watching('log-pipeline');
  // Half an hour, so that something is known of the last one.
  await watch.rounds(32);
  expect([watch.findings(), watch.outcome('log-pipeline')]).toEqual([[], 'ok']);
  const [[part]] = engine.rows(
    "SELECT path FROM system.parts WHERE active AND database = 'system' AND table = 'query_log'",
  ) as [[string]];
  engine.execute('DETACH TABLE system.query_log');
  const hoursAgo = new Date(Date.now() - 5 * 3_600_000);
  utimesSync(part, hoursAgo, hoursAgo);
  engine.execute('ATTACH TABLE system.query_log');
  for (let query = 0; query < 1_001; query++) engine.rows('SELECT 1');
  await watch.rounds(2);
  expect(watch.findings().map((each) => [each.severity, each.subject.table])).toEqual([
    ['warning', 'query_log'],
  ]);
  engine.execute('INSERT INTO system.query_log VALUES (now())');
  await watch.rounds(3);
  expect(watch.findings()).toEqual([]);
});
