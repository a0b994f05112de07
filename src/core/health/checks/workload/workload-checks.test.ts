import { expect, test } from 'vitest';
import type { ReadingRow } from '../../../../model/fleet/reading.ts';
import { logRows } from '../../testing/log-rows.ts';
import { type NodeCase, proveCheck } from '../../testing/prove-check.ts';
import { clusterErrors } from './cluster-errors.ts';
import { costHog } from './cost-hog.ts';
import { distributedFailures } from './distributed-failures.ts';
import { dnsErrors } from './dns-errors.ts';
import { longQuery } from './long-query.ts';
import { poorPruning } from './poor-pruning.ts';
import { queryFailures } from './query-failures.ts';
import { queryRegression } from './query-regression.ts';
import { queryTimeouts } from './query-timeouts.ts';
import { quantileMs } from './shape-sums.ts';
import { unusuallyLongQuery } from './unusually-long-query.ts';

const minutes = (rows: readonly ReadingRow[], agoMinutes = 0) =>
  logRows(
    rows.map((row) => ({ user: 'anna', kind: 'select', code: 0, queries: 1, ...row })),
    agoMinutes,
  );
const shapes = (...rows: readonly ReadingRow[]) =>
  logRows(
    rows.map((row) => ({
      hash: '7',
      user: 'anna',
      kind: 'select',
      shape: 'SELECT ?',
      finished: 1,
      ...row,
    })),
  );

test('query-failures: faults of the query itself are counted apart', () => {
  const node = (...rows: readonly ReadingRow[]): NodeCase => ({
    rows: { query_minutes: minutes(rows) },
  });
  const whole = { severity: 'warning' } as const;
  proveCheck(queryFailures, [
    { name: 'well', node: node({ queries: 1_000 }, { code: 241, queries: 40 }), expected: [] },
    { name: 'nothing ran', node: node(), expected: [] },
    {
      name: 'a tenth',
      node: node({ queries: 360 }, { code: 241, queries: 40 }),
      expected: [whole],
    },
    {
      name: 'half',
      node: node({ queries: 40 }, { code: 210, queries: 40 }),
      expected: [{ severity: 'critical' }],
    },
    {
      name: 'half of few',
      node: node({ queries: 10 }, { code: 210, queries: 10 }),
      expected: [],
    },
    {
      name: 'one error in numbers, half an hour ago',
      node: { rows: { query_minutes: minutes([{ code: 999, queries: 51 }], 30) } },
      expected: [{ severity: 'warning', subject: { object: 'code 999' } }],
    },
    {
      name: 'syntax, unknown names and missing rights',
      node: node(
        { queries: 10 },
        { code: 62, queries: 60 },
        { code: 60, queries: 60 },
        { code: 497, queries: 60 },
      ),
      expected: [{ severity: 'info' }],
    },
    {
      name: 'few faults among very few queries',
      node: node({ queries: 1 }, { code: 62, queries: 19 }),
      expected: [],
    },
    {
      name: 'many faults among very many queries',
      node: node({ queries: 1_000 }, { code: 62, queries: 40 }),
      expected: [],
    },
  ]);
});

const running = (row: ReadingRow): ReadingRow => ({
  queryId: 'q1',
  user: 'anna',
  kind: 'Select',
  hash: '7',
  shape: 'SELECT ?',
  memoryBytes: 1,
  ...row,
});

test('long-query: over 600 s, until below 300', () => {
  const node = (row: ReadingRow): NodeCase => ({ rows: { running_queries: [running(row)] } });
  const found = [{ severity: 'warning', subject: { user: 'anna', object: 'q1' } }] as const;
  proveCheck(longQuery, [
    { name: 'well', node: node({ elapsedSeconds: 300 }), expected: [] },
    { name: 'not yet long', node: node({ elapsedSeconds: 600 }), expected: [] },
    { name: 'a backup', node: node({ elapsedSeconds: 9_000, kind: 'Backup' }), expected: [] },
    { name: 'long', node: node({ elapsedSeconds: 601 }), expected: found },
    {
      name: 'still long',
      first: { node: node({ elapsedSeconds: 601 }) },
      node: node({ elapsedSeconds: 301 }),
      expected: found,
    },
  ]);
});

test('unusually-long-query: ten times its own 99th percentile', () => {
  const node = (elapsedSeconds: number, p99Ms: number, runs = 20): NodeCase => ({
    rows: {
      running_queries: [running({ elapsedSeconds })],
      usual_durations: [{ hash: '7', p99Ms, runs }],
    },
  });
  proveCheck(unusuallyLongQuery, [
    { name: 'well', node: node(90, 10_000), expected: [] },
    { name: 'not long at all', node: node(59, 100), expected: [] },
    { name: 'not known well', node: node(90, 100, 19), expected: [] },
    {
      name: 'much longer',
      node: node(61, 6_000),
      expected: [{ severity: 'warning', subject: { object: 'q1' } }],
    },
  ]);
});

test('query-regression: twice as slow, by enough runs and by enough', () => {
  // A bucket is a quarter of a doubling: 27 begins at 107 ms, 31 at 214 ms, 35 at 430 ms.
  const node = (durations: string, p95Ms: number, more: ReadingRow = {}): NodeCase => ({
    rows: {
      query_shapes: shapes({ durations, finished: 40, ...more }),
      usual_durations: [{ hash: '7', p95Ms, runs: 500 }],
    },
  });
  proveCheck(queryRegression, [
    { name: 'well', node: node('27:40', 100), expected: [] },
    { name: 'one of many', node: node('27:39,60:1', 100), expected: [] },
    { name: 'a new query', node: { rows: { query_shapes: shapes({}) } }, expected: [] },
    { name: 'few runs', node: node('35:19', 100, { finished: 19 }), expected: [] },
    { name: 'by little', node: node('15:40', 3), expected: [] },
    {
      name: 'hardly known before',
      node: {
        rows: {
          query_shapes: shapes({ durations: '35:40', finished: 40 }),
          usual_durations: [{ hash: '7', p95Ms: 100, runs: 19 }],
        },
      },
      expected: [],
    },
    { name: 'by half only', node: node('35:40', 300), expected: [] },
    {
      name: 'four times',
      node: node('35:40', 100),
      expected: [{ severity: 'warning', subject: { object: '7' } }],
    },
  ]);
});

test('a quantile is the lower bound of its bucket', () => {
  const check = (buckets: readonly (readonly [number, number])[], q: number, ms?: number) =>
    expect(quantileMs(new Map(buckets), q)).toBe(ms);
  check([], 0.95, undefined);
  check([[0, 5]], 0.95, 0);
  check([[8, 95], [40, 5]], 0.95, 3); // biome-ignore format: columns
  check([[40, 5], [8, 94]], 0.95, 1_023); // biome-ignore format: columns
});

test('query-timeouts: three times the median hour', () => {
  const week = (timeouts: number, hours = 168) =>
    Array.from({ length: hours }, (_, hour) => ({
      hour: hour * 3_600,
      queries: 9,
      timeouts: hour === 3 ? 999 : timeouts,
    }));
  const node = (code: number, queries: number, usual = 5, hours = 168): NodeCase => ({
    rows: { query_minutes: minutes([{ code, queries }]), usual_timeouts: week(usual, hours) },
  });
  proveCheck(queryTimeouts, [
    { name: 'well', node: node(0, 500), expected: [] },
    { name: 'as ever', node: node(159, 60, 20), expected: [] },
    { name: 'few', node: node(159, 19, 0), expected: [] },
    { name: 'many', node: node(159, 21), expected: [{ severity: 'warning' }] },
    { name: 'many cancelled', node: node(394, 21), expected: [{ severity: 'warning' }] },
    { name: 'a log of some hours', node: node(159, 500, 0, 23), expected: 'unknown' },
  ]);
});

test('cost-hog: against what the processor has, and what is read', () => {
  const hour = 4 * 3_600 * 1e6;
  const gib = 1024 ** 3;
  const node = (users: Record<string, number>, query = 0): NodeCase => ({
    rows: {
      processor_cores: [{ cores: 4 }],
      query_minutes: minutes(
        Object.entries(users).map(([user, share]) => ({
          user,
          cpuMicroseconds: share * hour,
          readBytes: 0,
        })),
      ),
      query_shapes: shapes({ cpuMicroseconds: query * hour, readBytes: 0 }),
    },
  });
  const reading = (users: Record<string, number>, queryGib = 0): NodeCase => ({
    rows: {
      processor_cores: [{ cores: 4 }],
      query_minutes: minutes(
        Object.entries(users).map(([user, gibs]) => ({
          user,
          cpuMicroseconds: 0,
          readBytes: gibs * gib,
        })),
      ),
      query_shapes: shapes({ cpuMicroseconds: 0, readBytes: queryGib * gib }),
    },
  });
  proveCheck(costHog, [
    { name: 'well', node: node({ anna: 0.2, ben: 0.2 }), expected: [] },
    { name: 'busy, two users', node: node({ anna: 0.4, ben: 0.4 }), expected: [] },
    { name: 'one user of an idle server', node: node({ anna: 0.01 }), expected: [] },
    {
      name: 'one user',
      node: node({ anna: 0.4, ben: 0.05 }),
      expected: [{ severity: 'info', subject: { user: 'anna' } }],
    },
    {
      name: 'one query',
      node: node({ anna: 0.3, ben: 0.3 }, 0.31),
      expected: [{ severity: 'info', subject: { object: '7' } }],
    },
    { name: 'two users read much', node: reading({ anna: 200, ben: 200 }, 110), expected: [] },
    { name: 'one user reads little', node: reading({ anna: 90, ben: 1 }, 50), expected: [] },
    {
      name: 'one user reads much',
      node: reading({ anna: 200, ben: 50 }),
      expected: [{ severity: 'info', subject: { user: 'anna' } }],
    },
    {
      name: 'one query reads much',
      node: reading({ anna: 200, ben: 150 }, 110),
      expected: [{ severity: 'info', subject: { object: '7' } }],
    },
  ]);
});

test('distributed-failures: connections that failed for good', () => {
  const node = (failures: number): NodeCase => ({
    increases: { DistributedConnectionFailAtAll: failures },
  });
  proveCheck(distributedFailures, [
    { name: 'well', node: node(0), expected: [] },
    { name: 'one', node: node(1), expected: [{ severity: 'high' }] },
  ]);
});

test('cluster-errors: each server by itself', () => {
  const node = (errors: number): NodeCase => ({
    rows: { cluster_errors: [{ host: 'b', port: 9000, cluster: 'c', errors }] },
  });
  proveCheck(clusterErrors, [
    { name: 'well', node: {}, expected: [] },
    { name: 'as good as well', node: node(0), expected: [] },
    {
      name: 'one',
      node: node(1),
      expected: [{ severity: 'warning', subject: { object: 'b:9000' } }],
    },
  ]);
});

test('dns-errors: more than five in ten minutes', () => {
  const node = (DNSError: number): NodeCase => ({ increases: { DNSError } });
  proveCheck(dnsErrors, [
    { name: 'well', node: node(5), expected: [] },
    { name: 'six', node: node(6), expected: [{ severity: 'warning' }] },
  ]);
});

test('poor-pruning: many marks, most of them, for few rows, often', () => {
  const node = (row: ReadingRow): NodeCase => ({
    rows: {
      query_shapes: shapes({
        finished: 10,
        selectedMarks: 200_000,
        totalMarks: 200_000,
        readRows: 1e9,
        resultRows: 100,
        ...row,
      }),
    },
  });
  proveCheck(poorPruning, [
    { name: 'well', node: node({ selectedMarks: 90_000, totalMarks: 90_000 }), expected: [] },
    { name: 'many rows', node: node({ resultRows: 1e8 }), expected: [] },
    { name: 'a small part of a large table', node: node({ totalMarks: 1e6 }), expected: [] },
    { name: 'rarely', node: node({ finished: 4 }), expected: [] },
    { name: 'never', node: node({ finished: 0 }), expected: [] },
    { name: 'an insert', node: node({ kind: 'insert' }), expected: [] },
    {
      name: 'all of it',
      node: node({}),
      expected: [{ severity: 'info', subject: { object: '7' } }],
    },
    {
      name: 'a server that does not count all marks',
      node: node({ totalMarks: 0 }),
      expected: [{ severity: 'info' }],
    },
  ]);
});
