import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import { afterAll, expect, test } from 'vitest';
import {
  backfillSamples,
  backfillSources,
  backfillStatement,
  oldestStatement,
} from './backfill.ts';
import {
  type BackfillWindow,
  backfillEndSeconds,
  firstSpanSeconds,
  nextSpanSeconds,
  nextWindow,
} from './backfill-window.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-backfill-'));
const engine = new Session(folder);
afterAll(() => {
  engine.cleanup();
  rmSync(folder, { recursive: true, force: true });
});
const rows = (query: string): unknown[][] =>
  engine
    .query(query, 'JSONCompactEachRow')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const hour = 3_600;
const day = 24 * hour;

test('the windows of a history: the newest first, without gaps or overlaps, minutes and then tens', () => {
  const endSeconds = backfillEndSeconds(Date.UTC(2026, 0, 10, 12, 34, 56));
  expect(endSeconds).toBe(Date.UTC(2026, 0, 10, 12, 34) / 1_000);
  expect(backfillEndSeconds(Date.UTC(2026, 0, 10, 12, 34, 5))).toBe(endSeconds - 60);
  for (const tookMs of [1, 800, 5_000]) {
    const bounds = { startSeconds: endSeconds - 7 * day, endSeconds };
    const windows: BackfillWindow[] = [];
    let span = firstSpanSeconds;
    for (let read = endSeconds; ; span = nextSpanSeconds(span, tookMs)) {
      const window = nextWindow(read, bounds, span);
      if (!window) break;
      windows.push(window);
      expect(window.toSeconds).toBe(read);
      expect(window.fromSeconds).toBeLessThan(read);
      read = window.fromSeconds;
    }
    expect(windows.at(-1)?.fromSeconds).toBe(bounds.startSeconds);
    const minutes = windows.filter((each) => each.bucketSeconds === 60);
    expect(minutes.at(-1)?.fromSeconds).toBe(endSeconds - day);
    const most = Math.max(...windows.map((each) => each.toSeconds - each.fromSeconds));
    expect(most).toBeLessThanOrEqual((tookMs < 400 ? day : hour) + 600);
    if (tookMs === 1) expect(windows.length).toBeLessThan(20);
  }
  const bounds = { startSeconds: 0, endSeconds: 600 };
  expect(nextWindow(0, bounds, hour)).toBeUndefined();
});

test('history of a server becomes samples; what it does not log is left out', () => {
  const fromSeconds = Date.UTC(2026, 0, 10, 12) / 1_000;
  const window = { fromSeconds, toSeconds: fromSeconds + 1_200, bucketSeconds: 600 };
  const time = 'event_date Date, event_time DateTime';
  engine.query(
    `CREATE TABLE system.metric_log (${time}, ProfileEvent_Query UInt64, CurrentMetric_Query Int64, CurrentMetric_Merge Int64) ENGINE = Memory`,
  );
  engine.query(
    `CREATE TABLE system.asynchronous_metric_log (${time}, metric LowCardinality(String), value Float64) ENGINE = Memory`,
  );
  // A row a second from before the window until after it.
  const clock = `toDateTime(${fromSeconds} - 10 + number) AS t`;
  engine.query(
    `INSERT INTO system.metric_log SELECT toDate(t), t, 2, number % 2, 3 FROM (SELECT number, ${clock} FROM numbers(1300))`,
  );
  engine.query(
    `INSERT INTO system.asynchronous_metric_log SELECT toDate(t), t, 'Load', 0.5 FROM (SELECT ${clock} FROM numbers(700))`,
  );
  const logs = { event: ['event_date', 'event_time'] };
  const tables = new Map([
    [
      'metric_log',
      new Set([...logs.event, 'ProfileEvent_Query', 'CurrentMetric_Query', 'CurrentMetric_Merge']),
    ],
    ['asynchronous_metric_log', new Set([...logs.event, 'metric', 'value'])],
    ['text_log', new Set(logs.event)],
  ]);
  const names = ['Query', 'Load', "o'brien"];
  const sources = backfillSources(tables);
  expect(sources).toEqual(['metric_log', 'asynchronous_metric_log']);
  expect(rows(oldestStatement('metric_log', tables, fromSeconds - day))).toEqual([
    [fromSeconds - 10, 1_300],
  ]);
  expect(rows(oldestStatement('metric_log', tables, fromSeconds + 2 * day))[0]?.[1]).toBe(0);
  const statements = sources.map((source) => backfillStatement(source, tables, names, window));
  const of = { cluster: 'c', node: 'n', hostName: 'h', startedMs: 5 };
  const sample = (minute: number, gauges: Record<string, number>) => ({
    ...of,
    // The server's clock is a second ahead.
    atMs: (fromSeconds + minute * 60 + 600) * 1_000 - 1 - 1_000,
    elapsedMs: 600_000,
    gauges: new Map(Object.entries(gauges)),
    increases: new Map([['Query', 1_200]]),
  });
  const more = { ...of, skewMs: 1_000, queriesSinceSeconds: undefined };
  expect(
    backfillSamples(
      statements.flatMap((sql) => rows(sql ?? '')),
      window,
      more,
    ),
  ).toEqual([sample(0, { Query: 0.5, Load: 0.5 }), sample(10, { Query: 0.5, Load: 0.5 })]);
  expect(backfillSources(new Map())).toEqual([]);
  expect(backfillStatement('metric_log', tables, ["o'brien"], window)).toBeUndefined();
  expect(backfillSamples([['gauge', 'x', 'y', 'z'], ['gauge'], []], window, more)).toEqual([]);
});

test('the log of queries fills in what the server does not count; rotated tables are read along', () => {
  const fromSeconds = Date.UTC(2026, 0, 12, 12) / 1_000;
  const window = { fromSeconds, toSeconds: fromSeconds + 1_200, bucketSeconds: 600 };
  const columns =
    'event_date Date, event_time DateTime, type Int8, query String, read_rows UInt64, written_rows UInt64, query_duration_ms UInt64';
  engine.query(
    'CREATE DATABASE IF NOT EXISTS system; DROP VIEW IF EXISTS system.query_log; DROP TABLE IF EXISTS system.query_log',
  );
  for (const name of ['query_log', 'query_log_0'])
    engine.query(`CREATE TABLE system.${name} (${columns}) ENGINE = MergeTree ORDER BY event_time`);
  const insert = (table: string, afterSeconds: number, type: number, query: string) =>
    engine.query(
      `INSERT INTO system.${table} SELECT toDate(t), t, ${type}, '${query}', 10, 3, 7 FROM (SELECT toDateTime(${fromSeconds + afterSeconds}) AS t)`,
    );
  insert('query_log_0', -700, 2, 'SELECT 1');
  insert('query_log_0', 1, 1, 'SELECT 1');
  insert('query_log_0', 2, 2, ' select 1');
  insert('query_log', 3, 4, 'INSERT INTO t VALUES');
  insert('query_log', 1_200, 2, 'SELECT 1');
  const event = ['event_date', 'event_time', 'type', 'query', 'read_rows', 'query_duration_ms'];
  const tables = new Map([
    ['query_log', new Set(event)],
    ['query_log_0', new Set(event)],
  ]);
  expect(backfillSources(tables)).toEqual(['query_log']);
  const [oldest] = rows(oldestStatement('query_log', tables, fromSeconds - day));
  expect(oldest).toEqual([fromSeconds - 700, 5]);
  const answer = rows(backfillStatement('query_log', tables, [], window) ?? '');
  const of = { cluster: 'c', node: 'n', hostName: 'h', startedMs: 5, skewMs: 0 };
  const samplesOf = (more: unknown[][], since: number | undefined) =>
    backfillSamples([...answer, ...more], window, { ...of, queriesSinceSeconds: since }).map(
      ({ elapsedMs, increases }) => [elapsedMs, Object.fromEntries(increases)],
    );
  const logged = {
    Query: 2,
    SelectQuery: 1,
    InsertQuery: 1,
    FailedQuery: 1,
    FailedInsertQuery: 1,
    SelectedRows: 20,
    QueryTimeMicroseconds: 14_000,
  };
  expect(samplesOf([], undefined)).toEqual([[600_000, logged]]);
  // Ten minutes without a row are ten minutes without a query.
  expect(samplesOf([], fromSeconds - 700)).toEqual([
    [600_000, logged],
    [600_000, {}],
  ]);
  expect(samplesOf([['counter', fromSeconds, 'Query', '9']], undefined)).toEqual([
    [600_000, { ...logged, Query: 9 }],
  ]);
  // Gauges alone say nothing of counters.
  expect(samplesOf([['gauge', fromSeconds + 600, 'Load', '1']], undefined)[1]).toEqual([0, {}]);
});
