import type { ClickHouseClient } from '@clickhouse/client';
import { probeCapabilities } from '../../../adapters/clickhouse/index.ts';
import type { SchemaTarget } from '../../../adapters/clickhouse/schema/ddl.ts';
import type { Logger } from '../../../base/log.ts';
import type { CastellanConfig } from '../../../model/config/castellan-config.ts';

/**
 * What the tables are made for: retention from the configuration, the rest as the store says.
 * Throws when the store fails, and when CASTELLAN_CLUSTER names a cluster that cannot be used.
 */
export async function readSchemaTarget(
  client: ClickHouseClient,
  config: CastellanConfig,
  log: Logger,
): Promise<SchemaTarget> {
  const { textIndexes, cluster, notes } = await probeCapabilities(
    client,
    config.cluster || undefined,
  );
  if (config.cluster && !cluster) throw new Error(`CASTELLAN_CLUSTER: ${notes.join('; ')}`);
  for (const note of notes) log.warn('store_lacks', { detail: note });
  return {
    database: config.database,
    retention: {
      logsMs: config.retentionLogsMs,
      tracesMs: config.retentionTracesMs,
      metricsMs: config.retentionMetricsMs,
      sessionsMs: config.retentionSessionsMs,
    },
    textIndexes,
    ...(cluster ? { cluster: { name: cluster.name, shards: cluster.shards } } : {}),
  };
}
