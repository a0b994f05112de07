import { expect, test } from 'vitest';
import { chartGroups, metricStatement } from './charts.ts';

test('the statement behind a metric', () => {
  const check = (metric: string, expected: string) =>
    expect(metricStatement(metric).replaceAll('\n', ' ')).toBe(expected);
  check('rate:Query', "SELECT value FROM system.events WHERE event = 'Query'");
  check("rate:a'b\\c", "SELECT value FROM system.events WHERE event = 'a\\'b\\\\c'");
  check(
    'gauge:Merge',
    "SELECT toFloat64(value) AS value FROM system.metrics WHERE metric = 'Merge' UNION ALL SELECT value FROM system.asynchronous_metrics WHERE metric = 'Merge'",
  );
});

test('every chart says where its values come from, once', () => {
  const charts = chartGroups.flatMap((group) => group.charts);
  const metrics = charts.map(({ metric }) => metric);
  expect(metrics.filter((metric) => !/^(gauge|rate):\w+$/.test(metric))).toEqual([]);
  expect(new Set(metrics).size).toBe(metrics.length);
  expect(new Set(charts.map(({ title }) => title)).size).toBe(charts.length);
  const bytes = charts.filter(({ unit }) => unit.startsWith('bytes'));
  expect(bytes.every(({ metric }) => /Bytes|Memory/.test(metric))).toBe(true);
  const rates = charts.filter(({ unit }) => unit.endsWith('per second') || unit === 'threads');
  expect(rates.every(({ metric }) => metric.startsWith('rate:'))).toBe(true);
});
