import { expect, test } from 'vitest';
import { isBinary, metricStatement, panelGroups } from './panels.ts';

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

test('every panel says where its values come from, once', () => {
  const panels = panelGroups.flatMap((group) => group.panels);
  const metrics = panels.map(({ metric }) => metric);
  expect(metrics.filter((metric) => !/^(gauge|rate):\w+$/.test(metric))).toEqual([]);
  expect(new Set(metrics).size).toBe(metrics.length);
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  expect(panels.filter(isBinary).every(({ metric }) => /Bytes|Memory/.test(metric))).toBe(true);
});
