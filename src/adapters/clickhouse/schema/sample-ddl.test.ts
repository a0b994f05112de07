import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import { afterAll, expect, test } from 'vitest';
import { sampleTables } from '../../../model/fleet/sample-store.ts';
import { renderSamples } from './sample-ddl.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-samples-'));
const engine = new Session(folder);
afterAll(() => {
  engine.cleanup();
  rmSync(folder, { recursive: true, force: true });
});
const rows = (query: string): unknown[] =>
  engine
    .query(query, 'JSONEachRow')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

test('a sample is rolled up: lowest, highest, sum, number, last, increases', () => {
  engine.query('CREATE DATABASE fleet');
  const retention = { logsMs: 0, tracesMs: 0, metricsMs: 0, sessionsMs: 0 };
  const statements = renderSamples({ database: 'fleet', retention, textIndexes: true });
  for (const statement of [...statements, ...statements]) engine.query(statement);
  const sample = (second: number, load: number, queries: number) =>
    `('c', 'n', 'h', toDateTime64(now(), 3) - toIntervalSecond(toSecond(now())) + ${second}, 0, 15000, {'Load': ${load}, 'Zero': 0}, {'Query': ${queries}})`;
  for (const values of [sample(1, 2, 5), sample(16, 7, 0), sample(31, 3, 10)])
    engine.query(
      `INSERT INTO fleet.fleet_samples (Cluster, Node, HostName, Time, StartedAt, ElapsedMs, Gauges, Increases) VALUES ${values}`,
    );
  for (const { table } of sampleTables.slice(1)) {
    const [row] = rows(
      `SELECT sum(ElapsedMs) AS elapsed, minMap(Min)['Load'] AS low, maxMap(Max)['Load'] AS high,
         sumMap(Sum)['Load'] AS total, sumMap(Count)['Load'] AS count, sumMap(Count)['Zero'] AS zeros,
         argMaxMerge(Last)['Load'] AS last, sumMap(Increases)['Query'] AS queries
       FROM fleet.${table} GROUP BY Cluster, Node`,
    );
    expect(row, table).toEqual({
      elapsed: 45_000,
      low: 2,
      high: 7,
      total: 12,
      count: 3,
      zeros: 3,
      last: 3,
      queries: 15,
    });
  }
});
