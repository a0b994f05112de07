import type { ClickHouseClient } from '@clickhouse/client';
import type { Logger } from '../../../base/log.ts';
import { sqlName } from '../../../base/sql-text.ts';
import {
  clampedDateTime,
  type TelemetryTable,
  telemetryTables,
} from '../../../model/telemetry/tables.ts';
import { onCluster, rollups, type SchemaTarget, storageName } from './ddl.ts';
import { layouts } from './layout.ts';
import { migrations } from './migrations.ts';
import { parseTtl, planTtl, retentionOf } from './ttl.ts';

/** What a run did, for the log and for `castellan status`. */
export interface MigrationReport {
  readonly applied: readonly number[];
  /** Tables whose TTL was changed, and those that were left alone, with the reason. */
  readonly ttl: readonly { readonly table: string; readonly outcome: string }[];
}

/**
 * Brings the schema of the store up to date: creates what is missing, then reconciles retention.
 * Safe to run from several copies at once. Throws when the store fails, and when its schema is
 * newer than this Castellan.
 */
export async function migrate(
  client: ClickHouseClient,
  target: SchemaTarget,
  logger: Logger,
): Promise<MigrationReport> {
  if (!target.textIndexes)
    logger.warn('schema_without_text_indexes', {
      detail:
        'The store is older than ClickHouse 26.2: bloom filters take the place of text indexes. This layout is executed in our tests on the embedded engine only.',
    });
  await prepare(client, target);
  const done = await appliedVersions(client, target);
  const newest = migrations.at(-1)?.version ?? 0;
  const beyond = done.find((version) => version > newest);
  if (beyond !== undefined)
    throw new Error(
      `The store's schema has version ${beyond}, this Castellan knows ${newest}: it was written by a newer release. Upgrade Castellan, or point CASTELLAN_DATABASE at another database.`,
    );
  const applied: number[] = [];
  for (const migration of migrations) {
    if (done.includes(migration.version)) continue;
    for (const query of migration.statements(target)) await client.command({ query });
    await record(client, target, migration.version, migration.name);
    logger.info('migration_applied', { version: migration.version, name: migration.name });
    applied.push(migration.version);
  }
  return { applied, ttl: await reconcileTtl(client, target, logger) };
}

const ledger = (target: SchemaTarget): string =>
  `${sqlName(target.database)}.\`castellan_schema_migrations\``;

async function prepare(client: ClickHouseClient, target: SchemaTarget): Promise<void> {
  await client.command({
    query: `CREATE DATABASE IF NOT EXISTS ${sqlName(target.database)}${onCluster(target)}`,
  });
  const family = target.cluster
    ? `ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{replica}')`
    : 'ReplacingMergeTree';
  await client.command({
    query:
      `CREATE TABLE IF NOT EXISTS ${ledger(target)}${onCluster(target)} ` +
      '(`version` UInt32, `name` String, `applied_at` DateTime DEFAULT now()) ' +
      `ENGINE = ${family} ORDER BY version`,
  });
}

async function appliedVersions(client: ClickHouseClient, target: SchemaTarget): Promise<number[]> {
  const result = await client.query({
    query: `SELECT DISTINCT version FROM ${ledger(target)} ORDER BY version`,
    format: 'JSONEachRow',
  });
  return (await result.json<{ version: number }>()).map((row) => row.version);
}

async function record(
  client: ClickHouseClient,
  target: SchemaTarget,
  version: number,
  name: string,
): Promise<void> {
  await client.insert({
    table: `${sqlName(target.database)}.castellan_schema_migrations`,
    values: [{ version, name }],
    columns: ['version', 'name'],
    format: 'JSONEachRow',
  });
}

interface Managed {
  readonly table: string;
  readonly anchor: string;
  readonly retentionMs: number;
}

/** Every table whose retention is ours to keep. */
function managedTables(target: SchemaTarget): Managed[] {
  const names = Object.keys(telemetryTables) as TelemetryTable[];
  return [
    ...names.map((table) => ({
      table: storageName(target, table),
      anchor: layouts[table].ttlAnchor,
      retentionMs: retentionOf(table, target.retention),
    })),
    ...rollups.map((rollup) => ({
      table: storageName(target, rollup.table),
      anchor: 'Timestamp',
      retentionMs: retentionOf(rollup.source, target.retention),
    })),
    {
      table: storageName(target, 'otel_traces_trace_id_ts'),
      anchor: clampedDateTime('Start'),
      retentionMs: target.retention.tracesMs,
    },
  ];
}

async function reconcileTtl(
  client: ClickHouseClient,
  target: SchemaTarget,
  logger: Logger,
): Promise<{ table: string; outcome: string }[]> {
  const result = await client.query({
    query: 'SELECT name, engine_full FROM system.tables WHERE database = {database:String}',
    query_params: { database: target.database },
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ name: string; engine_full: string }>();
  const engines = new Map(rows.map((row) => [row.name, row.engine_full]));
  const outcomes: { table: string; outcome: string }[] = [];
  for (const { table, anchor, retentionMs } of managedTables(target)) {
    const plan = planTtl(parseTtl(engines.get(table) ?? ''), anchor, retentionMs);
    if (plan.kind === 'keep') continue;
    if (plan.kind === 'refuse') {
      logger.warn('retention_not_reconciled', { table, why: plan.why });
      outcomes.push({ table, outcome: plan.why });
      continue;
    }
    await client.command({
      query: `ALTER TABLE ${sqlName(target.database)}.${sqlName(table)}${onCluster(target)} ${plan.clause}`,
      clickhouse_settings: { materialize_ttl_after_modify: plan.materialize ? 1 : 0 },
    });
    logger.info('retention_reconciled', {
      table,
      clause: plan.clause,
      materialize: plan.materialize,
    });
    outcomes.push({ table, outcome: plan.clause });
  }
  return outcomes;
}
