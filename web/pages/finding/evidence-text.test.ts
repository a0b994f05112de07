import { expect, test } from 'vitest';
import { metricOfEvidence, renderValue, thresholdText } from './evidence-text.ts';

test('values with their units', () => {
  const check = (value: Parameters<typeof renderValue>[0], unit: string, expected: string) =>
    expect(renderValue(value, unit)).toBe(expected);
  check(734, 's', '12 min 14 s');
  check(1_500, 'ms', '1.5 s');
  check(2048, 'bytes', '2 KiB');
  check(12_345, '', '12,345');
  check(0.123_45, '%', '0.1235 %');
  check('Code: 999', '', 'Code: 999');
  check(true, '', 'yes');
  check(null, 's', '–');
  check(undefined, '', '–');
});

test('who says so', () => {
  const check = (source: string, expected: string) => expect(thresholdText(source)).toBe(expected);
  check('guideline', 'The threshold is our own guideline.');
  check('guideline: two misses', 'The threshold is our own guideline: two misses.');
  check('ClickHouse docs', 'The threshold is from ClickHouse docs.');
  check('the guidelines of a vendor.', 'The threshold is from the guidelines of a vendor.');
});

test('which values a chart can show', () => {
  const check = (name: string, expected: string | undefined) =>
    expect(metricOfEvidence(name)).toBe(expected);
  check('system.metrics.ReadonlyReplica', 'gauge:ReadonlyReplica');
  check('system.asynchronous_metrics.Uptime', 'gauge:Uptime');
  check('system.events.FailedQuery', 'rate:FailedQuery');
  check('system.replicas.absolute_delay', undefined);
  check('misses in a row', undefined);
});
