import { test } from 'vitest';
import { type CheckCase, proveCheck } from '../../testing/prove-check.ts';
import { crawlingMerge } from './crawling-merge.ts';
import { failingMutation } from './failing-mutation.ts';
import { insertRate } from './insert-rate.ts';
import { mergeFailures } from './merge-failures.ts';
import { mergesStalled } from './merges-stalled.ts';
import { mutationBacklog } from './mutation-backlog.ts';
import { partsForecast } from './parts-forecast.ts';
import { slowMutation } from './slow-mutation.ts';

const gib = 1024 ** 3;
const table = { database: 'd', table: 't' };
const minuteMs = 60_000;

/** The same row of a log for each of the minutes before a time. */
const everyMinute =
  (minutes: number, row: Readonly<Record<string, string | number>>) => (atMs: number) =>
    Array.from({ length: minutes }, (_, place) => ({
      ...table,
      partition: 'p',
      minute: Math.floor(atMs / minuteMs) * 60 - place * 60,
      ...row,
    }));

test('when a partition will have too many parts', () => {
  const at = (
    growth: number,
    parts: number,
    expected: CheckCase['expected'],
    more: { readonly minutes?: number; readonly bytes?: number } = {},
  ): CheckCase => ({
    name: `${growth} a minute, ${parts} parts ${JSON.stringify(more)}`,
    node: {
      mergeTreeSettings: {
        parts_to_delay_insert: 1_000,
        max_avg_part_size_for_too_many_parts: gib,
      },
      rows: {
        part_minutes: everyMinute(more.minutes ?? 60, { growth }),
        crowded_partitions: [{ ...table, partition: 'p', parts, bytes: more.bytes ?? parts }],
      },
    },
    expected,
  });
  const found = (severity: 'warning' | 'critical') => [
    { severity, subject: { ...table, partition: 'p' } },
  ];
  proveCheck(partsForecast, [
    at(0, 900, []),
    at(-5, 900, []),
    at(1, 600, []),
    at(2, 600, found('warning')),
    at(8, 600, found('critical')),
    at(2, 600, [], { bytes: 600 * 2 * gib }),
    at(8, 600, [], { bytes: 600 * 2 * gib }),
    {
      ...at(0, 600, []),
      name: 'grew an hour ago, and no more',
      node: {
        mergeTreeSettings: { parts_to_delay_insert: 1_000 },
        rows: {
          part_minutes: (atMs) => everyMinute(10, { growth: 50 })(atMs - 45 * minuteMs),
          crowded_partitions: [{ ...table, partition: 'p', parts: 600, bytes: 600 }],
        },
      },
    },
  ]);
});

test('new parts a minute', () => {
  const at = (
    inserts: number,
    rowsEach: number,
    expected: CheckCase['expected'],
    minutes = 15,
  ): CheckCase => ({
    name: `${inserts} parts of ${rowsEach} rows for ${minutes} min`,
    node: {
      rows: { part_minutes: everyMinute(minutes, { inserts, insertedRows: inserts * rowsEach }) },
    },
    expected,
  });
  proveCheck(insertRate, [
    at(50, 100, []),
    at(70, 100, [{ severity: 'warning', subject: table }]),
    at(70, 100_000, []),
    at(70, 100, [], 5),
  ]);
});

test('merges that stand still', () => {
  const at = (
    inserts: number,
    merges: number,
    expected: CheckCase['expected'],
    minutes = 60,
  ): CheckCase => ({
    name: `${inserts} parts and ${merges} merges a minute for ${minutes} min`,
    node: { rows: { part_minutes: everyMinute(minutes, { inserts, merges }) } },
    expected,
  });
  const subject = { ...table, partition: 'p' };
  proveCheck(mergesStalled, [
    at(2, 1, []),
    at(1, 0, []),
    at(2, 0, [{ severity: 'critical', subject }]),
    {
      name: 'a partition that gets on does not hide one that does not',
      node: {
        rows: {
          part_minutes: (atMs) => [
            ...everyMinute(60, { inserts: 2, merges: 0, partition: 'stuck' })(atMs),
            ...everyMinute(60, { inserts: 2, merges: 2, partition: 'well' })(atMs),
          ],
        },
      },
      expected: [{ severity: 'critical', subject: { ...table, partition: 'stuck' } }],
    },
    {
      name: 'stands still for an hour, not yet for three',
      node: {
        rows: {
          part_minutes: (atMs) =>
            everyMinute(60, { inserts: 2 })(atMs).map((row) => ({
              ...row,
              merges: row.minute * 1_000 < stalledSinceMs ? 1 : 0,
            })),
        },
      },
      expected: [{ severity: 'warning', subject }],
    },
  ]);
});
/** The case ends three hours after it began at noon. */
const stalledSinceMs = Date.UTC(2026, 0, 15, 13, 30);

test('merges that fail', () => {
  const at = (
    failures: number,
    parts: readonly string[],
    expected: CheckCase['expected'],
    code = 241,
  ): CheckCase => ({
    name: `${failures} of ${parts.length} parts with code ${code}`,
    node: {
      rows: {
        merge_failures: (atMs) =>
          parts.map((part) => ({
            ...table,
            part,
            code,
            failures,
            exception: 'Memory limit',
            minute: Math.floor(atMs / minuteMs) * 60 - 600,
          })),
      },
    },
    expected,
  });
  const many = (count: number) => Array.from({ length: count }, (_, place) => `all_${place}`);
  const subject = { ...table, object: 'code 241' };
  proveCheck(mergeFailures, [
    { name: 'none', node: {}, expected: [] },
    at(1, many(50), []),
    at(1, many(51), [{ severity: 'warning', subject }]),
    at(2, ['all_1'], []),
    at(3, ['all_1'], [{ severity: 'critical', subject }]),
    at(3, ['all_1'], [{ severity: 'critical', subject: { ...table, object: 'code 40' } }], 40),
  ]);
});

test('merges that hardly get on: long ones of much data are right', () => {
  const row = {
    ...table,
    part: 'all_1_9_2',
    elapsedSeconds: 7_200,
    progress: 0.4,
    bytes: 500 * gib,
    rowsRead: 1_000,
  };
  const at = (
    name: string,
    more: Partial<typeof row>,
    expected: CheckCase['expected'],
    moves = true,
  ): CheckCase => ({
    name,
    node: {
      rows: {
        merges: (atMs) => [
          { ...row, ...more, rowsRead: moves ? Math.floor(atMs / 1_000) : row.rowsRead },
        ],
      },
    },
    expected,
  });
  const found = [{ severity: 'warning' as const, subject: { ...table, object: 'all_1_9_2' } }];
  proveCheck(crawlingMerge, [
    at('two hours for 500 GiB', {}, []),
    at('two hours for 1 GiB', { bytes: gib }, found),
    at('ten minutes for 1 GiB', { bytes: gib, elapsedSeconds: 600, progress: 0.01 }, []),
    at('nearly done', { bytes: gib, progress: 0.6 }, []),
    at('stands still', { elapsedSeconds: 900 }, found, false),
  ]);
});

const nowSeconds = (atMs: number) => atMs / 1_000;

test('mutations that fail: a time of failure alone says nothing', () => {
  const at = (
    name: string,
    more: Record<string, string | number>,
    expected: CheckCase['expected'],
    failedAgo = 60,
  ): CheckCase => ({
    name,
    node: {
      rows: {
        mutations: (atMs) => [
          {
            ...table,
            mutation: '0000000001',
            command: 'DELETE WHERE x = 1',
            failReason: '',
            failedAtSeconds: failedAgo < 0 ? 0 : nowSeconds(atMs) - failedAgo,
            ...more,
          },
        ],
        replication_queue: [],
      },
    },
    expected,
  });
  const found = [{ severity: 'critical' as const, subject: { ...table, object: '0000000001' } }];
  const queued = (mostTries: number, failing: number): CheckCase => ({
    name: `an old server: ${mostTries} attempts, ${failing} failing`,
    node: {
      version: '18.16.1',
      rows: {
        mutations: [{ ...table, mutation: '0000000001', command: 'DELETE WHERE x = 1' }],
        replication_queue: [
          { ...table, type: 'MUTATE_PART', mostTries, failing, lastException: 'Code: 6' },
          { ...table, type: 'GET_PART', mostTries: 50, failing: 1, lastException: 'x' },
        ],
      },
    },
    expected: mostTries >= 5 && failing > 0 ? found : [],
  });
  proveCheck(failingMutation, [
    { name: 'none', node: { rows: { replication_queue: [] } }, expected: [] },
    at('runs', {}, [], -1),
    at('failed once, and nothing is wrong any more', {}, []),
    at('fails', { failReason: 'Code: 6. Cannot parse' }, found),
    at('failed hours ago, and waits', { failReason: 'Code: 6. Cannot parse' }, [], 7_200),
    queued(4, 1),
    queued(5, 1),
    queued(5, 0),
  ]);
});

test('mutations that do not get on', () => {
  const at = (
    hours: number,
    partsToDo: number | ((atMs: number) => number),
    expected: CheckCase['expected'],
  ): CheckCase => ({
    name: `${hours} h, ${partsToDo}`,
    node: {
      rows: {
        mutations: (atMs) => [
          {
            ...table,
            mutation: 'm',
            createdSeconds: nowSeconds(atMs) - hours * 3_600,
            partsToDo: typeof partsToDo === 'number' ? partsToDo : partsToDo(atMs),
          },
        ],
      },
    },
    expected,
  });
  const fewer = (atMs: number) => Math.floor((Date.UTC(2026, 0, 17) - atMs) / minuteMs);
  const subject = { ...table, object: 'm' };
  proveCheck(slowMutation, [
    { name: 'none', node: {}, expected: [] },
    at(2.5, 10, []),
    at(3.5, 10, [{ severity: 'warning', subject }]),
    at(6.5, 10, [{ severity: 'high', subject }]),
    at(24.5, 10, [{ severity: 'critical', subject }]),
    at(3.5, fewer, []),
    at(6.5, fewer, []),
    at(24.5, fewer, []),
  ]);
});

test('mutations that pile up', () => {
  const at = (
    waiting: number,
    expected: CheckCase['expected'],
    settings: Record<string, number> = {},
  ): CheckCase => ({
    name: `${waiting} wait ${JSON.stringify(settings)}`,
    node: { mergeTreeSettings: settings, rows: { mutation_counts: [{ ...table, waiting }] } },
    expected,
  });
  proveCheck(mutationBacklog, [
    at(99, []),
    at(100, [{ severity: 'warning', subject: table }]),
    at(400, [{ severity: 'high', subject: table }]),
    at(1_000, [{ severity: 'critical', subject: table }]),
    at(80, [{ severity: 'high', subject: table }], { number_of_mutations_to_delay: 100 }),
    at(80, [{ severity: 'critical', subject: table }], { number_of_mutations_to_throw: 80 }),
  ]);
});
