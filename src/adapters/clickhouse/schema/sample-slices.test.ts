import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planSlices, type SliceRequest } from '../../../core/samples/slice-statement.ts';
import { renderSamples } from './sample-ddl.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-slices-'));
const engine = new Session(folder);
afterAll(() => {
  engine.cleanup();
  rmSync(folder, { recursive: true, force: true });
});

const second = 1_000;
const minute = 60 * second;
const day = 86_400_000;
const nowMs = Math.floor(Date.now() / (10 * minute)) * 10 * minute;
/** The same three samples of a minute, an hour ago and (in roll-ups alone) four days ago. */
const momentsMs = [nowMs - 60 * minute, nowMs - 4 * day];

beforeAll(() => {
  engine.query('CREATE DATABASE fleet');
  const retention = { logsMs: 0, tracesMs: 0, metricsMs: 0, sessionsMs: 0 };
  for (const statement of renderSamples({ database: 'fleet', retention, textIndexes: true }))
    engine.query(statement);
  const sample = (atMs: number, elapsedMs: number, load: number, queries: number) =>
    `('c', 'n', 'h', fromUnixTimestamp64Milli(${atMs}), 0, ${elapsedMs}, {'Load': ${load}}, ${queries === 0 ? 'map()' : `{'Query': ${queries}}`})`;
  // One by one: the roll-ups have several rows for a minute until they are merged.
  for (const beginMs of momentsMs)
    for (const values of [
      sample(beginMs, 0, 2, 0),
      sample(beginMs + 15 * second, 15_000, 7, 30),
      sample(beginMs + 45 * second, 30_000, 3, 0),
    ])
      engine.query(
        `INSERT INTO fleet.fleet_samples (Cluster, Node, HostName, Time, StartedAt, ElapsedMs, Gauges, Increases) VALUES ${values}`,
      );
});

const read = (more: Partial<SliceRequest>) => {
  const planned = planSlices({
    database: 'fleet',
    cluster: 'c',
    metric: 'gauge:Load',
    fromMs: momentsMs[0]!,
    toMs: momentsMs[0]! + minute,
    sliceMs: 30 * second,
    nowMs,
    nodes: 1,
    ...more,
  });
  if (!planned.ok) throw new Error(planned.error);
  const { sql, params, sliceMs, fromMs } = planned.value;
  for (const [name, value] of Object.entries(params))
    engine.query(`SET param_${name} = '${value}'`);
  const rows = engine
    .query(sql, 'JSONEachRow')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, string | number>)
    .map(({ slice, least, most, total, weight, last }) =>
      [slice, least, most, total, weight, last].map(Number),
    );
  return { sliceMs, fromMs, rows };
};

test('samples by slice: lowest, highest, sum, number and last, none of them averaged', () => {
  expect(read({})).toEqual({
    sliceMs: 30 * second,
    fromMs: momentsMs[0],
    rows: [
      [0, 2, 7, 9, 2, 7],
      [1, 3, 3, 3, 1, 3],
    ],
  });
  // A rate: per second; what was counted, and the seconds of it.
  expect(read({ metric: 'rate:Query', sliceMs: minute }).rows).toEqual([[0, 0, 2, 30, 45, 0]]);
  expect(read({ metric: 'gauge:Nothing' }).rows).toEqual([]);
});

test('old samples are told in slices of their roll-up, and many in wide ones', () => {
  const fromMs = momentsMs[1]! - 10 * second;
  const old = read({ fromMs, toMs: fromMs + 2 * 60 * minute });
  expect(old).toEqual({
    sliceMs: minute,
    fromMs: momentsMs[1]! - minute,
    rows: [[1, 2, 7, 12, 3, 3]],
  });
  const week = read({ fromMs: nowMs - 7 * day, toMs: nowMs, sliceMs: minute, nodes: 200 });
  expect(week.sliceMs).toBe(5 * minute);
  expect(week.rows.map(([, ...values]) => values)).toEqual([
    [2, 7, 12, 3, 3],
    [2, 7, 12, 3, 3],
  ]);
  expect(planSlices({ ...({} as SliceRequest), metric: 'Load' })).toMatchObject({
    error: expect.stringContaining('expected gauge:NAME'),
  });
});
