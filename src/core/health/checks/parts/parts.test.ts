import { expect, test } from 'vitest';
import { type CheckCase, proveCheck } from '../../testing/prove-check.ts';
import { deadParts } from './dead-parts.ts';
import { detachedParts } from './detached-parts.ts';
import { expiredRows } from './expired-rows.ts';
import { insertsHeldUp } from './inserts-held-up.ts';
import { oversizedPart } from './oversized-part.ts';
import { oversizedPartition } from './oversized-partition.ts';
import { partsPerPartition } from './parts-per-partition.ts';
import { poolSaturation } from './pool-saturation.ts';
import { restartRisk } from './restart-risk.ts';
import { serverPartsTotal } from './server-parts-total.ts';
import { tablePartsTotal } from './table-parts-total.ts';
import { tinyInserts } from './tiny-inserts.ts';
import { tooManyPartitions } from './too-many-partitions.ts';

const gib = 1024 ** 3;
const table = { database: 'd', table: 't' };
const own = (settings: string) => ({ table_settings: [{ ...table, settings }] });
const limits = { parts_to_delay_insert: 1_000, parts_to_throw_insert: 3_000 };

test('parts of a partition: bounds of the table, of the server, of the version', () => {
  const at = (
    parts: number,
    expected: CheckCase['expected'],
    more: Partial<CheckCase['node']> & { readonly bytes?: number; readonly own?: string } = {},
  ): CheckCase => {
    const { bytes = parts * 1_000_000, own: settings, ...node } = more;
    return {
      name: `${parts} parts ${JSON.stringify(more)}`,
      node: {
        mergeTreeSettings: limits,
        ...node,
        rows: {
          crowded_partitions: [{ ...table, partition: 'p', parts, bytes }],
          ...(settings === undefined ? {} : own(settings)),
        },
      },
      expected,
    };
  };
  const found = (severity: 'warning' | 'high' | 'critical') => [
    { severity, subject: { database: 'd', table: 't', partition: 'p' } },
  ];
  const large = { max_avg_part_size_for_too_many_parts: gib, ...limits };
  proveCheck(partsPerPartition, [
    at(300, []),
    at(301, found('warning')),
    at(899, found('warning')),
    at(900, found('high')),
    at(1_000, found('critical')),
    at(3_000, found('critical')),
    at(134, [], { version: '18.16.1', mergeTreeSettings: {} }),
    at(150, found('critical'), { version: '18.16.1', mergeTreeSettings: {} }),
    at(1_000, found('critical'), { version: '23.6.1', mergeTreeSettings: {} }),
    at(60, found('critical'), { own: 'parts_to_delay_insert = 60, index_granularity = 8192' }),
    at(60, found('critical'), { own: 'parts_to_delay_insert = 90, parts_to_throw_insert = 60' }),
    // The server does not count large parts.
    at(3_500, [], { bytes: 3_500 * 2 * gib, mergeTreeSettings: large }),
    at(1_500, [], { bytes: 1_500 * 2 * gib, mergeTreeSettings: large }),
    at(950, [], { bytes: 950 * 2 * gib, mergeTreeSettings: large }),
    at(400, [], { bytes: 400 * 2 * gib, mergeTreeSettings: large }),
    {
      ...at(960, found('critical')),
      name: 'stays critical until it is clearly below the bound',
      first: at(1_000, found('critical')),
    },
    {
      ...at(960, [], { bytes: 960 * 2 * gib, mergeTreeSettings: large }),
      name: 'was critical, and the parts were merged into large ones',
      first: at(1_000, found('critical')),
    },
  ]);
});

test('a message says what happens from which number on', () => {
  const item = {
    subject: { ...table, partition: '202601' },
    values: { parts: 3_200, delayFrom: 1_000, refuseFrom: 3_000 },
  };
  expect(partsPerPartition.rules[0]?.message(item)).toBe(
    'Partition 202601 has 3,200 parts: from 3000 on inserts are refused (code 252).',
  );
});

test('inserts held up: what happened since the start does not count', () => {
  proveCheck(insertsHeldUp, [
    {
      name: 'long ago',
      node: { counters: { DelayedInserts: 5_000, RejectedInserts: 7 } },
      expected: [],
    },
    {
      name: 'never: the counters are not even there',
      node: { version: '18.16.1' },
      expected: [],
    },
    {
      name: 'slowed down',
      node: { increases: { DelayedInserts: 1 }, counters: { RejectedInserts: 7 } },
      expected: [{ severity: 'high' }],
    },
    {
      name: 'refused',
      node: { increases: { DelayedInserts: 3, RejectedInserts: 1 } },
      expected: [{ severity: 'critical' }],
    },
  ]);
});

test('parts of a table', () => {
  const at = (parts: number, expected: CheckCase['expected'], settings?: string): CheckCase => ({
    name: `${parts} parts ${settings}`,
    node: {
      rows: {
        table_parts: [{ ...table, parts, partitions: 7 }],
        ...(settings === undefined ? {} : own(settings)),
      },
    },
    expected,
  });
  proveCheck(tablePartsTotal, [
    at(79_999, []),
    at(80_000, [{ severity: 'critical', subject: table }]),
    at(80, [{ severity: 'critical', subject: table }], 'max_parts_in_total = 100'),
  ]);
});

test('parts of a server', () => {
  const at = (parts: number, expected: CheckCase['expected']): CheckCase => ({
    name: `${parts} parts`,
    node: {
      rows: {
        table_parts: [
          { ...table, parts: parts - 1 },
          { database: 'd', table: 'u', parts: 1 },
        ],
      },
    },
    expected,
  });
  proveCheck(serverPartsTotal, [
    at(60_000, []),
    at(60_001, [{ severity: 'warning' }]),
    at(90_001, [{ severity: 'high' }]),
    at(120_001, [{ severity: 'critical' }]),
  ]);
});

test('small inserts', () => {
  const at = (
    inserts: number,
    rows: number,
    expected: CheckCase['expected'],
    more: Record<string, number> = {},
  ): CheckCase => ({
    name: `${inserts} inserts, ${rows} rows, ${JSON.stringify(more)}`,
    node: { increases: { InsertQuery: inserts, InsertedRows: rows, ...more } },
    expected,
  });
  proveCheck(tinyInserts, [
    at(601, 601 * 1_001, []),
    at(601, 601 * 1_000, [{ severity: 'warning' }]),
    at(600, 600, []),
    at(10_000, 100_000, [], { AsyncInsertQuery: 9_900 }),
  ]);
});

test('partitions of a table', () => {
  const at = (
    partitions: number,
    medianPartBytes: number,
    expected: CheckCase['expected'],
  ): CheckCase => ({
    name: `${partitions} partitions of ${medianPartBytes}`,
    node: { rows: { table_parts: [{ ...table, parts: partitions, partitions, medianPartBytes }] } },
    expected,
  });
  proveCheck(tooManyPartitions, [
    at(1_000, 1_000, []),
    at(1_001, 1_000, [{ severity: 'warning', subject: table }]),
    at(1_501, 16_000_000, [{ severity: 'warning', subject: table }]),
    at(1_501, 15_999_999, [{ severity: 'critical', subject: table }]),
  ]);
});

test('background pools: busy is no fault, a backlog is', () => {
  const at = (
    name: string,
    pool: string,
    busy: number,
    growing: boolean,
    expected: CheckCase['expected'],
  ): CheckCase => ({
    name,
    node: {
      gauges: {
        [`Background${pool}PoolTask`]: busy,
        [`Background${pool}PoolSize`]: 100,
        TotalPartsOfMergeTreeTables: growing ? (agoMs) => 10_000 - agoMs / 1_000 : 10_000,
      },
    },
    expected,
  });
  proveCheck(poolSaturation, [
    at('busy, and parts rise', 'MergesAndMutations', 95, true, [
      { severity: 'warning', subject: { object: 'merges pool' } },
    ]),
    at('busy, and no parts rise', 'MergesAndMutations', 100, false, []),
    at('parts rise', 'MergesAndMutations', 94, true, []),
    at('fetches', 'Fetches', 95, true, [{ severity: 'warning' }]),
    at('some fetches', 'Fetches', 94, false, []),
    at('schedule', 'Schedule', 95, false, [{ severity: 'warning' }]),
  ]);
});

test('parts that were put aside', () => {
  const at = (reason: string, expected: CheckCase['expected']): CheckCase => ({
    name: reason,
    node: {
      rows: { detached_parts: [{ ...table, reason, parts: 2, example: 'broken_all_1_1_0' }] },
    },
    expected,
  });
  const subject = (object: string) => ({ ...table, object });
  proveCheck(detachedParts, [
    { name: 'nothing', node: {}, expected: [] },
    at('attaching', []),
    ...[
      'broken',
      'broken-on-start',
      'covered-by-broken',
      'noquorum',
      'mutate-not-byte-identical',
    ].map((reason) => at(reason, [{ severity: 'warning' as const, subject: subject(reason) }])),
    ...['ignored', 'clone'].map((reason) =>
      at(reason, [{ severity: 'info' as const, subject: subject(reason) }]),
    ),
  ]);
});

test('broken parts against what the server bears at its start', () => {
  const at = (
    broken: number,
    expected: CheckCase['expected'],
    more: { readonly version?: string; readonly own?: string } = {},
  ): CheckCase => ({
    name: `${broken} broken ${JSON.stringify(more)}`,
    node: {
      ...(more.version === undefined ? {} : { version: more.version }),
      rows: {
        detached_parts: [
          { ...table, reason: 'broken', parts: broken - 1 },
          { ...table, reason: 'broken-on-start', parts: 1 },
          { ...table, reason: 'clone', parts: 1_000 },
        ],
        ...(more.own === undefined ? {} : own(more.own)),
      },
    },
    expected,
  });
  proveCheck(restartRisk, [
    at(49, []),
    at(50, [{ severity: 'warning', subject: table }]),
    at(5, [{ severity: 'warning', subject: table }], { version: '21.8.1' }),
    at(2, [{ severity: 'warning', subject: table }], { own: 'max_suspicious_broken_parts = 4' }),
  ]);
});

test('parts that should have gone', () => {
  const at = (
    row: Partial<Record<'overHalfHour' | 'overFourHours' | 'overDay', number>>,
    expected: CheckCase['expected'],
    settings?: string,
  ): CheckCase => ({
    name: JSON.stringify([row, settings]),
    node: {
      rows: {
        dead_parts: [{ ...table, overHalfHour: 0, overFourHours: 0, overDay: 0, ...row }],
        ...(settings === undefined ? {} : own(settings)),
      },
    },
    expected,
  });
  const found = [{ severity: 'info' as const, subject: table }];
  proveCheck(deadParts, [
    at({ overHalfHour: 1_000 }, []),
    at({ overHalfHour: 1_001 }, found),
    at({ overHalfHour: 5_000 }, [], 'old_parts_lifetime = 3600'),
    at({ overHalfHour: 5_000, overFourHours: 1_001 }, found, 'old_parts_lifetime = 3600'),
    at({ overFourHours: 5_000 }, [], 'old_parts_lifetime = 86400'),
    at({ overFourHours: 5_000, overDay: 1_001 }, found, 'old_parts_lifetime = 28800'),
  ]);
});

test('a TTL that is not applied', () => {
  proveCheck(expiredRows, [
    {
      name: 'applied',
      node: { rows: { table_parts: [{ ...table, expiredParts: 0, expiredBytes: 0 }] } },
      expected: [],
    },
    {
      name: 'expired',
      node: { rows: { table_parts: [{ ...table, expiredParts: 3, expiredBytes: 9_000 }] } },
      expected: [{ severity: 'warning', subject: table }],
    },
    {
      name: 'a version that knows none',
      node: { version: '18.16.1', rows: { table_parts: [table] } },
      expected: 'not_applicable',
    },
    { name: 'not told', node: { rows: { table_parts: [table] } }, expected: 'unknown' },
  ]);
});

test('large parts and partitions', () => {
  const part = (largestPartBytes: number, expected: CheckCase['expected']): CheckCase => ({
    name: `${largestPartBytes}`,
    node: { rows: { table_parts: [{ ...table, largestPartBytes, largestPart: 'all_1_9_3' }] } },
    expected,
  });
  proveCheck(oversizedPart, [
    part(150e9, []),
    part(150e9 + 1, [{ severity: 'info', subject: table }]),
  ]);
  const partition = (share: number, expected: CheckCase['expected'], cap = 150 * gib) => ({
    name: `${share} of ${cap}`,
    node: {
      mergeTreeSettings: { max_bytes_to_merge_at_max_space_in_pool: cap },
      rows: {
        replacing_partitions: [
          { ...table, partition: 'p', bytes: share * cap, engine: 'ReplacingMergeTree' },
        ],
      },
    },
    expected,
  });
  const subject = { ...table, partition: 'p' };
  proveCheck(oversizedPartition, [
    partition(0.55, []),
    partition(0.56, [{ severity: 'info', subject }]),
    partition(0.76, [{ severity: 'warning', subject }]),
    partition(0.96, [{ severity: 'high', subject }]),
    partition(0.96, [{ severity: 'high', subject }], 300 * gib),
  ]);
});
