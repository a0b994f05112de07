import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlName } from '../../src/base/sql-text.ts';
import {
  type EmbeddedNode,
  openEmbeddedNode,
} from '../../src/core/health/testing/embedded-node.ts';
import { told, untilFound, untilWell, watchEngine } from './fault-watch.ts';

/** Faults of parts and mutations made on the newest engine, 26.7: found, repaired by their fix, over. */
let engine: EmbeddedNode;
const database = "it's `d`";
const of = (table: string): string => `${sqlName(database)}.${sqlName(table)}`;

beforeAll(() => {
  engine = openEmbeddedNode();
  engine.execute(`CREATE DATABASE ${sqlName(database)}`);
});
afterAll(() => engine.close());

/** Makes that many parts, of one row each, by one insert. */
const insertParts = (table: string, parts: number, from = 0): string =>
  `INSERT INTO ${of(table)} SELECT number + ${from} FROM numbers(${parts}) SETTINGS max_block_size = 1, max_insert_block_size = 1, min_insert_block_size_rows = 1, min_insert_block_size_bytes = 1, max_partitions_per_insert_block = 0`;

const subjectsOf = (found: ReturnType<ReturnType<typeof watchEngine>['findings']>): string[] =>
  found.map(({ subject }) => `${subject.database}.${subject.table}`);

test('parts-per-partition and inserts-held-up: merges are stopped, and go on by the fix', async () => {
  const table = 'cro`wded';
  engine.execute(
    `CREATE TABLE ${of(table)} (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS parts_to_delay_insert = 60, parts_to_throw_insert = 70, max_delay_to_insert = 1, merge_selector_algorithm = 'Simple'`,
    `SYSTEM STOP MERGES ${of(table)}`,
    insertParts(table, 53),
  );
  const watch = watchEngine(engine, 'parts-per-partition', 'inserts-held-up');
  await watch.rounds(7);
  expect(told(watch)).toEqual([]);
  expect(watch.outcome('parts-per-partition')).toBe('ok');
  engine.execute(insertParts(table, 2, 100));
  await untilFound(watch, 'parts-per-partition high');
  engine.execute(insertParts(table, 5, 200));
  await untilFound(watch, 'parts-per-partition critical');
  expect(watch.findings()[0]!.message).toContain('from 60 on each insert is slowed down');
  engine.execute(insertParts(table, 10, 300));
  await untilFound(watch, 'parts-per-partition critical', 'inserts-held-up high');
  expect(engine.failure(insertParts(table, 1, 400))).toMatch(/Code: 252/);
  await untilFound(watch, 'parts-per-partition critical', 'inserts-held-up critical');
  const [crowded] = watch.findings().filter((each) => each.check === 'parts-per-partition');
  expect(crowded?.message).toContain('inserts are refused');
  expect(crowded?.subject).toMatchObject({ database, table, partition: 'all' });
  engine.execute(crowded!.fix!.sql);
  watch.later(300_000);
  await untilWell(watch);
  engine.execute(`DROP TABLE ${of(table)}`);
});

test('table-parts-total: a fine partition key reaches the table’s own limit', async () => {
  const table = 'limited';
  engine.execute(
    `CREATE TABLE ${of(table)} (a UInt64) ENGINE = MergeTree PARTITION BY a ORDER BY a SETTINGS max_parts_in_total = 20`,
    insertParts(table, 15),
  );
  const watch = watchEngine(engine, 'table-parts-total');
  await watch.rounds(2);
  expect(watch.outcome('table-parts-total')).toBe('ok');
  engine.execute(insertParts(table, 1, 100));
  expect(subjectsOf(await untilFound(watch, 'table-parts-total critical'))).toEqual([
    `${database}.${table}`,
  ]);
  engine.execute(watch.findings()[0]!.fix!.sql, `DROP TABLE ${of(table)}`);
  await untilWell(watch);
});

test('too-many-partitions: a partition for each value', async () => {
  const table = 'fine';
  engine.execute(
    `CREATE TABLE ${of(table)} (a UInt64) ENGINE = MergeTree PARTITION BY a ORDER BY a`,
    `INSERT INTO ${of(table)} SELECT number FROM numbers(1000) SETTINGS max_partitions_per_insert_block = 0`,
  );
  const watch = watchEngine(engine, 'too-many-partitions');
  await watch.rounds(2);
  expect(watch.outcome('too-many-partitions')).toBe('ok');
  engine.execute(`INSERT INTO ${of(table)} VALUES (1000)`);
  await untilFound(watch, 'too-many-partitions warning');
  engine.execute(
    `INSERT INTO ${of(table)} SELECT number + 1001 FROM numbers(500) SETTINGS max_partitions_per_insert_block = 0`,
  );
  await untilFound(watch, 'too-many-partitions critical');
  engine.execute(watch.findings()[0]!.fix!.sql, `TRUNCATE TABLE ${of(table)}`);
  await untilWell(watch);
  engine.execute(`DROP TABLE ${of(table)}`);
});

test('tiny-inserts: row by row, seventy times a minute', async () => {
  engine.execute(`CREATE TABLE ${of('rows')} (a UInt64) ENGINE = Memory`);
  const watch = watchEngine(engine, 'tiny-inserts');
  engine.execute(`INSERT INTO ${of('rows')} VALUES (1)`);
  await watch.rounds(8);
  expect(watch.outcome('tiny-inserts')).toBe('ok');
  for (let minute = 0; minute < 22; minute++) {
    for (let row = 0; row < 70; row++) engine.execute(`INSERT INTO ${of('rows')} VALUES (1)`);
    await watch.rounds();
  }
  expect(told(watch)).toEqual(['tiny-inserts warning']);
  watch.later(600_000);
  await untilWell(watch);
  engine.execute(`DROP TABLE ${of('rows')}`);
});

test('failing-mutation: a value that is no number; the fix ends it', async () => {
  const table = 'mu\\tated';
  engine.execute(
    `CREATE TABLE ${of(table)} (a UInt64, s String) ENGINE = MergeTree ORDER BY a`,
    `INSERT INTO ${of(table)} VALUES (1, 'no number')`,
  );
  const watch = watchEngine(engine, 'failing-mutation');
  await watch.rounds(2);
  expect(watch.outcome('failing-mutation')).toBe('ok');
  engine.execute(
    `ALTER TABLE ${of(table)} UPDATE s = toString(toUInt8(s)) WHERE a = 1 SETTINGS mutations_sync = 0`,
  );
  const [finding] = await untilFound(watch, 'failing-mutation critical');
  expect(finding?.message).toMatch(/Cannot parse|no number/);
  engine.execute(finding!.fix!.sql);
  await untilWell(watch);
  engine.execute(`DROP TABLE ${of(table)}`);
});

test('slow-mutation and mutation-backlog: merges are stopped, so that no mutation gets on', async () => {
  const table = 'waiting';
  engine.execute(
    `CREATE TABLE ${of(table)} (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS number_of_mutations_to_delay = 10, number_of_mutations_to_throw = 12`,
    insertParts(table, 1),
    `SYSTEM STOP MERGES ${of(table)}`,
  );
  const watch = watchEngine(engine, 'slow-mutation', 'mutation-backlog');
  const mutate = (count: number) =>
    engine.execute(
      ...Array.from(
        { length: count },
        (_, place) =>
          `ALTER TABLE ${of(table)} DELETE WHERE a = ${place} SETTINGS mutations_sync = 0`,
      ),
    );
  mutate(7);
  await watch.rounds(32);
  expect(told(watch)).toEqual([]);
  mutate(1);
  await untilFound(watch, 'mutation-backlog high');
  mutate(4);
  await untilFound(watch, 'mutation-backlog critical');
  engine.execute(watch.findings()[0]!.fix!.sql);
  watch.later(3.5 * 3_600_000);
  await untilFound(watch, 'slow-mutation warning');
  watch.later(3 * 3_600_000);
  await untilFound(watch, 'slow-mutation high');
  watch.later(18 * 3_600_000);
  await untilFound(watch, 'slow-mutation critical');
  // The fixes end those mutations that are said not to get on.
  for (const { check, fix } of watch.findings())
    if (check === 'slow-mutation') engine.execute(fix!.sql);
  engine.execute(`SYSTEM START MERGES ${of(table)}`);
  await untilWell(watch);
  engine.execute(`DROP TABLE ${of(table)}`);
});

test('detached-parts and restart-risk: a part is broken on disk while the table is away', async () => {
  const table = 'broken';
  engine.execute(
    `CREATE TABLE ${of(table)} (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS max_suspicious_broken_parts = 2`,
    `SYSTEM STOP MERGES ${of(table)}`,
    insertParts(table, 3),
  );
  const watch = watchEngine(engine, 'detached-parts', 'restart-risk');
  await watch.rounds(2);
  expect(told(watch)).toEqual([]);
  const [[path] = []] = engine.rows(
    `SELECT path FROM system.parts WHERE active AND table = '${table}' ORDER BY name LIMIT 1`,
  );
  engine.execute(`DETACH TABLE ${of(table)} SYNC`);
  writeFileSync(join(String(path), 'columns.txt'), 'rubbish');
  rmSync(join(String(path), 'checksums.txt'));
  engine.execute(`ATTACH TABLE ${of(table)}`);
  await untilFound(watch, 'detached-parts warning', 'restart-risk warning');
  const [finding] = watch.findings().filter((each) => each.check === 'detached-parts');
  expect(finding?.subject.object).toMatch(/^broken/);
  const shown = engine.rows(finding!.fix!.sql);
  expect(shown).toHaveLength(1);
  engine.execute(
    `ALTER TABLE ${of(table)} DROP DETACHED PART '${shown[0]![0]}' SETTINGS allow_drop_detached = 1`,
  );
  await untilWell(watch);
  engine.execute(`DROP TABLE ${of(table)}`);
});

test('expired-rows: the TTL is stopped; the fix applies it', async () => {
  const table = 'old';
  engine.execute(
    `CREATE TABLE ${of(table)} (d DateTime) ENGINE = MergeTree ORDER BY d TTL d + INTERVAL 1 DAY`,
    `SYSTEM STOP MERGES ${of(table)}`,
    `INSERT INTO ${of(table)} VALUES (now())`,
  );
  const watch = watchEngine(engine, 'expired-rows');
  await watch.rounds(2);
  expect(watch.outcome('expired-rows')).toBe('ok');
  engine.execute(`INSERT INTO ${of(table)} VALUES (now() - INTERVAL 10 DAY)`);
  const [finding] = await untilFound(watch, 'expired-rows warning');
  engine.execute(`SYSTEM START MERGES ${of(table)}`, finding!.fix!.sql);
  await untilWell(watch);
  engine.execute(`DROP TABLE ${of(table)}`);
});

test('system-log-ttl and system-log-leftovers: a log without TTL, and what an upgrade left', async () => {
  const watch = watchEngine(engine, 'system-log-ttl', 'system-log-leftovers');
  await watch.rounds();
  expect(told(watch)).toEqual([]);
  for (const name of ['text_log', 'text_log_0'])
    engine.execute(
      `CREATE TABLE system.${name} (event_date Date, message String) ENGINE = MergeTree ORDER BY event_date`,
    );
  const found = await untilFound(watch, 'system-log-ttl warning', 'system-log-leftovers info');
  expect(found.map(({ subject }) => subject.table).sort()).toEqual(['text_log', 'text_log_0']);
  for (const { fix } of found) engine.execute(fix!.sql);
  await untilWell(watch);
  engine.execute('DROP TABLE system.text_log SYNC');
});
