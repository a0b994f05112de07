import type { ClickHouseClient } from '@clickhouse/client';
import type { SchemaTarget } from '../../../adapters/clickhouse/schema/ddl.ts';
import type { CastellanConfig } from '../../../model/config/castellan-config.ts';

/** First version whose text indexes the schema uses. */
const textIndexSince = [26, 2] as const;

/** Whether a version such as `26.7.2.1` is at least `textIndexSince`. */
export function hasTextIndexes(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major !== textIndexSince[0] ? major > textIndexSince[0] : minor >= textIndexSince[1];
}

async function rows<T>(
  client: ClickHouseClient,
  query: string,
  params: Record<string, unknown> = {},
): Promise<T[]> {
  const answer = await client.query({ query, format: 'JSONEachRow', query_params: params });
  return answer.json<T>();
}

/**
 * What the tables are made for: retention from the configuration, the rest as the store says.
 * Throws when the store fails, and when CASTELLAN_CLUSTER names a cluster that it does not know.
 */
export async function readSchemaTarget(
  client: ClickHouseClient,
  config: CastellanConfig,
): Promise<SchemaTarget> {
  const [first] = await rows<{ version: string }>(client, 'SELECT version() AS version');
  const target: SchemaTarget = {
    database: config.database,
    retention: {
      logsMs: config.retentionLogsMs,
      tracesMs: config.retentionTracesMs,
      metricsMs: config.retentionMetricsMs,
      sessionsMs: config.retentionSessionsMs,
    },
    textIndexes: hasTextIndexes(first?.version ?? ''),
  };
  if (!config.cluster) return target;
  const [found] = await rows<{ shards: string }>(
    client,
    'SELECT uniqExact(shard_num) AS shards FROM system.clusters WHERE cluster = {name:String}',
    { name: config.cluster },
  );
  const shards = Number(found?.shards ?? 0);
  if (shards === 0)
    throw new Error(
      `the store knows no cluster "${config.cluster}"; SELECT cluster FROM system.clusters lists those that it knows`,
    );
  return { ...target, cluster: { name: config.cluster, shards } };
}
