import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Check } from '../check.ts';
import { type EmbeddedNode, openEmbeddedNode } from '../testing/embedded-node.ts';
import { placeLookAlike } from '../testing/look-alike-tables.ts';
import { type WatchedNode, watchNodes } from '../testing/watch-nodes.ts';
import { integrationsChecks } from './integrations/integrations-checks.ts';
import { resourcesChecks } from './resources/resources-checks.ts';
import { securityChecks } from './security/security-checks.ts';
import { workloadChecks } from './workload/workload-checks.ts';

/** Statements of readings on the real engine, over tables that it lacks and that are seeded here. */
const checks = [...resourcesChecks, ...workloadChecks, ...integrationsChecks, ...securityChecks];
const seeded = [
  'query_log',
  'query_views_log',
  'session_log',
  'backup_log',
  'asynchronous_metrics',
  'distributed_ddl_queue',
  'kafka_consumers',
  'certificates',
  'processes',
];

let engine: EmbeddedNode;
beforeAll(() => {
  engine = openEmbeddedNode();
});
afterAll(() => engine.close());
beforeEach(() => {
  for (const table of seeded) placeLookAlike(engine, table);
  engine.execute('DROP TABLE IF EXISTS system.query_log_0');
});

const node = (): WatchedNode => ({
  id: 'n1:8123',
  rows: (sql) => engine.rows(sql),
  uptimeMs: 30 * 86_400_000,
});

const checkOf = (id: string): Check => {
  const found = checks.find((each) => each.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
};

/** Seeds, sees the check fire; another watch over what is well does not. */
async function proves(
  id: string,
  seeds: readonly string[],
  expected: readonly (string | RegExp)[],
  after: { readonly outcome: string; readonly seeds?: readonly string[] } = { outcome: 'ok' },
): Promise<void> {
  for (const table of seeded) placeLookAlike(engine, table);
  engine.execute(...seeds);
  const watch = watchNodes([node()], [checkOf(id)]);
  await watch.rounds(9);
  const messages = watch.findings().map((each) => `${each.severity}: ${each.message}`);
  expect(messages, `${id}: ${watch.outcome(id)}`).toEqual(
    expected.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each))),
  );
  for (const table of seeded) placeLookAlike(engine, table);
  engine.execute(...(after.seeds ?? []));
  const well = watchNodes([node()], [checkOf(id)]);
  await well.rounds(3);
  expect(well.outcome(id), id).toMatch(new RegExp(`^${after.outcome}`));
}

const queries = (count: number, values: Readonly<Record<string, string>>): string => {
  const all: Record<string, string> = {
    type: "'QueryFinish'",
    user: "'anna'",
    query: "'SELECT 1'",
    query_kind: "'Select'",
    ...values,
  };
  return `INSERT INTO system.query_log (${Object.keys(all)}) SELECT ${Object.values(all)} FROM numbers(${count})`;
};
const failed = (count: number, code: number, values: Readonly<Record<string, string>> = {}) =>
  queries(count, { type: "'ExceptionWhileProcessing'", exception_code: String(code), ...values });

test('queries that failed, by their codes', async () => {
  await proves(
    'query-failures',
    [queries(60, {}), failed(30, 210), failed(10, 62)],
    [
      'critical: 30 % of the queries of the last ten minutes failed (30 of 100); 10 more were refused for faults of their own.',
    ],
  );
  await proves(
    'memory-kills',
    [
      queries(100, {}),
      failed(1, 241, { query_kind: "'Insert'", exception: "'(total) memory limit exceeded'" }),
    ],
    [
      'critical: 1 insert failed for want of memory within an hour; limit of the query 0, of the user 0, of the server 1.',
    ],
  );
  await proves('refused-queries', [failed(11, 202)], [/^warning: 11 queries were refused/]);
});

test('what the monitor asks, and queries that only began, do not count', async () => {
  const watch = watchNodes([node()], [checkOf('query-failures')]);
  engine.execute(
    failed(90, 210, { query_id: "'castellan-monitor-1'" }),
    queries(90, { type: "'QueryStart'" }),
    queries(1, {}),
  );
  await watch.rounds(3);
  expect(watch.findings()).toEqual([]);
});

test('rows that an upgrade left in query_log_0 count as well', async () => {
  placeLookAlike(engine, 'query_log', 'query_log_0');
  engine.execute(
    `INSERT INTO system.query_log_0 (type, exception_code) SELECT 'ExceptionWhileProcessing', 202 FROM numbers(11)`,
  );
  const watch = watchNodes([node()], [checkOf('refused-queries')]);
  await watch.rounds(3);
  expect(watch.findings()).toHaveLength(1);
});

test('what is usual is a week without the last hour', async () => {
  const before = { event_time: 'now() - 7200 - number * 600' };
  const shape = { normalized_query_hash: '77' };
  const slow = {
    ...shape,
    query: "'SELECT secret FROM t WHERE a = ''x'''",
    query_duration_ms: '900',
  };
  await proves(
    'query-regression',
    [queries(100, { ...before, ...shape, query_duration_ms: '100' }), queries(40, slow)],
    [
      /^warning: The 95th percentile of 40 runs within an hour is \d+ ms; in the week before it was 100 ms: SELECT secret FROM t WHERE a = \?$/,
    ],
    { outcome: 'ok', seeds: [queries(40, { ...shape, query_duration_ms: '100' })] },
  );
  await proves(
    'query-timeouts',
    [queries(400, before), failed(30, 159)],
    [
      'warning: 30 queries of the last hour timed out, lost their connection or were cancelled; 0 are usual.',
    ],
    { outcome: 'ok', seeds: [queries(400, before)] },
  );
  await proves(
    'unusually-long-query',
    [
      `INSERT INTO system.query_log (type, event_time, query, normalized_query_hash, query_duration_ms) SELECT 'QueryFinish', now() - 7200, 'SELECT 1 FROM t', normalizedQueryHash('SELECT 1 FROM t'), 1000 FROM numbers(50)`,
      `INSERT INTO system.processes (query_id, user, elapsed, query, query_kind) VALUES ('q', 'anna', 61, 'SELECT 2 FROM t', 'Select')`,
    ],
    [
      'warning: A query of anna has been running for 1 min 1 s; 99 of 100 take at most 1 s: SELECT ? FROM t',
    ],
  );
});

test('the processor, by query and user, and marks', async () => {
  const hour = `'OSCPUVirtualTimeMicroseconds', ${2 * 3_600 * 1e6}`;
  await proves(
    'cost-hog',
    [queries(1, { ProfileEvents: `map(${hour})`, user: "'ben'", normalized_query_hash: '5' })],
    // What takes everything makes its user take everything, too.
    [/^info: The user ben took 100 %/, /^info: One query took 100 % of the processor time/],
  );
  await proves(
    'poor-pruning',
    [
      queries(9, {
        normalized_query_hash: '5',
        read_rows: '1000000000',
        result_rows: '10',
        ProfileEvents: "map('SelectedMarks', 20000, 'SelectedMarksTotal', 20000)",
      }),
    ],
    [
      'info: A query reads 20,000 marks a run and 100,000,000 rows for each row that it returns: SELECT ?',
    ],
  );
});

test('metrics of the host and the container', async () => {
  const metrics = (values: Readonly<Record<string, number>>): string =>
    `INSERT INTO system.asynchronous_metrics (metric, value) VALUES ${Object.entries(values)
      .map(([name, value]) => `('${name}', ${value})`)
      .join(', ')}`;
  const gib = 2 ** 30;
  const well = metrics({ MemoryResident: gib, OSMemoryTotal: 64 * gib, LoadAverage15: 0 });
  const watch = watchNodes([node()], ['memory-use', 'memory-held', 'cpu-load'].map(checkOf));
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
  const threads = watchNodes([node()], [checkOf('thread-pool')]);
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
  const age = watchNodes([node()], [checkOf('dictionary-age')]);
  await age.rounds(3);
  expect(age.findings().map((each) => each.message)).toEqual([
    expect.stringMatching(
      /^The dictionary d\.x was last refreshed 2 min \d+ s ago; it is meant to be at most 1 min old\.$/,
    ),
  ]);
});
