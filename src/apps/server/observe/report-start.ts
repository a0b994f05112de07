import type { Logger } from '../../../base/log.ts';
import type { CastellanConfig } from '../../../model/config/castellan-config.ts';
import type { Access } from '../access/open-access.ts';
import { retentionOf } from '../limits-of.ts';

/** What a start can tell of itself. */
interface StartFacts {
  readonly version: string;
  readonly url: string;
  readonly ports: {
    readonly http: number;
    readonly otlpHttp: number;
    readonly otlpGrpc: number;
    readonly clickhouse: number | undefined;
  };
  readonly access: Pick<Access, 'mode'>;
  /** Those that are paused count too. */
  readonly clusters: number;
  readonly folder: string;
  readonly startedAt: Date;
}

/** The event `startup_summary`, and a warning where there is no password. */
export function reportStart(config: CastellanConfig, log: Logger, facts: StartFacts): void {
  const { ports, access } = facts;
  log.info('startup_summary', {
    version: facts.version,
    url: facts.url,
    host: config.host,
    port: ports.http,
    otlpHttpPort: ports.otlpHttp,
    otlpGrpcPort: ports.otlpGrpc,
    clickhousePort: ports.clickhouse ?? null,
    dataDir: facts.folder,
    store: config.storeUrl ? 'server' : 'embedded',
    database: config.database,
    mode: access.mode,
    retentionMs: retentionOf(config),
    elapsedMs: Date.now() - facts.startedAt.getTime(),
    // By the names that ClusterSight's operators look for.
    auth_mode: access.mode === 'open' ? 'dev_mode_no_auth' : 'password_protected',
    clusters_configured: facts.clusters,
    collection_interval_sec: config.collectionIntervalMs / 1_000,
    data_path: facts.folder,
  });
  if (access.mode === 'open')
    log.warn('open_mode', {
      detail: `No password is set: whoever reaches ${config.host} may read and write. Set CASTELLAN_PASSWORD to change that.`,
    });
}
