import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EmbeddedNode, openEmbeddedNode } from '../testing/embedded-node.ts';
import { placeLookAlike } from '../testing/look-alike-tables.ts';
import { asWatched, checkOf, proveSeeded, type SeededCase } from '../testing/seeded-proof.ts';
import { watchNodes } from '../testing/watch-nodes.ts';

/** Statements of readings on the real engine, over tables that it lacks and that are seeded here. */
const seeded = [
  'query_views_log',
  'session_log',
  'backup_log',
  'asynchronous_metrics',
  'distributed_ddl_queue',
  'kafka_consumers',
  'certificates',
];

let engine: EmbeddedNode;
beforeAll(() => {
  engine = openEmbeddedNode();
});
afterAll(() => engine.close());
beforeEach(() => {
  for (const table of seeded) placeLookAlike(engine, table);
});

const proves = (
  check: string,
  seeds: readonly string[],
  expected: readonly (string | RegExp)[],
  well: SeededCase['well'] = { outcome: 'ok' },
): Promise<void> => proveSeeded(engine, seeded, { check, seeds, expected, well });

test('metrics of the host and the container', async () => {
  const metrics = (values: Readonly<Record<string, number>>): string =>
    `INSERT INTO system.asynchronous_metrics (metric, value) VALUES ${Object.entries(values)
      .map(([name, value]) => `('${name}', ${value})`)
      .join(', ')}`;
  const gib = 2 ** 30;
  const well = metrics({ MemoryResident: gib, OSMemoryTotal: 64 * gib, LoadAverage15: 0 });
  const watch = watchNodes(
    [asWatched(engine)],
    ['memory-use', 'memory-held', 'cpu-load'].map(checkOf),
  );
  engine.execute(
    'CREATE DATABASE held',
    'CREATE TABLE held.m (a UInt64) ENGINE = Memory',
    'INSERT INTO held.m SELECT number FROM numbers(100000)',
    metrics({ MemoryResident: 1.9e6, OSMemoryTotal: 2e6, LoadAverage15: 1_000 }),
  );
  await watch.rounds(8);
  expect(watch.findings().map((each) => `${each.check} ${each.severity}`)).toEqual([
    'memory-use critical',
    'memory-held critical',
    'cpu-load critical',
  ]);
  placeLookAlike(engine, 'asynchronous_metrics');
  await watch.rounds(4);
  expect(watch.outcome('cpu-load')).toMatch(/^(critical|unknown)/);
  engine.execute(well);
  await watch.rounds(4);
  expect(watch.findings()).toEqual([]);
  engine.execute('DROP DATABASE held');
});

test('views, statements ON CLUSTER and Kafka', async () => {
  await proves(
    'view-failures',
    [
      `INSERT INTO system.query_views_log (view_name, exception_code, exception) VALUES ('d.v', 6, 'Code: 6. Cannot parse ''top secret'' as Int8. (X), Stack trace: 0. ?')`,
    ],
    [
      "warning: The view d.v failed for 1 insert within an hour (code 6): Code: 6. Cannot parse '?' as Int8. (X)",
    ],
  );
  await proves(
    'ddl-queue',
    [
      `INSERT INTO system.distributed_ddl_queue (entry, cluster, query_create_time, host, status) VALUES ('query-7', 'c', now() - 300, 'b', NULL), ('query-6', 'c', now() - 900, 'b', 'Finished'), ('query-1', 'c', now() - 90000, 'b', 'Inactive')`,
    ],
    [
      /^warning: b has not finished a statement that was run ON CLUSTER 5 min( \d s)? ago \(query-7\); 1 wait\.$/,
    ],
  );
  await proves(
    'kafka-consumers',
    [
      `INSERT INTO system.kafka_consumers VALUES ('d', 'k', 'c1', ['t'], [now() - 5], ['Cannot parse ''secret'''], now() - 60, now() - 60, 1)`,
    ],
    ["warning: 1 consumer of d.k failed since the last success: Cannot parse '?'"],
  );
  await proves(
    'kafka-consumers',
    [
      `INSERT INTO system.kafka_consumers VALUES ('d', 'k', 'c1', [], [], [], now(), now(), 1), ('d', 'k', 'c2', [], [], [], now(), toDateTime(0), 1)`,
    ],
    ['critical: No consumer of d.k has a partition: it receives nothing.'],
  );
});

test('backups by their log, with names that hide keys', async () => {
  const backup = (hoursAgo: number, status: string, more = "1000000000, ''"): string =>
    `INSERT INTO system.backup_log (name, status, start_time, end_time, event_time_microseconds, total_size, error) SELECT 'S3(\\'https://b.example/x-${hoursAgo}\\', \\'KEYID\\', \\'[HIDDEN]\\')', '${status}', now() - ${hoursAgo * 3_600 + 600}, now() - ${hoursAgo * 3_600}, now64(6) - ${hoursAgo * 3_600}, ${more}`;
  const fresh = [backup(1, 'BACKUP_CREATED')];
  await proves(
    'backup-age',
    [backup(30, 'BACKUP_CREATED'), backup(1, 'BACKUP_FAILED')],
    [/^warning: The newest backup is 1 d 6 h old/],
    { outcome: 'ok', seeds: fresh },
  );
  await proves(
    'backup-failure',
    [backup(1, 'BACKUP_FAILED', "0, 'no space'"), backup(9, 'BACKUP_CREATED')],
    [/^warning: The last 1 backup failed, 1 h( \d s)? ago: no space$/],
    { outcome: 'ok', seeds: fresh },
  );
  await proves(
    'backup-shape',
    [backup(1, 'BACKUP_CREATED', "500000000, ''"), backup(25, 'BACKUP_CREATED')],
    ["warning: The newest backup S3('https://b.example/x-#' has 477 MiB, 50 % of the one before."],
    { outcome: 'unknown' },
  );
});

test('certificates whose end is a text, and logins', async () => {
  await proves(
    'tls-expiry',
    [
      `INSERT INTO system.certificates SELECT '/c.pem', 'CN=a', formatDateTime(now() + 9 * 86400, '%b %e %T %Y GMT', 'UTC'), 0`,
      `INSERT INTO system.certificates SELECT '/root.pem', 'CN=r', 'Jan  1 00:00:00 2001 GMT', 1`,
    ],
    [/^critical: The certificate \/c\.pem ends in (9 d|8 d 23 h)/],
    { outcome: 'not_applicable' },
  );
  await proves(
    'login-failures',
    [
      "INSERT INTO system.session_log (type, user, client_address) SELECT 'LoginFailure', 'eve', '::1' FROM numbers(101)",
    ],
    ['warning: 10 logins fail each minute: eve from ::1 (101).'],
  );
});

test('threads and dictionaries', async () => {
  engine.execute(
    'DROP TABLE system.metrics',
    'CREATE TABLE system.metrics (metric String, value Int64, description String) ENGINE = Memory',
    "INSERT INTO system.metrics (metric, value) VALUES ('GlobalThread', 9500), ('Query', 1)",
  );
  const threads = watchNodes([asWatched(engine)], [checkOf('thread-pool')]);
  await threads.rounds(3);
  expect(threads.findings().map((each) => each.message)).toEqual([
    '9500 threads are in use, 95 % of max_thread_pool_size (10000).',
  ]);
  engine.execute(
    'TRUNCATE TABLE system.metrics',
    "INSERT INTO system.metrics (metric, value) VALUES ('GlobalThread', 50), ('Query', 1)",
  );
  await threads.rounds(4);
  expect(threads.outcome('thread-pool')).toBe('ok');

  placeLookAlike(engine, 'dictionaries');
  engine.execute(
    "INSERT INTO system.dictionaries SELECT 'd', 'x', 'LOADED', 0, 1, 'ClickHouse: d.t', 60, now() - 125, ''",
    "INSERT INTO system.dictionaries SELECT 'd', 'y', 'LOADED', 0, 1, 'ClickHouse: d.t', 3600, now() - 125, ''",
    "INSERT INTO system.dictionaries SELECT 'd', 'z', 'NOT_LOADED', 0, 0, 'ClickHouse: d.t', 60, toDateTime(0), ''",
  );
  const age = watchNodes([asWatched(engine)], [checkOf('dictionary-age')]);
  await age.rounds(3);
  expect(age.findings().map((each) => each.message)).toEqual([
    expect.stringMatching(
      /^The dictionary d\.x was last refreshed 2 min \d+ s ago; it is meant to be at most 1 min old\.$/,
    ),
  ]);
});
