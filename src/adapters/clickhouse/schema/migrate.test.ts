import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Logger } from '../../../base/log.ts';
import { connectStore } from '../connect-store.ts';
import { type Engine, startEngine } from '../embedded/engine.ts';
import type { Store } from '../store.ts';
import type { SchemaTarget } from './ddl.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations.ts';

const day = 86_400_000;
const days = (count: number) => ({
  logsMs: count * day,
  tracesMs: count * day,
  metricsMs: count * day,
  sessionsMs: count * day,
});
const target = (count: number): SchemaTarget => ({
  database: 'castellan',
  retention: days(count),
  textIndexes: true,
});

const events: string[] = [];
const note = (event: string): void => void events.push(event);
const logger: Logger = { debug: note, info: note, warn: note, error: note };

const dataDir = mkdtempSync(join(tmpdir(), 'castellan-migrate-'));
let engine: Engine;
let store: Store;
beforeAll(async () => {
  engine = await startEngine({ dataDir, database: 'castellan', logger });
  store = connectStore(engine.connection);
});
afterAll(async () => {
  await store.close();
  await engine.stop(5_000);
  rmSync(dataDir, { recursive: true, force: true });
});

const engineFull = async (table: string): Promise<string> => {
  const result = await store.client.query({
    query: `SELECT engine_full FROM system.tables WHERE database = 'castellan' AND name = {table:String}`,
    query_params: { table },
    format: 'JSONEachRow',
  });
  return (await result.json<{ engine_full: string }>())[0]?.engine_full ?? '';
};

test('two copies that start at once both succeed, and a third finds nothing to do', async () => {
  const [a, b] = await Promise.all([
    migrate(store.client, target(30), logger),
    migrate(store.client, target(30), logger),
  ]);
  expect([...new Set([...a.applied, ...b.applied])].sort()).toEqual(
    migrations.map(({ version }) => version),
  );
  expect(await migrate(store.client, target(30), logger)).toEqual({ applied: [], ttl: [] });
});

test('retention is reconciled both ways, for roll-ups too, and data stays on shrink', async () => {
  const old = `now64(9) - toIntervalDay(20)`;
  await store.client.command({
    query: `INSERT INTO castellan.otel_logs (Timestamp, Body) SELECT ${old}, 'old'`,
  });
  const { ttl } = await migrate(store.client, target(7), logger);
  expect(ttl.map(({ table }) => table).sort()).toContain('otel_logs_kv_rollup_15m');
  expect(await engineFull('otel_logs')).toContain('toIntervalDay(7)');
  const count = await store.client.query({
    query: 'SELECT count() AS n FROM castellan.otel_logs',
    format: 'JSONEachRow',
  });
  expect(await count.json()).toEqual([{ n: 1 }]);
  await migrate(store.client, target(90), logger);
  expect(await engineFull('otel_logs')).toContain('toIntervalDay(90)');
  await migrate(store.client, { ...target(0) }, logger);
  expect(await engineFull('otel_logs')).not.toContain('TTL');
});

test("somebody's own TTL is left alone, with a warning", async () => {
  await store.client.command({
    query: `ALTER TABLE castellan.otel_logs MODIFY TTL toDateTime(Timestamp) + toIntervalDay(3) DELETE WHERE SeverityText = 'DEBUG'`,
  });
  events.length = 0;
  const { ttl } = await migrate(store.client, target(30), logger);
  expect(ttl.find(({ table }) => table === 'otel_logs')?.outcome).toContain('left alone');
  expect(events).toContain('retention_not_reconciled');
  expect(await engineFull('otel_logs')).toContain('toIntervalDay(3)');
});

test('a schema of a newer release is refused', async () => {
  await store.client.insert({
    table: 'castellan.castellan_schema_migrations',
    values: [{ version: 999, name: 'from the future' }],
    columns: ['version', 'name'],
    format: 'JSONEachRow',
  });
  await expect(migrate(store.client, target(30), logger)).rejects.toThrow(/newer release/);
});
