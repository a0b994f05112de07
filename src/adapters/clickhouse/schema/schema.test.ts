import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import { afterAll, expect, test } from 'vitest';
import {
  insertedColumns,
  type TelemetryTable,
  telemetryTables,
  wireType,
} from '../../../model/telemetry/tables.ts';
import type { SchemaTarget } from './ddl.ts';
import { migrations } from './migrations.ts';
import { type CurrentTtl, interval, parseTtl, planTtl, type TtlPlan } from './ttl.ts';

const day = 86_400_000;
const retention = {
  logsMs: 30 * day,
  tracesMs: 30 * day,
  metricsMs: 0,
  sessionsMs: 36 * 3_600_000,
};
const target = (name: string, more: Partial<SchemaTarget> = {}): SchemaTarget => ({
  database: name,
  retention,
  textIndexes: true,
  ...more,
});
const statements = (of: SchemaTarget) => migrations.flatMap((each) => each.statements(of));

const folder = mkdtempSync(join(tmpdir(), 'castellan-schema-'));
const engine = new Session(folder);
afterAll(() => {
  engine.cleanup();
  rmSync(folder, { recursive: true, force: true });
});
const rows = (query: string): Record<string, unknown>[] =>
  engine
    .query(query, 'JSONEachRow')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

// These files are what customers' servers run: a changed byte is a changed table for new
// installations only, and needs a migration for the others.
test('golden DDL', async () => {
  const check = (file: string, of: SchemaTarget) =>
    expect(`${statements(of).join(';\n\n')};\n`).toMatchFileSnapshot(`./${file}.golden.sql`);
  await check('schema', target('castellan'));
  // Unverified on a server before 26.2: executed here on the embedded engine, which takes both.
  await check('schema-before-26.2', target('castellan', { textIndexes: false }));
  await check('schema-replicated', target('castellan', { cluster: { name: 'main', shards: 1 } }));
  await check('schema-sharded', target('castellan', { cluster: { name: 'main', shards: 3 } }));
});

test('both layouts are created by the engine, twice, with the columns of the model', () => {
  const check = (of: SchemaTarget) => {
    engine.query(`CREATE DATABASE ${of.database}`);
    for (const statement of [...statements(of), ...statements(of)]) engine.query(statement);
    for (const table of Object.keys(telemetryTables) as TelemetryTable[]) {
      const columns = rows(
        `SELECT name, type FROM system.columns WHERE database = '${of.database}' AND table = '${table}' AND default_kind = ''`,
      );
      expect(columns, table).toEqual(
        insertedColumns(telemetryTables[table]).map(({ name, type }) => ({ name, type })),
      );
    }
  };
  check(target('with_text'));
  check(target('with_bloom', { textIndexes: false }));
});

test('every table takes a row in wire types, and the roll-ups count it', () => {
  const of = target('written');
  engine.query(`CREATE DATABASE ${of.database}`);
  for (const statement of statements(of)) engine.query(statement);
  for (const table of Object.keys(telemetryTables) as TelemetryTable[]) {
    const columns = insertedColumns(telemetryTables[table]);
    const values = columns.map((column) => {
      if (column.name === 'ServiceName') return `'shop' AS ServiceName`;
      if (column.name === 'TraceId') return `'0af7651916cd43dd8448eb211c80319c' AS TraceId`;
      if (/DateTime64/.test(column.type))
        if (!column.type.startsWith('Array')) return `now64(9) AS \`${column.name}\``;
      return `defaultValueOfTypeName('${wireType(column)}') AS \`${column.name}\``;
    });
    engine.query(
      `INSERT INTO written.${table} (${columns.map((each) => `\`${each.name}\``).join(', ')}) SELECT ${values.join(', ')}`,
    );
    expect(rows(`SELECT count() AS n FROM written.${table}`), table).toEqual([{ n: 1 }]);
  }
  const facets = (table: string) =>
    rows(`SELECT Key, Value, sum(count) AS n FROM written.${table} GROUP BY ALL ORDER BY Key`);
  expect(facets('otel_logs_kv_rollup_15m')).toEqual([{ Key: 'ServiceName', Value: 'shop', n: 1 }]);
  expect(facets('otel_traces_kv_rollup_15m')).toEqual([
    { Key: 'ServiceName', Value: 'shop', n: 1 },
  ]);
  expect(
    rows('SELECT TraceId, Start <= End AS ordered FROM written.otel_traces_trace_id_ts'),
  ).toEqual([{ TraceId: '0af7651916cd43dd8448eb211c80319c', ordered: 1 }]);
});

test('times at the ends of the range are kept, whatever a DateTime can hold', () => {
  const of = target('ends');
  engine.query(`CREATE DATABASE ${of.database}`);
  for (const statement of statements(of)) engine.query(statement);
  const times = [
    '2105-12-31 23:59:59',
    '2107-01-01 00:00:00',
    '2200-06-06 00:00:00',
    '2262-04-11 00:00:00',
  ];
  for (const table of [
    'otel_logs',
    'otel_traces',
    'hyperdx_sessions',
    'otel_metrics_gauge',
  ] as const) {
    const column = table === 'otel_metrics_gauge' ? 'TimeUnix' : 'Timestamp';
    for (const time of times)
      engine.query(
        `INSERT INTO ends.${table} (${column}, ServiceName${table === 'otel_traces' ? ', TraceId' : ''}) VALUES (toDateTime64('${time}', 9, 'UTC'), 's'${table === 'otel_traces' ? `, 't'` : ''})`,
      );
    engine.query(`OPTIMIZE TABLE ends.${table} FINAL`);
    expect(rows(`SELECT count() AS n FROM ends.${table}`), table).toEqual([{ n: times.length }]);
  }
  const facet = `SELECT sum(count) AS n FROM ends.otel_logs_kv_rollup_15m WHERE Key = 'ServiceName'`;
  expect(rows(facet)).toEqual([{ n: times.length }]);
  expect(rows('SELECT toYear(max(End)) AS y FROM ends.otel_traces_trace_id_ts')).toEqual([
    { y: 2262 },
  ]);
});

test('interval: the largest exact unit', () => {
  const check = (ms: number, expected: string) => expect(interval(ms)).toBe(expected);
  check(30 * day, 'toIntervalDay(30)');
  check(36 * 3_600_000, 'toIntervalHour(36)');
  check(90 * 60_000, 'toIntervalMinute(90)');
  check(90_000, 'toIntervalSecond(90)');
  check(1_500, 'toIntervalSecond(2)');
});

test('parseTtl: what the engine reports', () => {
  const check = (clause: string, expected: CurrentTtl) => {
    engine.query('DROP TABLE IF EXISTS default.ttl SYNC');
    engine.query(
      `CREATE TABLE default.ttl (t DateTime, d Date, v UInt8) ENGINE = MergeTree ORDER BY t ${clause}`,
    );
    const [row] = rows(
      `SELECT engine_full FROM system.tables WHERE database = 'default' AND name = 'ttl'`,
    );
    expect(parseTtl(String(row?.engine_full)), clause).toEqual(expected);
  };
  check('', { kind: 'none' });
  check('TTL t + INTERVAL 3 DAY', { kind: 'simple', anchor: 't', ms: 3 * day });
  check('TTL toDate(t) + toIntervalHour(5) SETTINGS ttl_only_drop_parts = 1', {
    kind: 'simple',
    anchor: 'toDate(t)',
    ms: 5 * 3_600_000,
  });
  check(`TTL toDateTime(least(t, toDateTime('2100-01-01 00:00:00'))) + toIntervalDay(2)`, {
    kind: 'simple',
    anchor: `toDateTime(least(t, toDateTime('2100-01-01 00:00:00')))`,
    ms: 2 * day,
  });
  check('TTL t + INTERVAL 1 DAY, t + INTERVAL 2 DAY DELETE WHERE v = 1', {
    kind: 'compound',
    text: 't + toIntervalDay(1), t + toIntervalDay(2) WHERE v = 1',
  });
  check('TTL t + INTERVAL 1 MONTH', { kind: 'compound', text: 't + toIntervalMonth(1)' });
  check('TTL t + INTERVAL 1 DAY DELETE WHERE v = 1', {
    kind: 'compound',
    text: 't + toIntervalDay(1) WHERE v = 1',
  });
});

test('planTtl: longer rewrites, shorter does not, foreign rules are left alone', () => {
  const simple = (ms: number): CurrentTtl => ({ kind: 'simple', anchor: 'toDate(t)', ms });
  const check = (current: CurrentTtl, wantedMs: number, expected: Partial<TtlPlan>) =>
    expect(planTtl(current, 't', wantedMs)).toMatchObject(expected);
  check(simple(day), day, { kind: 'keep' });
  check(simple(day), 2 * day, {
    kind: 'alter',
    clause: 'MODIFY TTL toDate(t) + toIntervalDay(2)',
    materialize: true,
  });
  check(simple(2 * day), day, { kind: 'alter', materialize: false });
  check(simple(day), 0, { kind: 'alter', clause: 'REMOVE TTL', materialize: true });
  check({ kind: 'none' }, 0, { kind: 'keep' });
  check({ kind: 'none' }, day, {
    kind: 'alter',
    clause: 'MODIFY TTL t + toIntervalDay(1)',
    materialize: false,
  });
  check({ kind: 'compound', text: 'x' }, day, { kind: 'refuse' });
});
