import { test } from 'vitest';
import type { ReadingRow } from '../../../../model/fleet/reading.ts';
import { logRows } from '../../testing/log-rows.ts';
import { type NodeCase, proveCheck } from '../../testing/prove-check.ts';
import { connections } from './connections.ts';
import { cpuLoad } from './cpu-load.ts';
import { markCache } from './mark-cache.ts';
import { memoryHeld } from './memory-held.ts';
import { memoryKills } from './memory-kills.ts';
import { memoryUse } from './memory-use.ts';
import { queryConcurrency } from './query-concurrency.ts';
import { refusedQueries } from './refused-queries.ts';
import { threadPool } from './thread-pool.ts';

const gib = 2 ** 30;

test('memory-use: against the smallest limit, with hysteresis', () => {
  const using = (share: number): NodeCase => ({
    gauges: { MemoryResident: share * 64 * gib, OSMemoryTotal: 64 * gib, CGroupMemoryTotal: 0 },
  });
  const limited: NodeCase = {
    gauges: {
      MemoryResident: 15 * gib,
      OSMemoryTotal: 64 * gib,
      CGroupMemoryTotal: 2 ** 63,
    },
    serverSettings: { max_server_memory_usage: 16 * gib },
  };
  proveCheck(memoryUse, [
    { name: 'well', node: using(0.7), expected: [] },
    { name: 'no limit but the host, and almost at the bound', node: using(0.79), expected: [] },
    { name: 'high', node: using(0.85), expected: [{ severity: 'warning' }] },
    { name: 'nearly all', node: using(0.95), expected: [{ severity: 'critical' }] },
    { name: 'a limit of the server', node: limited, expected: [{ severity: 'critical' }] },
    {
      name: 'a little less than what opened it',
      first: { node: using(0.95) },
      node: using(0.87),
      expected: [{ severity: 'critical' }],
    },
    {
      name: 'between the bounds of the warning',
      first: { node: using(0.85) },
      node: using(0.77),
      expected: [{ severity: 'warning' }],
    },
    { name: 'an old server', node: { gauges: { MemoryTracking: 1 } }, expected: 'unknown' },
  ]);
});

const queryLog = (...rows: readonly ReadingRow[]): NodeCase => ({
  rows: {
    query_minutes: logRows(
      rows.map((row) => ({
        user: 'anna',
        kind: 'select',
        code: 0,
        memoryLimit: '',
        queries: 1,
        ...row,
      })),
    ),
  },
});

test('memory-kills: inserts and shares are worse than single queries', () => {
  const killed = { code: 241, memoryLimit: 'query' };
  proveCheck(memoryKills, [
    { name: 'well', node: queryLog({ queries: 100 }, { code: 62, queries: 50 }), expected: [] },
    {
      name: 'one query of many',
      node: queryLog({ queries: 1_000 }, { ...killed, queries: 6 }),
      expected: [{ severity: 'warning' }],
    },
    {
      name: 'all of very few',
      node: queryLog({ ...killed, queries: 4 }),
      expected: [{ severity: 'warning' }],
    },
    {
      name: 'a tenth',
      node: queryLog({ queries: 90 }, { ...killed, queries: 10, memoryLimit: 'server' }),
      expected: [{ severity: 'critical' }],
    },
    {
      name: 'an insert',
      node: queryLog({ queries: 1_000 }, { ...killed, kind: 'insert' }),
      expected: [{ severity: 'critical' }],
    },
    {
      name: 'two hours ago',
      node: {
        rows: {
          query_minutes: logRows([{ code: 241, kind: 'insert', queries: 9 }], 120),
        },
      },
      expected: [],
    },
  ]);
});

test('memory-held: primary keys, dictionaries and Memory tables, each by itself', () => {
  const holding = (bytes: { keys?: number; dictionaries?: number; tables?: number }): NodeCase => ({
    gauges: { OSMemoryTotal: 100 * gib },
    rows: {
      primary_keys: [{ database: 'd', table: 't', bytes: (bytes.keys ?? 0) * gib }],
      dictionaries: [{ name: 'x', bytes: (bytes.dictionaries ?? 0) * gib }],
      memory_tables: [{ database: 'd', table: 'm', bytes: (bytes.tables ?? 0) * gib }],
    },
  });
  const found = (severity: 'warning' | 'high' | 'critical', object: string) => [
    { severity, subject: { object } },
  ];
  proveCheck(memoryHeld, [
    { name: 'well', node: holding({ keys: 19, dictionaries: 19, tables: 19 }), expected: [] },
    { name: 'keys', node: holding({ keys: 22 }), expected: found('warning', 'primary keys') },
    { name: 'dicts', node: holding({ dictionaries: 27 }), expected: found('high', 'dictionaries') },
    { name: 'tables', node: holding({ tables: 31 }), expected: found('critical', 'Memory tables') },
    { name: 'no size of the host', node: { gauges: {} }, expected: 'unknown' },
  ]);
});

test('cpu-load: for each core that the server may use', () => {
  const load = (LoadAverage15: number, more: Record<string, number> = {}): NodeCase => ({
    gauges: { LoadAverage15, ...more },
    rows: { processor_cores: [{ cores: 4 }] },
  });
  // The load average is the host's; the container has 2 of its 64 cores.
  const container = (cores: number): NodeCase => {
    const spent = (agoMs: number) => ((3_600_000 - agoMs) * 1_000 * cores) / 2;
    return {
      gauges: { LoadAverage15: 60, CGroupMaxCPU: 2, NumberOfCPUCores: 64 },
      counters: { OSCPUVirtualTimeMicroseconds: spent, OSCPUWaitMicroseconds: spent },
    };
  };
  proveCheck(cpuLoad, [
    { name: 'well', node: load(3.9), expected: [] },
    { name: 'a little', node: load(5), expected: [{ severity: 'warning' }] },
    { name: 'much', node: load(9), expected: [{ severity: 'high' }] },
    { name: 'far too much', node: load(41), expected: [{ severity: 'critical' }] },
    { name: 'a container of a busy host', node: container(1), expected: [] },
    { name: 'a busy container', node: container(3), expected: [{ severity: 'warning' }] },
    {
      name: 'a container of all cores',
      node: load(5, { CGroupMaxCPU: 4, NumberOfCPUCores: 4 }),
      expected: [{ severity: 'warning' }],
    },
    { name: 'no number of cores', node: { gauges: { LoadAverage15: 9 } }, expected: 'unknown' },
  ]);
});

test('query-concurrency: against max_concurrent_queries, 0 being no limit', () => {
  const running = (Query: number, max_concurrent_queries?: number): NodeCase => ({
    gauges: { Query },
    ...(max_concurrent_queries === undefined ? {} : { serverSettings: { max_concurrent_queries } }),
  });
  proveCheck(queryConcurrency, [
    { name: 'well', node: running(74, 100), expected: [] },
    { name: 'no limit', node: running(5_000, 0), expected: [] },
    { name: 'three quarters', node: running(75, 100), expected: [{ severity: 'warning' }] },
    { name: 'nearly all', node: running(90, 100), expected: [{ severity: 'high' }] },
    { name: 'an old server', node: running(95), expected: [{ severity: 'high' }] },
  ]);
});

test('refused-queries: code 202, more than ten an hour', () => {
  proveCheck(refusedQueries, [
    { name: 'well', node: queryLog({ queries: 9 }, { code: 241, queries: 50 }), expected: [] },
    { name: 'ten', node: queryLog({ code: 202, queries: 10 }), expected: [] },
    {
      name: 'eleven',
      node: queryLog({ code: 202, queries: 11 }),
      expected: [{ severity: 'warning' }],
    },
  ]);
});

test('connections: of all kinds together', () => {
  const open = (TCPConnection: number, HTTPConnection: number): NodeCase => ({
    gauges: { TCPConnection, HTTPConnection },
    serverSettings: { max_connections: 1_000 },
  });
  proveCheck(connections, [
    { name: 'well', node: open(374, 375), expected: [] },
    { name: 'three quarters', node: open(375, 375), expected: [{ severity: 'warning' }] },
    { name: 'nearly all', node: open(0, 900), expected: [{ severity: 'high' }] },
    { name: 'nothing counted', node: {}, expected: 'unknown' },
  ]);
});

test('thread-pool: nearly used up, or tasks that found no thread', () => {
  const threads = (GlobalThread: number, refused = 0): NodeCase => ({
    gauges: { GlobalThread },
    serverSettings: { max_thread_pool_size: 1_000 },
    rows: {
      error_counts: (atMs) => [
        { code: 516, count: atMs / 1_000 },
        { code: 439, count: 5 + (refused > 0 ? (refused * atMs) / 60_000 : 0) },
      ],
    },
  });
  proveCheck(threadPool, [
    { name: 'well', node: threads(899), expected: [] },
    { name: 'nearly all', node: threads(900), expected: [{ severity: 'critical' }] },
    { name: 'refused', node: threads(10, 1), expected: [{ severity: 'warning' }] },
  ]);
});

test('mark-cache: by the hits of an hour, where there are enough', () => {
  const cache = (MarkCacheHits: number, MarkCacheMisses: number): NodeCase => ({
    increases: { MarkCacheHits, MarkCacheMisses },
  });
  proveCheck(markCache, [
    { name: 'well', node: cache(9_000, 3_000), expected: [] },
    { name: 'few look-ups', node: cache(1_000, 8_000), expected: [] },
    { name: 'few look-ups, by half', node: cache(4_000, 5_900), expected: [] },
    { name: 'few look-ups, by two thirds', node: cache(6_000, 3_900), expected: [] },
    { name: 'two thirds', node: cache(8_000, 4_000), expected: [{ severity: 'info' }] },
    { name: 'less than half', node: cache(4_900, 5_200), expected: [{ severity: 'warning' }] },
    { name: 'a tenth', node: cache(2_000, 18_000), expected: [{ severity: 'high' }] },
    {
      name: 'just started',
      node: { ...cache(2_000, 18_000), uptimeMs: 1_200_000 },
      expected: 'not_applicable',
    },
  ]);
});
