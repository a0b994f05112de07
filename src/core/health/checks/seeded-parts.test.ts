import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Check } from '../check.ts';
import { type EmbeddedNode, openEmbeddedNode } from '../testing/embedded-node.ts';
import { placeLookAlike } from '../testing/look-alike-tables.ts';
import { watchNodes } from '../testing/watch-nodes.ts';
import { keeperChecks } from './keeper/keeper-checks.ts';
import { partsChecks } from './parts/parts-checks.ts';
import { storageChecks } from './storage/storage-checks.ts';

/**
 * Statements of readings on the real engine, over tables that it lacks (part_log, Keeper's, the
 * asynchronous metrics) or cannot be made to have in a test: parts of terabytes, merges of hours.
 */
const checks = [...keeperChecks, ...partsChecks, ...storageChecks];
const seeded = [
  'part_log',
  'zookeeper_connection',
  'merges',
  'parts',
  'disks',
  'asynchronous_metrics',
];

let engine: EmbeddedNode;
beforeAll(() => {
  engine = openEmbeddedNode();
});
afterAll(() => engine.close());
beforeEach(() => {
  for (const table of seeded) placeLookAlike(engine, table);
});

const checkOf = (id: string): Check => {
  const found = checks.find((each) => each.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
};

const watching = (id: string) =>
  watchNodes(
    [{ id: 'n1:8123', rows: (sql) => engine.rows(sql), uptimeMs: 30 * 86_400_000 }],
    [checkOf(id)],
  );

/** Seeds, sees the check say what is expected; then with `after`, that all is well. */
async function proves(
  id: string,
  seeds: readonly string[],
  expected: readonly (string | RegExp)[],
  options: { readonly rounds?: number; readonly after?: readonly string[] } = {},
): Promise<void> {
  for (const table of seeded) placeLookAlike(engine, table);
  engine.execute(...seeds);
  const watch = watching(id);
  await watch.rounds(options.rounds ?? 9);
  const messages = watch.findings().map((each) => `${each.severity}: ${each.message}`);
  expect(messages, `${id}: ${watch.outcome(id)}`).toEqual(
    expected.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each))),
  );
  for (const table of seeded) placeLookAlike(engine, table);
  engine.execute(...(options.after ?? []));
  const well = watching(id);
  await well.rounds(9);
  expect(well.outcome(id), id).toMatch(/^ok$|^not_applicable: There are no /);
}

const gib = 1024 ** 3;
const events = (count: number, values: Readonly<Record<string, string>>): string =>
  `INSERT INTO system.part_log (${Object.keys(values)}) SELECT ${Object.values(values)} FROM numbers(${count})`;
const newPart = { event_type: "'NewPart'" };

test('the log of parts: new ones, merges, and what was fetched', async () => {
  await proves(
    'merges-stalled',
    [events(101, newPart), events(5, { event_type: "'MergeParts'", error: '241' })],
    ['warning: Partition p got 101 new parts within an hour, and none was merged.'],
    { after: [events(101, newPart), events(1, { event_type: "'MergeParts'" })] },
  );
  // What another replica merged comes as a part of a higher level; others come from inserts there.
  const fetched = (part: string) => ({ event_type: "'DownloadPart'", part_name: `'${part}'` });
  await proves(
    'merges-stalled',
    [events(101, newPart), events(9, fetched('p_1_1_0'))],
    [/^warning/],
    {
      after: [events(101, newPart), events(1, fetched('p_1_9_1'))],
    },
  );
  await proves(
    'merges-stalled',
    [events(101, newPart), events(9, fetched('20260101_20260131_1_1_0'))],
    [/^warning/],
    {
      after: [events(101, newPart), events(1, fetched('20260101_20260131_1_9_2'))],
    },
  );
  await proves(
    'insert-rate',
    [events(700, { ...newPart, rows: '10' })],
    ['warning: 70 new parts a minute come into the table, of 10 rows each.'],
    { after: [events(700, { ...newPart, rows: '10', error: '389' })] },
  );
  await proves(
    'merge-failures',
    [events(3, { event_type: "'MergeParts'", error: '241', exception: "'Memory limit'" })],
    ['critical: The merge into p_1_1_0 failed 3 times within an hour: memory ran out (code 241).'],
    { after: [events(60, { event_type: "'MergeParts'", error: '236' })] },
  );
});

test('how many parts a partition gains', async () => {
  const parts = 'INSERT INTO system.parts (rows) SELECT 1 FROM numbers(500)';
  await proves(
    'parts-forecast',
    [
      parts,
      events(400, newPart),
      events(10, { event_type: "'MergeParts'", merged_from: "['a', 'b', 'c', 'd', 'e', 'f']" }),
    ],
    [/^critical: Partition p has 500 parts and gains 700 an hour: in 42 min 51 s it has 1000/],
    {
      after: [
        parts,
        events(400, newPart),
        events(100, { event_type: "'MergeParts'", merged_from: "['a', 'b', 'c', 'd', 'e', 'f']" }),
      ],
    },
  );
});

test('very many and very large parts', async () => {
  const parts = (count: number, values: Readonly<Record<string, string>>) =>
    `INSERT INTO system.parts (${Object.keys(values)}) SELECT ${Object.values(values)} FROM numbers(${count})`;
  await proves(
    'server-parts-total',
    [parts(60_001, { table: 'toString(number % 7)' })],
    ['warning: The server holds 60,001 parts.'],
    { after: [parts(60_001, { active: '0' })] },
  );
  await proves(
    'oversized-part',
    [parts(1, { bytes_on_disk: '160000000000' })],
    ['info: The part p_1_1_0 has 149 GiB.'],
  );
  const replacing = { engine: "'ReplicatedReplacingMergeTree'", bytes_on_disk: `${16 * gib}` };
  await proves(
    'oversized-partition',
    [parts(8, replacing)],
    [/^warning: Partition p of the ReplicatedReplacingMergeTree table has 128 GiB/],
    { after: [parts(8, { bytes_on_disk: `${16 * gib}` })] },
  );
  const dead = (seconds: number) => ({ active: '0', remove_time: `now() - ${seconds}` });
  await proves('dead-parts', [parts(1_001, dead(7_200))], [/^info: 1,001 parts were merged away/], {
    after: [parts(1_001, dead(60)), parts(1_001, { active: '0' })],
  });
});

test('logs of the server against the space that is left', async () => {
  const disk = (free: number) =>
    `INSERT INTO system.disks (name, path, free_space, total_space) VALUES ('default', '/data/', ${free}, 100000)`;
  const log =
    "INSERT INTO system.parts (database, table, bytes_on_disk) VALUES ('system', 'query_log', 1100)";
  await proves(
    'system-log-size',
    [disk(10_000), log],
    [/^high: system.query_log has 1.1 KiB, 11 %/],
    {
      after: [disk(100_000), log],
    },
  );
});

test('disks that are read-only by their kind, and remote ones', async () => {
  const disk = (values: string) =>
    `INSERT INTO system.disks (name, path, total_space, is_read_only, is_broken, type, object_storage_type, is_write_once, is_remote) VALUES ${values}`;
  await proves(
    'disk-state',
    [disk("('bad', '/b/', 1, 0, 1, 'Local', 'None', 0, 0)")],
    ['critical: The server found the disk bad (/b/) broken and does not use it.'],
    {
      after: [
        disk("('site', '', 0, 1, 0, 'ObjectStorage', 'Web', 0, 1)"),
        disk("('tape', '', 0, 1, 0, 'ObjectStorage', 'S3', 1, 1)"),
      ],
    },
  );
  const free = watching('disk-space');
  engine.execute(disk("('bucket', '', 0, 0, 0, 'ObjectStorage', 'S3', 0, 1)"));
  await free.rounds(3);
  expect(free.findings()).toEqual([]);
});

test('a merge of little data that takes hours', async () => {
  const merge = (seconds: number, size: number) =>
    `INSERT INTO system.merges (database, table, result_part_name, elapsed, progress, total_size_bytes_compressed, rows_read) VALUES ('d', 't', 'p_1_9_1', ${seconds}, 0.25, ${size}, 5)`;
  await proves(
    'crawling-merge',
    [merge(7_200, gib)],
    [/^warning: The merge into p_1_9_1 \(1.0 GiB\) has run for 2 h and is at 25 %/],
    { after: [merge(7_200, 600 * gib)] },
  );
  await proves('crawling-merge', [merge(700, gib)], [/has stood at 25 % for/], { rounds: 14 });
});

test('sessions whose numbers run out', async () => {
  const session = (xid: number) =>
    `INSERT INTO system.zookeeper_connection VALUES ('default', 'k1', 0, 2592000, ${xid})`;
  await proves(
    'keeper-xid',
    [session(2_147_000_000)],
    [/^info: The session default has used 2147000000/],
    {
      after: [session(1_000_000)],
    },
  );
});

test('inodes and background threads', async () => {
  const metrics = (values: string) =>
    `INSERT INTO system.asynchronous_metrics (metric, value) VALUES ${values}`;
  const inodes = (used: number) =>
    metrics(`('FilesystemMainPathUsedINodes', ${used}), ('FilesystemMainPathTotalINodes', 100)`);
  await proves(
    'inodes',
    [inodes(91)],
    [/^warning: 91 % of the inodes of the file system for data/],
    {
      after: [inodes(90)],
    },
  );
  const pool = (busy: number) => [
    'DROP TABLE IF EXISTS system.metrics',
    'CREATE TABLE system.metrics (metric String, value Int64) ENGINE = Memory',
    `INSERT INTO system.metrics VALUES ('BackgroundFetchesPoolTask', ${busy}), ('BackgroundFetchesPoolSize', 16)`,
  ];
  await proves('pool-saturation', pool(16), [/^warning: 16 of 16 threads of the fetches pool/], {
    rounds: 64,
    after: pool(15),
  });
});

test('requests to Keeper that fail or take long, against what is usual', async () => {
  const events = (failures: number, requests: number, waitedMs: number): void =>
    engine.execute(
      'DROP TABLE IF EXISTS system.events',
      'CREATE TABLE system.events (event String, value UInt64) ENGINE = Memory',
      `INSERT INTO system.events VALUES ('ZooKeeperHardwareExceptions', ${failures}), ('ZooKeeperTransactions', ${requests}), ('ZooKeeperWaitMicroseconds', ${waitedMs * 1_000})`,
    );
  engine.execute('CREATE TABLE system.zookeeper (path String) ENGINE = Memory');
  const usual = new Map([
    ['ZooKeeperTransactions', 10_000],
    ['ZooKeeperWaitMicroseconds', 20_000_000],
  ]);
  const watch = watchNodes(
    [
      {
        id: 'n1:8123',
        rows: (sql) => engine.rows(sql),
        uptimeMs: 30 * 86_400_000,
        observation: { usual },
      },
    ],
    [checkOf('keeper-unavailable'), checkOf('keeper-latency')],
  );
  events(5_000, 1_000_000, 2_000_000);
  await watch.rounds(32);
  expect(watch.findings()).toEqual([]);
  events(6_500, 1_001_000, 2_050_000);
  await watch.rounds(3);
  expect(watch.findings().map((each) => `${each.severity}: ${each.message}`)).toEqual([
    'critical: 1,500 requests to Keeper failed within an hour, and only 10 % of the usual number were made.',
    'warning: A request to Keeper takes 50.0 ms on average, usually 2.0 ms.',
  ]);
  watch.later(1_800_000);
  await watch.rounds(62);
  expect(watch.findings()).toEqual([]);
  engine.execute('DROP TABLE system.zookeeper');
});
