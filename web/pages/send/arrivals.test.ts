import { expect, test } from 'vitest';
import type { StatusData } from '../../api/shapes.ts';
import { addArrivedRows, countStored, noArrivals, refusedSince } from './arrivals.ts';
import { receiverUrls } from './receiver-urls.ts';

test('rows that arrive are counted, with where they came from', () => {
  const logs = addArrivedRows(noArrivals, 'logs', [
    { ServiceName: 'a', Body: 'one' },
    { ServiceName: 'b', Body: 'two' },
  ]);
  expect(logs).toEqual({ logs: 2, traces: 0, services: ['a', 'b'], latest: 'two' });
  const both = addArrivedRows(logs, 'traces', [{ ServiceName: '', SpanName: 'GET /' }]);
  expect(both).toEqual({
    logs: 2,
    traces: 1,
    services: ['a', 'b', '(no service name)'],
    latest: 'GET /',
  });
  expect(addArrivedRows(logs, 'logs', [])).toBe(logs);
});

test('stored rows by what they are; roll-ups are not counted again', () => {
  const table = (name: string, rows: number) => ({ table: name, rows, bytes: 0 });
  const tables = [
    table('otel_logs', 3),
    table('otel_logs_kv_rollup_15m', 50),
    table('otel_metrics_sum', 4),
    table('otel_metrics_exponential_histogram', 5),
  ];
  expect(countStored({ store: { tables } } as unknown as StatusData)).toEqual({
    logs: 3,
    traces: 0,
    metrics: 9,
  });
});

test('what was refused since, and where to send', () => {
  expect(
    refusedSince(
      new Map([
        ['no key', 5],
        ['full', 1],
      ]),
      new Map([
        ['no key', 2],
        ['full', 1],
      ]),
    ),
  ).toEqual([['no key', 3]]);
  expect(receiverUrls('here', undefined)).toEqual({
    httpUrl: 'http://here:4318',
    grpcUrl: 'http://here:4317',
  });
});
