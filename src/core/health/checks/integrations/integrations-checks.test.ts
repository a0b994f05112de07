import { test } from 'vitest';
import type { ReadingRow } from '../../../../model/fleet/reading.ts';
import { logRows } from '../../testing/log-rows.ts';
import { caseStartMs, type NodeCase, proveCheck } from '../../testing/prove-check.ts';
import { bufferFlush } from './buffer-flush.ts';
import { ddlQueue } from './ddl-queue.ts';
import { dictionaryAge } from './dictionary-age.ts';
import { dictionaryLoad } from './dictionary-load.ts';
import { distributedQueue } from './distributed-queue.ts';
import { kafkaConsumers } from './kafka-consumers.ts';
import { viewFailures } from './view-failures.ts';
import { viewRefreshes } from './view-refreshes.ts';

const table = { database: 'd', table: 't' };

test('distributed-queue: broken, stopped, many, or ever more', () => {
  const queue = (row: ReadingRow | ((atMs: number) => ReadingRow)): NodeCase => ({
    rows: {
      distribution_queue: (atMs) => [
        {
          ...table,
          blocked: false,
          files: 0,
          bytes: 0,
          brokenFiles: 0,
          errors: 0,
          lastException: '',
          ...(typeof row === 'function' ? row(atMs) : row),
        },
      ],
    },
  });
  const minute = (atMs: number) => (atMs - caseStartMs) / 60_000;
  proveCheck(distributedQueue, [
    { name: 'well', node: queue({}), expected: [] },
    { name: 'nothing there', node: {}, expected: [] },
    { name: 'some wait', node: queue({ files: 50 }), expected: [] },
    { name: 'stopped without rows', node: queue({ blocked: true }), expected: [] },
    {
      name: 'up and down',
      node: queue((atMs) => ({ files: 20 + (minute(atMs) % 2) + minute(atMs) / 60 })),
      expected: [],
    },
    {
      name: 'stopped',
      node: queue({ blocked: true, files: 1 }),
      expected: [{ severity: 'critical', subject: table }],
    },
    {
      name: 'broken',
      node: queue({ brokenFiles: 1 }),
      expected: [{ severity: 'critical', subject: table }],
    },
    { name: 'many', node: queue({ files: 51 }), expected: [{ severity: 'high', subject: table }] },
    {
      name: 'ever more',
      node: queue((atMs) => ({ files: 20 + Math.floor(minute(atMs) / 5) })),
      expected: [{ severity: 'warning', subject: table }],
    },
  ]);
});

test('kafka-consumers: without a partition, failing, or too many', () => {
  const consumer = (row: ReadingRow): ReadingRow => ({
    ...table,
    used: true,
    assignments: 1,
    pollAgeSeconds: 1,
    commitAgeSeconds: 60,
    ...row,
  });
  const consumers = (...rows: readonly ReadingRow[]): NodeCase => ({
    rows: { kafka_consumers: rows.map(consumer) },
    serverSettings: { background_message_broker_schedule_pool_size: 3 },
  });
  const warning = [{ severity: 'warning', subject: table }] as const;
  proveCheck(kafkaConsumers, [
    { name: 'well', node: consumers({}, { assignments: 0 }), expected: [] },
    {
      name: 'no view reads from it',
      node: consumers({ used: false, assignments: 0 }),
      expected: [],
    },
    {
      name: 'failed long ago',
      node: consumers({ exceptionAgeSeconds: 3_600 }),
      expected: [],
    },
    {
      name: 'no partition',
      node: consumers({ assignments: 0 }, { assignments: 0 }),
      expected: [{ severity: 'critical', subject: table }],
    },
    {
      name: 'polls, but cannot commit',
      node: consumers({ exceptionAgeSeconds: 5 }),
      expected: warning,
    },
    {
      name: 'never polled',
      node: consumers({ exceptionAgeSeconds: 5, pollAgeSeconds: null, commitAgeSeconds: null }),
      expected: warning,
    },
    {
      name: 'more than threads',
      node: consumers({}, {}, {}, {}),
      expected: [{ severity: 'warning' }],
    },
  ]);
});

test('dictionary-load: failed, or with old values', () => {
  const dictionary = (row: ReadingRow): NodeCase => ({
    rows: {
      dictionaries: [{ database: 'd', name: 'x', status: 'LOADED', lastException: '', ...row }],
    },
  });
  const subject = { database: 'd', object: 'x' };
  proveCheck(dictionaryLoad, [
    { name: 'well', node: dictionary({}), expected: [] },
    {
      name: 'failed',
      node: dictionary({ status: 'FAILED', lastException: 'refused' }),
      expected: [{ severity: 'critical', subject }],
    },
    {
      name: 'trying again',
      node: dictionary({ status: 'FAILED_AND_RELOADING', lastException: 'refused' }),
      expected: [{ severity: 'critical', subject }],
    },
    {
      name: 'old values',
      node: dictionary({ lastException: 'refused' }),
      expected: [{ severity: 'warning', subject }],
    },
    {
      name: 'failed, just after the start',
      node: { ...dictionary({ status: 'FAILED', lastException: 'x' }), uptimeMs: 500_000 },
      expected: 'not_applicable',
    },
    {
      name: 'of an XML file',
      node: dictionary({ database: null, lastException: 'refused' }),
      expected: [{ severity: 'warning', subject: { object: 'x' } }],
    },
  ]);
});

test('dictionary-age: lifetime_max is in seconds', () => {
  const dictionary = (row: ReadingRow): NodeCase => ({
    rows: {
      dictionaries: [
        { name: 'x', source: 'ClickHouse: d.t', ageSeconds: 100, lifetimeMaxSeconds: 60, ...row },
      ],
    },
  });
  const stale = { ageSeconds: 121 };
  proveCheck(dictionaryAge, [
    { name: 'well', node: dictionary({}), expected: [] },
    // Compared with minutes this would fire.
    {
      name: 'an hour',
      node: dictionary({ ageSeconds: 3_700, lifetimeMaxSeconds: 3_600 }),
      expected: [],
    },
    {
      name: 'for ever',
      node: dictionary({ ageSeconds: 1e6, lifetimeMaxSeconds: 0 }),
      expected: [],
    },
    {
      name: 'a second, and the server looks every five',
      node: dictionary({ ageSeconds: 9, lifetimeMaxSeconds: 1 }),
      expected: [],
    },
    { name: 'never used', node: dictionary({ ageSeconds: null }), expected: [] },
    { name: 'a file', node: dictionary({ ...stale, source: 'File: /x.csv CSV' }), expected: [] },
    {
      name: 'old',
      node: dictionary(stale),
      expected: [{ severity: 'warning', subject: { object: 'x' } }],
    },
  ]);
});

test('view-refreshes: the failure signal is the exception, not a status', () => {
  const view = (row: ReadingRow): NodeCase => ({
    rows: {
      view_refreshes: [
        {
          database: 'd',
          view: 't',
          status: 'Scheduled',
          exception: '',
          successAgeSeconds: 100,
          intervalSeconds: 60,
          ...row,
        },
      ],
    },
  });
  const found = [{ severity: 'warning', subject: table }] as const;
  proveCheck(viewRefreshes, [
    { name: 'well', node: view({}), expected: [] },
    { name: 'none', node: {}, expected: [] },
    { name: 'running for the first time', node: view({ successAgeSeconds: null }), expected: [] },
    {
      name: 'no interval',
      node: view({ successAgeSeconds: 9_999, intervalSeconds: 0 }),
      expected: [],
    },
    { name: 'failed', node: view({ exception: 'no such column' }), expected: found },
    { name: 'stopped', node: view({ status: 'Disabled' }), expected: found },
    { name: 'late', node: view({ successAgeSeconds: 181 }), expected: found },
  ]);
});

test('view-failures: any within an hour', () => {
  const rows = [{ view: 'd.t', code: 47, failures: 1, exception: 'x' }];
  proveCheck(viewFailures, [
    { name: 'well', node: {}, expected: [] },
    { name: 'long ago', node: { rows: { view_failures: logRows(rows, 90) } }, expected: [] },
    {
      name: 'as good as well',
      node: { rows: { view_failures: logRows([{ ...rows[0], failures: 0 }]) } },
      expected: [],
    },
    {
      name: 'one',
      node: { rows: { view_failures: logRows(rows) } },
      expected: [{ severity: 'warning', subject: { object: 'd.t' } }],
    },
  ]);
});

test('ddl-queue: by the oldest that waits, by their number, and by what they failed with', () => {
  const queue = (count: number, row: ReadingRow): NodeCase => ({
    rows: {
      ddl_queue: Array.from({ length: count }, (_, place) => ({
        entry: `query-${place}`,
        host: 'b',
        status: 'Inactive',
        ageSeconds: 10,
        code: 0,
        ...row,
      })),
    },
  });
  const found = (severity: 'warning' | 'high') => [{ severity, subject: { object: 'b' } }] as const;
  const failed = { status: 'Finished', code: 57 };
  proveCheck(ddlQueue, [
    { name: 'well', node: queue(100, { ageSeconds: 120 }), expected: [] },
    { name: 'failed a few times', node: queue(9, failed), expected: [] },
    { name: 'failed hours ago', node: queue(50, { ...failed, ageSeconds: 9_000 }), expected: [] },
    { name: 'failed otherwise', node: queue(50, { status: 'Finished', code: 60 }), expected: [] },
    {
      name: 'old',
      node: queue(1, { status: 'Active', ageSeconds: 121 }),
      expected: found('warning'),
    },
    { name: 'very old', node: queue(1, { ageSeconds: 601 }), expected: found('high') },
    { name: 'many', node: queue(101, {}), expected: found('warning') },
    { name: 'very many', node: queue(1_001, {}), expected: found('high') },
    { name: 'failed often', node: queue(10, failed), expected: found('warning') },
  ]);
});

test('buffer-flush: any within ten minutes', () => {
  const node = (StorageBufferErrorOnFlush: number): NodeCase => ({
    increases: { StorageBufferErrorOnFlush },
  });
  proveCheck(bufferFlush, [
    { name: 'well', node: node(0), expected: [] },
    { name: 'one', node: node(1), expected: [{ severity: 'high' }] },
  ]);
});
