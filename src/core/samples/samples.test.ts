import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spooledTables } from '../../model/telemetry/spooled-tables.ts';
import { encodeSamples, type FleetSample } from './encode-samples.ts';
import { diskForecastStatement, usualStatement } from './history-statements.ts';
import { fillSeries, planSeries, type SeriesRequest } from './series-statement.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-native-'));
const engine = new Session(folder);
afterAll(() => {
  engine.cleanup();
  rmSync(folder, { recursive: true, force: true });
});
const rows = (query: string): Record<string, unknown>[] =>
  engine
    .query(query, 'JSONEachRow')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const nowMs = Date.UTC(2026, 10, 21, 12);
const sample = (node: string, atMs: number, load: number, queries: number): FleetSample => ({
  cluster: 'c',
  node,
  hostName: 'хост',
  atMs,
  startedMs: 5,
  elapsedMs: 15_000,
  gauges: new Map([
    ['Load', load],
    ['x'.repeat(200), -0.5],
  ]),
  increases: new Map(queries > 0 ? [['Query', queries]] : []),
});

beforeAll(() => {
  engine.query('CREATE DATABASE fleet');
  const columns = spooledTables.fleet_samples.map(({ name, type }) => `${name} ${type}`);
  engine.query(`CREATE TABLE fleet.fleet_samples (${columns}) ENGINE = MergeTree ORDER BY Time`);
  const samples = [
    sample('a', nowMs - 60_000, 1.5, 30),
    sample('a', nowMs - 45_000, 2.5, 0),
    sample('b', nowMs - 45_000, 9, 150),
    // A gap of one step.
    sample('a', nowMs - 15_000, 4, 15),
  ];
  writeFileSync(join(folder, 'samples.native'), encodeSamples(samples).bytes);
  engine.query(
    `INSERT INTO fleet.fleet_samples SELECT * FROM file('${join(folder, 'samples.native')}', Native)`,
  );
});

test('an encoded block is read by the engine as it was meant', () => {
  expect(rows('SELECT * FROM fleet.fleet_samples ORDER BY Time, Node LIMIT 1')).toEqual([
    {
      Cluster: 'c',
      Node: 'a',
      HostName: 'хост',
      Time: '2026-11-21 11:59:00.000',
      StartedAt: '1970-01-01 00:00:00.005',
      ElapsedMs: 15_000,
      Gauges: { Load: 1.5, ['x'.repeat(200)]: -0.5 },
      Increases: { Query: 30 },
    },
  ]);
});

const request = (more: Partial<SeriesRequest>): SeriesRequest => ({
  database: 'fleet',
  cluster: 'c',
  metric: 'gauge:Load',
  fromMs: nowMs - 900_000,
  toMs: nowMs,
  nowMs,
  vitalsMs: 15_000,
  ...more,
});

test('series of gauges and rates, by node, with their gaps', () => {
  const check = (metric: string, expected: unknown) => {
    const planned = planSeries(request({ metric }));
    if (!planned.ok) throw new Error(planned.error);
    const { sql, params, stepMs } = planned.value;
    const bound = sql.replace(/\{(\w+):(\w+)\}/g, (_all, name: string, type: string) =>
      type === 'String' ? `'${params[name]}'` : `to${type}(${params[name]})`,
    );
    const found = rows(bound).map((row) => ({
      node: String(row.node),
      at: Number(row.at),
      value: Number(row.value),
    }));
    expect(fillSeries(found, stepMs)).toEqual(expected);
  };
  check('gauge:Load', [
    {
      node: 'a',
      points: [
        [nowMs - 60_000, 1.5],
        [nowMs - 45_000, 2.5],
        [nowMs - 30_000, null],
        [nowMs - 15_000, 4],
      ],
    },
    { node: 'b', points: [[nowMs - 45_000, 9]] },
  ]);
  check('rate:Query', [
    {
      node: 'a',
      points: [
        [nowMs - 60_000, 2],
        [nowMs - 45_000, 0],
        [nowMs - 30_000, null],
        [nowMs - 15_000, 1],
      ],
    },
    { node: 'b', points: [[nowMs - 45_000, 10]] },
  ]);
  check('gauge:None', []);
});

test('which table and step a range gets', () => {
  const hour = 3_600_000;
  const check = (more: Partial<SeriesRequest>, table: string, stepMs: number) => {
    const planned = planSeries(request(more));
    if (!planned.ok) throw new Error(planned.error);
    expect([/`(fleet_samples\w*)`/.exec(planned.value.sql)?.[1], planned.value.stepMs]).toEqual([
      table,
      stepMs,
    ]);
  };
  const last = (ms: number) => ({ fromMs: nowMs - ms });
  check(last(0.25 * hour), 'fleet_samples', 15_000);
  check(last(1 * hour), 'fleet_samples', 15_000);
  check(last(6 * hour), 'fleet_samples_1m', 60_000);
  check(last(24 * hour), 'fleet_samples_1m', 300_000);
  check(last(7 * 24 * hour), 'fleet_samples_10m', 1_800_000);
  check(last(90 * 24 * hour), 'fleet_samples_1h', 6 * hour);
  check(last(1_000 * 24 * hour), 'fleet_samples_1h', 72 * hour);
  // A short range of long ago is in the coarse tables only.
  check(
    { fromMs: nowMs - 60 * 24 * hour, toMs: nowMs - 59.9 * 24 * hour },
    'fleet_samples_10m',
    600_000,
  );
  const bad = planSeries(request({ metric: 'Load' }));
  expect(bad.ok ? '' : bad.error).toMatch(/expected gauge:NAME or rate:NAME, got "Load"/);
});

test('what is usual, and when disks are full', () => {
  engine.query('CREATE DATABASE past');
  const columns =
    'Cluster String, Node String, Time DateTime, ElapsedMs UInt64, Min Map(String, Float64), Increases Map(String, Float64)';
  for (const table of ['fleet_samples_1h', 'fleet_samples_10m'])
    engine.query(`CREATE TABLE past.${table} (${columns}) ENGINE = MergeTree ORDER BY Time`);
  // Hour by hour: 100 queries more each hour; on node b only half of each hour was seen.
  for (const [node, elapsed] of [
    ['a', 3_600_000],
    ['b', 1_800_000],
  ])
    engine.query(
      `INSERT INTO past.fleet_samples_1h SELECT 'c', '${node}', toStartOfHour(now()) - toIntervalHour(number + 1), ${elapsed}, map(), map('Query', number * 100) FROM numbers(49)`,
    );
  // 10 GB an hour: 1,000 GB are left.
  engine.query(
    `INSERT INTO past.fleet_samples_10m SELECT 'c', 'a', now() - toIntervalMinute(10 * number), 0, map('DiskAvailable_default', 1e12 + number * 1e10 / 6, 'DiskAvailable_still', 5e9, 'Load', 3), map() FROM numbers(100)`,
  );
  const bind = (sql: string) =>
    sql
      .replaceAll('{cluster:String}', "'c'")
      .replaceAll('{names:Array(String)}', "['Query', 'None']");
  expect(rows(bind(`${usualStatement('past')} ORDER BY name`))).toEqual([
    { node: 'a', name: 'None', usual: 0 },
    { node: 'a', name: 'Query', usual: 2_400 },
  ]);
  const [forecast, ...others] = rows(bind(diskForecastStatement('past')));
  expect(others).toEqual([]);
  expect(forecast).toMatchObject({ node: 'a', disk: 'DiskAvailable_default' });
  expect(Number(forecast?.days)).toBeCloseTo(1_000 / 240, 1);
});
