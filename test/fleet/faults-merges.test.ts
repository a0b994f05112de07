import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlName } from '../../src/base/sql-text.ts';
import { eventually } from '../peers/castellan.ts';
import {
  type ClickHousePair,
  type ClickHouseServer,
  startClickHousePair,
} from '../peers/clickhouse-pair.ts';
import { told, untilFound, untilWell, watchServers } from './fault-watch.ts';

/** Faults that only the log of parts tells, and mutations as 18.16 tells of them. */
let pair: ClickHousePair;
let server: ClickHouseServer;
const database = "it's";
const of = (table: string): string => `${sqlName(database)}.${sqlName(table)}`;

beforeAll(async () => {
  pair = await startClickHousePair();
  [server] = pair.servers;
  for (const each of pair.servers) await each.query(`CREATE DATABASE ${sqlName(database)}`);
}, 240_000);
afterAll(() => pair?.stop());

/** Makes that many parts, of one row each: this version makes larger blocks of one insert. */
async function insertParts(table: string, parts: number): Promise<void> {
  for (let from = 0; from < parts; from += 10)
    await Promise.all(
      Array.from({ length: Math.min(10, parts - from) }, (_, place) =>
        server.query(`INSERT INTO ${of(table)} VALUES ('2026-01-01', ${from + place})`),
      ),
    );
}

const newTable = (table: string, settings: string): Promise<string> =>
  server.query(
    `CREATE TABLE ${of(table)} (d Date, k UInt64) ENGINE = MergeTree PARTITION BY d ORDER BY k SETTINGS ${settings}`,
  );

/** The server writes its log of parts a little later. */
const untilLogged = (table: string, what: string): Promise<string> =>
  eventually(
    () =>
      server
        .query(`SELECT count() > 0 FROM system.part_log WHERE table = '${table}' AND ${what}`)
        .catch(String),
    (some) => some === '1',
    60_000,
  );

test('merges-stalled, insert-rate and parts-forecast: merges are stopped under many inserts', async () => {
  const table = 'stal`led';
  await newTable(table, 'parts_to_delay_insert = 1000, parts_to_throw_insert = 3000');
  const watch = watchServers([server], ['merges-stalled', 'insert-rate', 'parts-forecast']);
  // As many parts as are too many where none is merged.
  await insertParts(table, 110);
  await server.query(`OPTIMIZE TABLE ${of(table)} PARTITION '2026-01-01' FINAL`);
  await untilLogged(table, 'event_type = 2');
  await watch.rounds(3);
  expect(told(watch)).toEqual([]);
  expect(watch.outcome('merges-stalled')).toBe('ok');

  const stuck = `${table}2`;
  await newTable(stuck, 'parts_to_delay_insert = 1000, parts_to_throw_insert = 3000');
  await server.query(`SYSTEM STOP MERGES ${of(stuck)}`);
  await insertParts(stuck, 650);
  await untilLogged(stuck, 'event_type = 1');
  const found = await untilFound(
    watch,
    'merges-stalled warning',
    'insert-rate warning',
    'parts-forecast critical',
  );
  expect(new Set(found.map(({ subject }) => subject.table))).toEqual(new Set([stuck]));
  for (const { fix } of found) await server.query(fix!.sql);
  await server.query(`DROP TABLE ${of(stuck)}`);
  watch.later(3_700_000);
  await untilWell(watch);
});

test('merge-failures: a part whose data is cut short on disk', async () => {
  const table = 'damaged';
  await newTable(table, 'old_parts_lifetime = 1');
  const watch = watchServers([server], ['merge-failures']);
  await server.query(`SYSTEM STOP MERGES ${of(table)}`);
  await insertParts(table, 6);
  await untilLogged(table, 'event_type = 1');
  await watch.rounds(2);
  expect(told(watch)).toEqual([]);
  const [part] = await server.rows<{ path: string }>(
    `SELECT path FROM system.parts WHERE active AND table = '${table}' LIMIT 1`,
  );
  for (const file of readdirSync(part!.path))
    if (file.endsWith('.bin')) truncateSync(join(part!.path, file), 1);
  await server.query(`SYSTEM START MERGES ${of(table)}`);
  for (let attempt = 0; attempt < 5; attempt++)
    await server.query(`OPTIMIZE TABLE ${of(table)} PARTITION '2026-01-01' FINAL`).catch(String);
  await untilLogged(table, 'event_type = 2 AND error != 0');
  const [finding] = await untilFound(watch, 'merge-failures critical');
  expect(finding?.message).toMatch(/failed \d+ times within an hour: .*code \d+/);
  await server.query(finding!.fix!.sql);
  await server.query(`DROP TABLE ${of(table)}`);
  watch.later(3_700_000);
  await untilWell(watch);
});

test('failing-mutation of a replicated table, as the queue of 18.16 tells it', async () => {
  const table = of('mutated');
  for (const each of pair.servers)
    await each.query(
      `CREATE TABLE ${table} (d Date, s String) ENGINE = ReplicatedMergeTree('/faults/mutated', '{replica}') PARTITION BY d ORDER BY d`,
    );
  await server.query(`INSERT INTO ${table} VALUES ('2026-01-01', 'no number')`);
  const watch = watchServers([server], ['failing-mutation']);
  await watch.rounds(2);
  expect(watch.outcome('failing-mutation')).toBe('ok');
  await server.query(`ALTER TABLE ${table} DELETE WHERE toUInt8(s) = 1`);
  const [finding] = await untilFound(watch, 'failing-mutation critical');
  expect(finding?.message).toMatch(/Cannot parse/);
  for (const each of pair.servers) await each.query(`DROP TABLE ${table}`);
  await untilWell(watch);
});

test('system-log-leftovers: a log that was renamed', async () => {
  const watch = watchServers([server], ['system-log-leftovers', 'system-log-ttl']);
  await watch.rounds();
  expect(told(watch)).toEqual([]);
  expect(watch.outcome('system-log-ttl')).toMatch(/^not_applicable/);
  await server.query(
    'CREATE TABLE system.query_log_0 (d Date, k UInt64) ENGINE = MergeTree PARTITION BY d ORDER BY k',
  );
  const [finding] = await untilFound(watch, 'system-log-leftovers info');
  await server.query(finding!.fix!.sql);
  await untilWell(watch);
});
