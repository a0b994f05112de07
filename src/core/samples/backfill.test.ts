import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import { afterAll, expect, test } from 'vitest';
import { backfillSamples, backfillSpans, backfillStatements } from './backfill.ts';

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

test('the last seven days, the newest first, without gaps', () => {
  const spans = backfillSpans(Date.UTC(2026, 0, 10, 12, 34, 56));
  expect(spans).toHaveLength(7);
  expect(spans[0]?.toSeconds).toBe(Date.UTC(2026, 0, 10, 12, 30) / 1_000);
  for (const [at, span] of spans.entries())
    expect(spans[at + 1]?.toSeconds ?? span.fromSeconds).toBe(span.fromSeconds);
});

test('history of a server becomes samples; what it does not log is left out', () => {
  const fromSeconds = Date.UTC(2026, 0, 10, 12) / 1_000;
  const span = { fromSeconds, toSeconds: fromSeconds + 1_200 };
  const time = 'event_date Date, event_time DateTime';
  engine.query(
    `CREATE TABLE system.metric_log (${time}, ProfileEvent_Query UInt64, CurrentMetric_Query Int64, CurrentMetric_Merge Int64) ENGINE = Memory`,
  );
  engine.query(
    `CREATE TABLE system.asynchronous_metric_log (${time}, metric LowCardinality(String), value Float64) ENGINE = Memory`,
  );
  // A row a second from before the span until after it.
  const clock = `toDateTime(${fromSeconds} - 10 + number) AS t`;
  engine.query(
    `INSERT INTO system.metric_log SELECT toDate(t), t, 2, number % 2, 3 FROM (SELECT number, ${clock} FROM numbers(1300))`,
  );
  engine.query(
    `INSERT INTO system.asynchronous_metric_log SELECT toDate(t), t, 'Load', 0.5 FROM (SELECT ${clock} FROM numbers(700))`,
  );
  const tables = new Map([
    ['metric_log', new Set(['ProfileEvent_Query', 'CurrentMetric_Query', 'CurrentMetric_Merge'])],
    ['asynchronous_metric_log', new Set(['event_time', 'metric', 'value'])],
  ]);
  const names = ['Query', 'Load', "o'brien"];
  const statements = backfillStatements(tables, names, span);
  expect(statements).toHaveLength(2);
  const of = { cluster: 'c', node: 'n', hostName: 'h', startedMs: 5 };
  const sample = (minute: number, gauges: Record<string, number>) => ({
    ...of,
    atMs: (fromSeconds + minute * 60) * 1_000,
    elapsedMs: 600_000,
    gauges: new Map(Object.entries(gauges)),
    increases: new Map([['Query', 1_200]]),
  });
  expect(backfillSamples(statements.flatMap(rows), of)).toEqual([
    sample(0, { Query: 0.5, Load: 0.5 }),
    sample(10, { Query: 0.5, Load: 0.5 }),
  ]);
  expect(backfillStatements(new Map(), names, span)).toEqual([]);
  expect(backfillSamples([['gauge', 'x', 'y', 'z'], ['gauge'], []], of)).toEqual([]);
});
