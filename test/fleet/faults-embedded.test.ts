import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type GrantedEngine,
  startGrantedEngine,
} from '../../src/adapters/clickhouse/fleet/testing/granted-engine.ts';
import {
  type EmbeddedNode,
  openEmbeddedNode,
} from '../../src/core/health/testing/embedded-node.ts';
import { type Watch, watchNodes } from '../../src/core/health/testing/watch-nodes.ts';
import { eventually } from '../peers/castellan.ts';
import { checkOf, found, untilFound } from './watching.ts';

/** Faults made on the newest engine, 26.7: each is found, its fix is run, and it is over. */
let engine: EmbeddedNode;
beforeAll(() => {
  engine = openEmbeddedNode({
    users: '<open><no_password/><networks><ip>::/0</ip></networks></open>',
  });
  engine.execute('CREATE DATABASE d');
});
afterAll(() => engine.close());

const watching = (...ids: readonly string[]): Watch =>
  watchNodes(
    [{ id: 'n1:8123', rows: (sql) => engine.rows(sql), uptimeMs: 30 * 86_400_000 }],
    ids.map(checkOf),
  );

/** Runs the fix of the only finding. */
function runFix(watch: Watch): void {
  const [finding, ...more] = watch.findings();
  if (!finding?.fix || more.length > 0) throw new Error(`no single fix: ${found(watch)}`);
  engine.execute(finding.fix.sql);
}

const untilWell = (watch: Watch): Promise<void> => untilFound(watch, []);

test('distributed-queue: sends are stopped, and go on by the fix; files that cannot be sent', async () => {
  engine.execute('CREATE TABLE d.far (a Int8) ENGINE = Distributed(dead, d, t)');
  const watch = watching('distributed-queue');
  await watch.rounds(3);
  expect(watch.outcome('distributed-queue')).toBe('ok');
  engine.execute('SYSTEM STOP DISTRIBUTED SENDS d.far', 'INSERT INTO d.far VALUES (1)');
  await watch.rounds(2);
  expect(found(watch)).toEqual(['distributed-queue critical']);
  runFix(watch);
  await untilWell(watch);
  for (let count = 0; count < 60; count++) engine.execute('INSERT INTO d.far VALUES (1)');
  await untilFound(watch, ['distributed-queue high']);
  expect(engine.failure(watch.findings()[0]!.fix!.sql)).toMatch(/Code: (210|279)/);
  await watch.rounds();
  expect(watch.findings()[0]!.message).toContain('Connection refused');
  engine.execute('TRUNCATE TABLE d.far');
  await untilWell(watch);
  engine.execute('DROP TABLE d.far');
});

test('distributed-failures, cluster-errors and dns-errors: servers and names that are not there', async () => {
  engine.execute('CREATE TABLE d.remote (a Int8) ENGINE = Distributed(dead, d, t)');
  const watch = watching('distributed-failures', 'cluster-errors', 'dns-errors');
  // The first failures show that the server counts them.
  engine.failure('SELECT * FROM d.remote');
  engine.failure("SELECT * FROM remote('no-such-host.invalid:9000', system.one)");
  await watch.rounds(12);
  await eventually(
    () => engine.rows('SELECT sum(errors_count) FROM system.clusters'),
    (rows) => rows[0]?.[0] === '0',
  );
  await untilWell(watch);
  engine.failure('SELECT * FROM d.remote');
  for (let count = 0; count < 3; count++)
    engine.failure("SELECT * FROM remote('no-such-host.invalid:9000', system.one)");
  await watch.rounds(1);
  engine.failure('SELECT * FROM d.remote');
  await watch.rounds(1);
  expect(found(watch).sort()).toEqual([
    'cluster-errors warning',
    'distributed-failures high',
    'dns-errors warning',
  ]);
  watch.later(660_000);
  await untilWell(watch);
  engine.execute('DROP TABLE d.remote');
});

test('dictionary-load: its source is missing; the fix says so, and loads it once it is there', async () => {
  engine.execute(
    "CREATE DICTIONARY d.names (a UInt64, b String) PRIMARY KEY a SOURCE(CLICKHOUSE(DB 'd' TABLE 'names_source')) LAYOUT(FLAT()) LIFETIME(MIN 1 MAX 2)",
  );
  engine.failure('SYSTEM RELOAD DICTIONARY d.names');
  const watch = watching('dictionary-load');
  await watch.rounds(2);
  expect(found(watch)).toEqual(['dictionary-load critical']);
  expect(watch.findings()[0]!.message).toMatch(/names_source/);
  expect(watch.findings()[0]!.message).not.toMatch(/Stack trace/);
  expect(engine.failure(watch.findings()[0]!.fix!.sql)).toMatch(/Code: 60/);
  engine.execute('CREATE TABLE d.names_source (a UInt64, b String) ENGINE = Memory');
  runFix(watch);
  await untilWell(watch);
  engine.execute('DROP DICTIONARY d.names');
});

test('view-refreshes: a refresh that fails, and one that was stopped', async () => {
  engine.execute(
    'CREATE TABLE d.broken (a Int8) ENGINE = Memory',
    'INSERT INTO d.broken VALUES (1)',
    'CREATE MATERIALIZED VIEW d.fresh REFRESH EVERY 1 SECOND (a UInt8) ENGINE = Memory AS SELECT throwIf((SELECT count() FROM d.broken) > 0) AS a',
  );
  const watch = watching('view-refreshes');
  await untilFound(watch, ['view-refreshes warning']);
  expect(watch.findings()[0]!.message).toMatch(/throwIf|Code: 395|'\?'/);
  engine.execute('TRUNCATE TABLE d.broken', watch.findings()[0]!.fix!.sql);
  await untilWell(watch);
  engine.execute('SYSTEM STOP VIEW d.fresh');
  await untilFound(watch, ['view-refreshes warning']);
  expect(watch.findings()[0]!.message).toContain('stopped');
  runFix(watch);
  await untilWell(watch);
  engine.execute('DROP TABLE d.fresh');
});

test('buffer-flush: the table behind takes no rows', async () => {
  engine.execute(
    'CREATE TABLE d.strict (a Int8, CONSTRAINT never CHECK a > 100) ENGINE = MergeTree ORDER BY a',
    'CREATE TABLE d.buffer (a Int8) ENGINE = Buffer(d, strict, 1, 0.1, 0.1, 1000, 1000, 1000000, 1000000)',
  );
  const watch = watching('buffer-flush');
  const failing = () => engine.failure('OPTIMIZE TABLE d.buffer');
  engine.execute('INSERT INTO d.buffer VALUES (1)');
  failing();
  await watch.rounds(7);
  failing();
  await watch.rounds(2);
  expect(found(watch)).toEqual(['buffer-flush high']);
  engine.execute('ALTER TABLE d.strict DROP CONSTRAINT never', 'OPTIMIZE TABLE d.buffer');
  watch.later(660_000);
  await untilWell(watch);
  engine.execute('DROP TABLE d.buffer');
});

test('backup-failure: it cannot be written twice to the same place', async () => {
  engine.execute('CREATE TABLE d.kept (a Int8) ENGINE = MergeTree ORDER BY a');
  const watch = watching('backup-failure');
  await watch.rounds();
  expect(watch.outcome('backup-failure')).toMatch(/^unknown: No BACKUP was seen/);
  const to = (name: string) => `BACKUP TABLE d.kept TO File('${engine.folder}/${name}')`;
  engine.execute(to('one'));
  await watch.rounds(3);
  expect(watch.outcome('backup-failure')).toBe('ok');
  expect(engine.failure(to('one'))).toMatch(/already exists/);
  await watch.rounds(2);
  expect(found(watch)).toEqual(['backup-failure warning']);
  engine.failure(to('one'));
  engine.failure(to('one'));
  await watch.rounds(3);
  expect(found(watch)).toEqual(['backup-failure critical']);
  engine.execute(to('two'));
  await untilWell(watch);
});

test('backup-shape: the next backup of the series lacks most of the rows', async () => {
  const watch = watching('backup-shape');
  const to = (name: string) => `BACKUP TABLE d.shrunk TO File('${engine.folder}/${name}')`;
  engine.execute(
    'CREATE TABLE d.shrunk (a UInt64, b String) ENGINE = MergeTree ORDER BY a',
    'INSERT INTO d.shrunk SELECT number, randomString(50) FROM numbers(20000)',
    to('day-1'),
  );
  await watch.rounds(2);
  expect(watch.outcome('backup-shape')).toBe('ok');
  // Times of the history are in seconds.
  await eventually(
    () =>
      engine.rows(
        'SELECT max(toUnixTimestamp(now()) - toUnixTimestamp(end_time)) FROM system.backups',
      ),
    (rows) => Number(rows[0]?.[0]) > 1,
  );
  engine.execute('TRUNCATE TABLE d.shrunk', to('day-2'));
  await watch.rounds(2);
  expect(watch.findings()[0]?.message).toMatch(/day-#.* of the one before/);
  engine.execute(to('day-3'));
  await untilWell(watch);
});

test('access-drift: a right that was given on one of two servers', async () => {
  const shows =
    'GRANT SHOW TABLES, SHOW COLUMNS, SHOW USERS, SHOW ROLES, SHOW ROW POLICIES, SHOW QUOTAS, SHOW SETTINGS PROFILES ON *.*';
  const [one, same, other] = await Promise.all(
    [[shows], [shows], [shows, 'GRANT SELECT ON shop.*']].map(startGrantedEngine),
  );
  const node = (id: string, granted: GrantedEngine) => ({
    id,
    rows: async (sql: string) => (await granted.client.run(sql)).rows.map((row) => [...row]),
  });
  try {
    const drift = watchNodes([node('a:1', one!), node('b:1', other!)], [checkOf('access-drift')]);
    await drift.rounds(2);
    expect(drift.findings().map((each) => each.message)).toEqual([
      'Rights of the user default: not the same on all servers.',
    ]);
    const alike = watchNodes([node('a:1', one!), node('b:1', same!)], [checkOf('access-drift')]);
    await alike.rounds(2);
    expect(alike.outcome('access-drift')).toBe('ok');
  } finally {
    await Promise.all([one, same, other].map((each) => each?.stop()));
  }
});

test('weak-account: one user of the file has no password and may come from anywhere', async () => {
  const watch = watching('weak-account');
  await watch.rounds(2);
  expect(found(watch)).toEqual(['weak-account critical']);
  expect(watch.findings()[0]!.subject.user).toBe('open');
});

test('mark-cache: it is emptied before each query', async () => {
  const columns = Array.from({ length: 500 }, (_, place) => `c${place} UInt8`);
  engine.execute(
    `CREATE TABLE d.wide (${columns}) ENGINE = MergeTree ORDER BY tuple() SETTINGS min_bytes_for_wide_part = 0`,
    'INSERT INTO d.wide (c0) VALUES (1)',
  );
  const read = (times: number, forget: boolean): void => {
    for (let time = 0; time < times; time++) {
      if (forget) engine.execute('SYSTEM DROP MARK CACHE');
      engine.execute('SELECT * FROM d.wide FORMAT Null');
    }
  };
  const watch = watching('mark-cache');
  read(2, false);
  await watch.rounds(32);
  read(22, true);
  await watch.rounds(2);
  expect(found(watch)).toEqual(['mark-cache high']);
  watch.later(3_600_000);
  await watch.rounds(30);
  read(30, false);
  await untilWell(watch);
  engine.execute('DROP TABLE d.wide');
});

test('object-counts: a hundred and one databases', async () => {
  const before = Number(engine.rows('SELECT count() FROM system.databases')[0]![0]);
  const names = Array.from({ length: 104 - before }, (_, place) => `many_${place}`);
  const watch = watching('object-counts');
  await watch.rounds();
  expect(watch.outcome('object-counts')).toBe('ok');
  for (const name of names) engine.execute(`CREATE DATABASE ${name}`);
  await watch.rounds();
  expect(found(watch)).toEqual(['object-counts info']);
  for (const name of names) engine.execute(`DROP DATABASE ${name}`);
  await watch.rounds();
  expect(watch.outcome('object-counts')).toBe('ok');
});
