import { expect, test } from 'vitest';
import type { ReadingRow } from '../../../../model/fleet/reading.ts';
import type { Unreachable } from '../../observation.ts';
import { type NodeCase, proveCheck } from '../../testing/prove-check.ts';
import { runCase } from '../../testing/run-case.ts';
import { clockSkew } from './clock-skew.ts';
import { collectorStale } from './collector-stale.ts';
import { configChange } from './config-change.ts';
import { configDrift } from './config-drift.ts';
import { fatalLog } from './fatal-log.ts';
import { logPipeline } from './log-pipeline.ts';
import { missingGrant } from './missing-grant.ts';
import { monitorBlind } from './monitor-blind.ts';
import { nodeDown } from './node-down.ts';
import { serverCrash } from './server-crash.ts';
import { serverRestarted } from './server-restarted.ts';
import { serverWarnings } from './server-warnings.ts';
import { shardWithoutReplica } from './shard-without-replica.ts';
import { monthsSince, versionSkew } from './version-skew.ts';

const minuteMs = 60_000;
const missed = (misses: number): Unreachable => ({
  layer: 'tcp',
  message: 'connection refused',
  sinceMs: 0,
  misses,
});
const down = (misses: number): NodeCase => ({ unreachable: missed(misses) });

test('node-down: one miss is none, two warn, three are critical', () => {
  proveCheck(nodeDown, [
    { name: 'well', node: {}, expected: [] },
    { name: 'one miss', node: down(1), expected: [] },
    { name: 'two', node: down(2), expected: [{ severity: 'warning' }] },
    { name: 'three', node: down(3), expected: [{ severity: 'critical' }] },
  ]);
});

test('node-down: says in which layer', () => {
  const { findings } = runCase(nodeDown, { name: '', node: down(3), expected: [] });
  expect(findings[0]?.message).toBe(
    'The node does not answer: nothing accepts the connection (tcp). connection refused',
  );
});

test('shard-without-replica: none left, or fewer than there should be', () => {
  const node = (shard: number | undefined, misses: number): NodeCase => ({
    ...(misses > 0 && { unreachable: missed(misses) }),
    ...(shard !== undefined && { node: { shard } }),
  });
  const shard = (number: number) => ({ subject: { shard: number } });
  proveCheck(shardWithoutReplica, [
    { name: 'well', nodes: [node(1, 0), node(1, 1)], expected: [] },
    { name: 'no topology', nodes: [node(undefined, 0)], expected: 'not_applicable' },
    {
      name: 'one is down',
      nodes: [node(1, 0), node(1, 2)],
      expected: [{ severity: 'warning', ...shard(1) }],
    },
    {
      name: 'both are down',
      nodes: [node(1, 2), node(1, 2)],
      expected: [{ severity: 'critical', ...shard(1) }],
    },
  ]);
});

test('server-restarted: just started, or three times in an hour', () => {
  proveCheck(serverRestarted, [
    { name: 'well', node: {}, expected: [] },
    { name: 'three minutes ago', node: { uptimeMs: 3 * minuteMs }, expected: [] },
    { name: 'just now', node: { uptimeMs: 179_000 }, expected: [{ severity: 'warning' }] },
    {
      name: 'twice in an hour',
      node: { restartsAgoMs: [40 * minuteMs, 20 * minuteMs] },
      expected: [],
    },
    {
      name: 'three times',
      node: { restartsAgoMs: [50 * minuteMs, 40 * minuteMs, 20 * minuteMs] },
      expected: [{ severity: 'critical' }],
    },
  ]);
});

test('server-crash and fatal-log', () => {
  const crash: ReadingRow = { atSeconds: 1, signal: 11, queryId: 'q', trace: ['1. a', '2. b'] };
  proveCheck(serverCrash, [
    { name: 'well', node: {}, expected: [] },
    {
      name: 'crashed',
      node: { rows: { crashes: [crash] } },
      expected: [{ severity: 'critical' }],
    },
  ]);
  const fatal = (lines: number): NodeCase => ({
    rows: { fatal_lines: [{ lines, newest: lines > 0 ? 'Segmentation fault' : '' }] },
  });
  proveCheck(fatalLog, [
    { name: 'well', node: fatal(0), expected: [] },
    { name: 'fatal', node: fatal(1), expected: [{ severity: 'critical' }] },
  ]);
});

test('monitor-blind: fewer than 95 of 100, of parts or of tables', () => {
  const sees = (parts: number, tables: number, gauges: NodeCase['gauges']): NodeCase => ({
    rows: { visible_parts: [{ parts }], visible_tables: [{ tables }] },
    ...(gauges && { gauges }),
  });
  const begun = (agoMs: number): number => (agoMs > 0 ? Number.NaN : 650);
  const grown = (agoMs: number): number => (agoMs > 60_000 ? 50 : 900);
  const all = { PartsActive: 100, AttachedTable: 100 };
  proveCheck(monitorBlind, [
    { name: 'well', node: sees(95, 95, all), expected: [] },
    { name: 'nothing there', node: sees(0, 0, { PartsActive: 0, AttachedTable: 0 }), expected: [] },
    {
      name: 'parts are hidden',
      node: sees(94, 100, all),
      expected: [{ severity: 'critical', subject: { object: 'parts' } }],
    },
    {
      name: 'tables are hidden',
      node: sees(100, 94, all),
      expected: [{ severity: 'critical', subject: { object: 'tables' } }],
    },
    {
      name: 'parts are hidden, on an older server',
      node: sees(94, 3, { TotalPartsOfMergeTreeTables: 100 }),
      expected: [{ severity: 'critical', subject: { object: 'parts' } }],
    },
    { name: 'the server does not count', node: sees(1, 1, {}), expected: 'unknown' },
    {
      name: 'the most crowded partition is hidden, on a server that counts nothing else',
      node: sees(1, 1, { MaxPartCountForPartition: 60 }),
      expected: [{ severity: 'critical', subject: { object: 'parts of one partition' } }],
    },
    {
      name: 'it is not hidden, but others may be',
      node: {
        rows: { visible_parts: [], visible_tables: [], crowded_partitions: [{ parts: 58 }] },
        gauges: { MaxPartCountForPartition: 60 },
      },
      expected: 'unknown',
    },
    {
      name: 'what was counted first is newer than what was read',
      node: {
        ...sees(1, 1, { MaxPartCountForPartition: begun }),
        vitalsAgoMs: -1,
      },
      expected: 'unknown',
    },
    {
      name: 'no partition has many parts',
      node: sees(1, 1, { MaxPartCountForPartition: 50 }),
      expected: 'unknown',
    },
    {
      name: 'parts were made since',
      node: sees(50, 100, {
        AttachedTable: 100,
        PartsActive: grown,
      }),
      expected: [],
    },
  ]);
});

test('missing-grant: names the tables and the statements', () => {
  const node = (...denied: string[]): NodeCase => ({ denied });
  proveCheck(missingGrant, [
    { name: 'well', node: node(), expected: [] },
    { name: 'some', node: node('parts', 'errors'), expected: [{ severity: 'warning' }] },
  ]);
  const { findings } = runCase(missingGrant, {
    name: '',
    node: node('parts', 'errors'),
    expected: [],
  });
  expect(findings[0]?.fix?.sql).toBe(
    'GRANT SELECT ON system.`errors` TO `castellan`;\nGRANT SELECT ON system.`parts` TO `castellan`',
  );
});

test('collector-stale: ten intervals', () => {
  proveCheck(collectorStale, [
    { name: 'well', node: { vitalsAgoMs: 150_000 }, expected: [] },
    { name: 'behind', node: { vitalsAgoMs: 151_000 }, expected: [{ severity: 'warning' }] },
    { name: 'down', node: down(2), expected: 'not_applicable' },
  ]);
});

test('log-pipeline: four hours behind while there is something to write', () => {
  const hours = 3_600;
  const node = (behindSeconds: number, queries: number): NodeCase => ({
    increases: { Query: queries, InsertedRows: queries },
    rows: {
      log_parts: (atMs) => [{ table: 'query_log', lastModified: atMs / 1_000 - behindSeconds }],
    },
  });
  proveCheck(logPipeline, [
    { name: 'well', node: node(60, 5_000), expected: [] },
    { name: 'idle', node: node(5 * hours, 1_000), expected: [] },
    {
      name: 'behind',
      node: node(5 * hours, 5_000),
      expected: [{ severity: 'warning', subject: { database: 'system', table: 'query_log' } }],
    },
    {
      name: 'just started',
      node: { ...node(5 * hours, 5_000), uptimeMs: 1 },
      expected: 'not_applicable',
    },
  ]);
});

test('version-skew: two versions for a day, and versions out of support', () => {
  const node = (version: string): NodeCase => ({ version });
  const two = (a: string, b: string) => ({ nodes: [node(a), node(b)] });
  proveCheck(versionSkew, [
    { name: 'well', ...two('25.12.1.1', '25.12.1.1'), expected: [] },
    { name: 'one node', node: node('25.8.9.1'), expected: [] },
    {
      name: 'mixed',
      ...two('25.12.1.1', '25.11.1.1'),
      expected: [{ severity: 'warning', subject: { object: 'versions' } }],
    },
    {
      name: 'old',
      node: node('25.7.1.1'),
      expected: [{ severity: 'info', subject: { node: 'n1:8123' } }],
    },
    { name: 'long-term', node: node('25.3.1.1'), expected: [] },
  ]);
});

test('months since a version came out', () => {
  const check = (version: string, at: string, expected: number | undefined) => {
    const months = monthsSince(version, Date.parse(at));
    expect(months === undefined ? undefined : Math.round(months)).toBe(expected);
  };
  check('25.8.3.66', '2026-08-15', 12);
  check('26.7.2.1', '2026-08-15', 1);
  check('18.16.1', '2019-12-15', 12);
  check('nonsense', '2026-08-15', undefined);
});

test('clock-skew: beyond a second and five, less half of the round trip', () => {
  const skew = (skewMs: number | null): NodeCase => ({ skewMs });
  proveCheck(clockSkew, [
    { name: 'well', node: {}, expected: [] },
    { name: 'within the round trip', node: skew(1_001), expected: [] },
    { name: 'ahead', node: skew(1_100), expected: [{ severity: 'warning' }] },
    { name: 'behind', node: skew(-1_100), expected: [{ severity: 'warning' }] },
    { name: 'a day', node: skew(86_400_000), expected: [{ severity: 'critical' }] },
    {
      name: 'nearly right again',
      first: { node: skew(1_100) },
      node: skew(700),
      expected: [{ severity: 'warning' }],
    },
    {
      name: 'still far off',
      first: { node: skew(5_100) },
      node: skew(4_500),
      expected: [{ severity: 'critical' }],
    },
    { name: 'does not tell', node: skew(null), expected: 'unknown' },
  ]);
});

test('server-warnings: those of what grows are heavier, and numbers do not tell them apart', () => {
  const node = (...messages: string[]): NodeCase => ({
    rows: { server_warnings: messages.map((message) => ({ message })) },
  });
  proveCheck(serverWarnings, [
    { name: 'well', node: node(), expected: [] },
    {
      name: 'of the host',
      node: node('Linux transparent hugepages are set to "always".'),
      expected: [{ severity: 'info' }],
    },
    {
      name: 'of the number of parts, twice',
      node: node(
        'The number of active parts is more than 100000.',
        'The number of active parts is more than 5.',
      ),
      expected: [{ severity: 'warning' }],
    },
  ]);
});

test('config-change: what is otherwise than at the reading before', () => {
  const settings = (value: (atMs: number) => string, name = 'max_connections'): NodeCase => ({
    rows: { changed_server_settings: (atMs) => [{ name, value: value(atMs) }] },
  });
  proveCheck(configChange, [
    { name: 'well', node: settings(() => '5'), expected: [] },
    { name: 'nothing is changed', node: {}, expected: [] },
    { name: 'of the host', node: settings(String, 'tcp_port'), expected: [] },
    {
      name: 'another value at each reading',
      node: settings(String),
      expected: [{ severity: 'info', subject: { object: 'server setting max_connections' } }],
    },
    {
      name: 'changed, and changed back',
      node: {
        rows: {
          changed_merge_tree_settings: (atMs) =>
            (atMs / 300_000) % 2 < 1 ? [{ name: 'parts_to_throw_insert', value: '5' }] : [],
        },
      },
      expected: [{ severity: 'info' }],
    },
  ]);
});

test('config-drift: a changed setting that is not the same everywhere, for a quarter of an hour', () => {
  const node = (name: string, value: string, changed = true): NodeCase => ({
    rows: { merge_tree_settings: [{ name, value, changed }] },
  });
  const setting = 'parts_to_throw_insert';
  proveCheck(configDrift, [
    { name: 'well', nodes: [node(setting, '5'), node(setting, '5')], expected: [] },
    { name: 'alone', node: node(setting, '5'), expected: 'not_applicable' },
    {
      name: 'defaults of other versions',
      nodes: [node(setting, '300', false), node(setting, '3000', false)],
      expected: [],
    },
    { name: 'of the host', nodes: [node('tcp_port', '1'), node('tcp_port', '2')], expected: [] },
    {
      name: 'changed on one',
      nodes: [node(setting, '5'), node(setting, '300', false)],
      expected: [{ severity: 'warning', subject: { object: `MergeTree setting ${setting}` } }],
    },
  ]);
});
