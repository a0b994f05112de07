import { test } from 'vitest';
import { type CheckCase, proveCheck } from '../../testing/prove-check.ts';
import { diskForecast } from './disk-forecast.ts';
import { diskSpace } from './disk-space.ts';
import { diskState } from './disk-state.ts';
import { inodes } from './inodes.ts';
import { mergeHeadroom } from './merge-headroom.ts';
import { systemLogLeftovers } from './system-log-leftovers.ts';
import { systemLogSize } from './system-log-size.ts';
import { systemLogTtl } from './system-log-ttl.ts';

const gib = 1024 ** 3;
const disk = { disk: 'default', path: '/data/', totalBytes: 1_000 * gib };

test('free space of a disk', () => {
  const at = (
    free: number,
    expected: CheckCase['expected'],
    more: Record<string, number> = {},
  ): CheckCase => ({
    name: `${free} % ${JSON.stringify(more)}`,
    node: { rows: { disks: [{ ...disk, freeBytes: free * 10 * gib, ...more }] } },
    expected,
  });
  const found = (severity: 'warning' | 'critical') => [{ severity, subject: { disk: 'default' } }];
  proveCheck(diskSpace, [
    at(22, []),
    at(19, found('warning')),
    at(9, found('critical')),
    at(15, found('critical'), { keepFreeBytes: 60 * gib }),
    at(0, found('critical')),
    { ...at(20.5, found('warning')), name: 'stays until it is clearly above', first: at(19, []) },
    { ...at(10.5, found('critical')), name: 'stays critical', first: at(9, []) },
  ]);
});

test('when a disk will be full', () => {
  const at = (
    name: string,
    daysLeft: number,
    expected: CheckCase['expected'],
    noise: (atMs: number) => number = () => 0,
  ): CheckCase => ({
    name,
    node: {
      rows: {
        disk_history: (atMs) => {
          const free = 100 * gib;
          const perMs = free / (daysLeft * 86_400_000);
          const fromMs = Date.UTC(2026, 0, 15, 12);
          return [{ ...disk, freeBytes: free - perMs * (atMs - fromMs) - noise(atMs) }];
        },
      },
    },
    expected,
  });
  const found = (severity: 'warning' | 'critical') => [{ severity, subject: { disk: 'default' } }];
  const merge = (atMs: number) => (new Date(atMs).getUTCMinutes() >= 50 ? 30 * gib : 0);
  proveCheck(diskForecast, [
    at('in a year', 365, []),
    at('grows emptier', -3, []),
    at('a large merge now and then', 365, [], merge),
    at('in five days', 5, found('warning')),
    at('in five days, with merges', 5, found('warning'), merge),
    at('in a day', 1, found('critical')),
  ]);
});

test('room for the largest merge', () => {
  const at = (
    freeGib: number,
    parts: readonly { readonly disk: string; readonly gib: number }[],
    expected: CheckCase['expected'],
    settings: Record<string, number> = {},
  ): CheckCase => ({
    name: JSON.stringify([freeGib, parts, settings]),
    node: {
      mergeTreeSettings: settings,
      rows: {
        disks: [{ ...disk, freeBytes: freeGib * gib }],
        mergeable_partitions: parts.map((each) => ({
          database: 'd',
          table: 't',
          partition: 'p',
          disk: each.disk,
          bytes: each.gib * gib,
        })),
      },
    },
    expected,
  });
  const found = [{ severity: 'warning' as const, subject: { disk: 'default' } }];
  proveCheck(mergeHeadroom, [
    at(300, [{ disk: 'default', gib: 1_000 }], []),
    at(299, [{ disk: 'default', gib: 1_000 }], found),
    at(99, [{ disk: 'default', gib: 50 }], found),
    at(99, [{ disk: 'other', gib: 50 }], []),
    at(99, [], []),
    at(99, [{ disk: 'default', gib: 50 }], [], {
      max_bytes_to_merge_at_max_space_in_pool: 40 * gib,
    }),
  ]);
});

test('broken and read-only disks', () => {
  const at = (broken: boolean, readOnly: boolean, expected: CheckCase['expected']): CheckCase => ({
    name: JSON.stringify([broken, readOnly]),
    node: { rows: { disk_states: [{ disk: 'default', path: '/data/', broken, readOnly }] } },
    expected,
  });
  const found = [{ severity: 'critical' as const, subject: { disk: 'default' } }];
  proveCheck(diskState, [
    at(false, false, []),
    at(true, false, found),
    at(false, true, found),
    {
      name: 'a version that does not tell',
      node: { rows: { disk_states: [{ disk: 'default', path: '/data/' }] } },
      expected: 'unknown',
    },
  ]);
});

test('size of the server’s logs', () => {
  const at = (share: number, expected: CheckCase['expected'], database = 'system'): CheckCase => ({
    name: `${share} of the free space in ${database}`,
    node: {
      rows: {
        disks: [
          { ...disk, disk: 'a', freeBytes: gib },
          { ...disk, freeBytes: 100 * gib },
        ],
        table_parts: [{ database, table: 'query_log', bytes: share * 100 * gib }],
      },
    },
    expected,
  });
  const found = (severity: 'warning' | 'high' | 'critical') => [
    { severity, subject: { database: 'system', table: 'query_log' } },
  ];
  proveCheck(systemLogSize, [
    at(0.05, []),
    at(0.06, found('warning')),
    at(0.11, found('high')),
    at(0.21, found('critical')),
    at(0.21, [], 'd'),
  ]);
});

test('logs without a TTL, and those that an upgrade left', () => {
  const logs = (...rows: (readonly [string, boolean])[]) => ({
    rows: { system_logs: rows.map(([table, hasTtl]) => ({ table, hasTtl })) },
  });
  const subject = (table: string) => ({ database: 'system', table });
  proveCheck(systemLogTtl, [
    { name: 'with', node: logs(['query_log', true], ['query_log_0', false]), expected: [] },
    {
      name: 'without',
      node: logs(['query_log', true], ['part_log', false]),
      expected: [{ severity: 'warning', subject: subject('part_log') }],
    },
    {
      name: 'a version that knows none',
      node: { ...logs(['query_log', false]), version: '18.16.1' },
      expected: 'not_applicable',
    },
  ]);
  proveCheck(systemLogLeftovers, [
    { name: 'none', node: logs(['query_log', false], ['text_log', true]), expected: [] },
    {
      name: 'one',
      node: logs(['query_log', true], ['query_log_0', true]),
      expected: [{ severity: 'info', subject: subject('query_log_0') }],
    },
  ]);
});

test('inodes', () => {
  const at = (
    name: string,
    gauges: Record<string, number>,
    expected: CheckCase['expected'],
  ): CheckCase => ({ name, node: { gauges }, expected });
  const main = (used: number, all: number) => ({
    FilesystemMainPathUsedINodes: used,
    FilesystemMainPathTotalINodes: all,
  });
  proveCheck(inodes, [
    at('few', main(90, 100), []),
    at('many', main(91, 100), [{ severity: 'warning', subject: { object: 'data' } }]),
    at('a file system without a fixed number', main(0, 0), []),
    at(
      'of the logs',
      { ...main(1, 100), FilesystemLogsPathUsedINodes: 95, FilesystemLogsPathTotalINodes: 100 },
      [{ severity: 'warning', subject: { object: 'logs' } }],
    ),
    at('not told', {}, 'unknown'),
  ]);
});
