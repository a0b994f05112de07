import { join } from 'node:path';
import type { StoreConnection } from '../../adapters/clickhouse/index.ts';
import { startPublishedFront } from '../../adapters/clickhouse/index.ts';
import type { Store } from '../../adapters/clickhouse/store.ts';
import {
  type DeclaredCluster,
  readClustersFile,
} from '../../adapters/config/read-clusters-file.ts';
import { defaultSpoolOptions } from '../../adapters/spool/spool-options.ts';
import {
  DataFolderError,
  openDataFolder,
  openSecrets,
  openState,
  SecretError,
  StateError,
} from '../../adapters/state/index.ts';
import type { Logger } from '../../base/log.ts';
import type { CastellanConfig } from '../../model/config/castellan-config.ts';
import { renderProblem } from '../../model/config/config-problem.ts';
import { fleetData } from '../alerts/rules/fleet-data.ts';
import { type Alerts, openAlerts } from '../alerts/start-alerts.ts';
import { startImport } from '../backup/import-samples.ts';
import { createMonitor, type Monitor } from '../monitor/start-monitor.ts';
import { type Ingest, IngestStartError } from '../telemetry/ingest/ingest-options.ts';
import { startIngest } from '../telemetry/ingest/start-ingest.ts';
import { createCountSearch } from '../telemetry/search/count-search.ts';
import { connectSpool } from '../telemetry/storing/connect-spool.ts';
import { type Storing, startStoring } from '../telemetry/storing/start-storing.ts';
import { defaultStoring } from '../telemetry/storing/storing-messages.ts';
import { type Access, openAccess } from './access/open-access.ts';
import { receiverLimitsOf, retentionOf, searchLimitsOf } from './limits-of.ts';
import { renderBanner } from './observe/banner.ts';
import type { PipelineState } from './observe/pipeline.ts';
import { reportStart } from './observe/report-start.ts';
import { describeListenFailure, StartError } from './start-error.ts';
import { startFront } from './start-front.ts';
import { KeptStore } from './store/keep-store.ts';

/** What a start needs beside its configuration. */
export interface StartOptions {
  readonly version: string;
  readonly log: Logger;
}

/** A server that listens. */
export interface StartedServer {
  /** Where the page is, for people on this machine or by the public URL. */
  readonly url: string;
  readonly ports: {
    readonly http: number;
    readonly otlpHttp: number;
    readonly otlpGrpc: number;
    readonly clickhouse: number | undefined;
  };
  /** What a person is told on the terminal. */
  readonly banner: readonly string[];
  /** Drains and stops. Resolves when nothing of it is left. */
  stop(): Promise<void>;
  /** Ends what would outlive the process, at once. */
  kill(): void;
}

/** Shares of the drain's time: answering what is in flight, storing what is spooled. */
const drainShares = { receivers: 0.3, storing: 0.5, engine: 0.15 } as const;

/**
 * Starts everything: the page at once, then the store, the spool and the receivers. Throws a
 * StartError when the data folder, the engine or a port cannot be had; then nothing is left running.
 */
export async function startServer(
  config: CastellanConfig,
  { version, log }: StartOptions,
): Promise<StartedServer> {
  const startedAt = new Date();
  const kept = new KeptStore(config, log);
  const drainMs = (share: keyof typeof drainShares) => config.drainTimeoutMs * drainShares[share];
  const stops = new AsyncDisposableStack();
  try {
    const folder = openDataFolder(config.dataDir);
    stops.defer(() => folder.release());
    // The engine takes longest, so it starts while everything else is made.
    stops.defer(() => kept.stop(drainMs('engine')));
    const connecting = kept.start(folder.path);
    connecting.catch(() => undefined);
    const state = await openState(folder.path, config.databasePath);
    stops.defer(() => state.destroy());
    log.info('alembic_migrations_complete', { dataDir: folder.path });
    const access = await openAccess(state, config);
    const secrets = openSecrets(state, folder.path, config.secretKey);
    const monitor = createMonitor({
      config,
      state,
      secrets,
      store: kept.late,
      declared: readDeclared(config),
      log,
    });
    const alerts = await openFleetAlerts({ config, state, secrets, log }, monitor, kept.late);
    stops.defer(() => alerts.stop());
    stops.defer(() => monitor.stop());
    const pipeline: PipelineState = { running: undefined, draining: false };
    const stored = new Set<() => void>();
    const front = await startFront(config, {
      version,
      log,
      access,
      pipeline,
      stored,
      kept,
      monitor,
      alerts,
      backup: { state, store: kept.late, folder: folder.path, version },
      startedAt,
    });
    stops.defer(front.close);
    await monitor.start();
    const url = config.publicUrl ?? `http://localhost:${front.port}`;
    await alerts.start(config.appUrl ?? url);
    stops.defer(startImport(folder.path, kept.late, log));

    const connection = await connecting;
    const storing = await startStoring(storingOptions(config, folder.path, connection), log);
    stops.defer(async () => void (await storing.drain(drainMs('storing'))));
    storing.onStored(() => {
      for (const listener of stored) listener();
    });
    monitor.openSpool(connectSpool(storing.connect()));
    // Before the spool drains, so that the last samples are in it; above, for a start that fails.
    stops.defer(() => monitor.stop());
    const ingest = await startReceivers(config, storing, access, log);
    stops.defer(() => ingest.drain(drainMs('receivers')));
    pipeline.running = pipelineOf(storing, ingest);
    const clickhouse = await publish(config, connection, access, log);
    stops.defer(async () => clickhouse?.close());
    stops.defer(() => {
      pipeline.draining = true;
      front.refuseNew();
    });

    const ports = {
      http: front.port,
      otlpHttp: ingest.httpPort,
      otlpGrpc: ingest.grpcPort,
      clickhouse: clickhouse?.port,
    };
    reportStart(config, log, {
      version,
      url,
      ports,
      access,
      clusters: monitor.count(),
      folder: folder.path,
      startedAt,
    });
    return {
      url,
      ports,
      banner: renderBanner(version, url, access.mode, {
        grpc: ingest.grpcPort,
        http: ingest.httpPort,
      }),
      stop: () => stops.disposeAsync(),
      kill: () => kept.kill(),
    };
  } catch (error) {
    await stops.disposeAsync();
    throw asStartError(error);
  }
}

function asStartError(error: unknown): unknown {
  if (
    error instanceof DataFolderError ||
    error instanceof StateError ||
    error instanceof SecretError
  )
    return new StartError('data', error.message, error);
  if (error instanceof IngestStartError) return new StartError('address', error.message, error);
  return error;
}

/** The alerts, told of everything that the monitor finds; their rules read what it and the store have. */
export async function openFleetAlerts(
  parts: Omit<Parameters<typeof openAlerts>[0], 'data' | 'config'> & {
    readonly config: CastellanConfig;
  },
  monitor: Monitor,
  store: Store,
): Promise<Alerts> {
  const { config, log } = parts;
  const data = fleetData({
    fleet: monitor.fleet,
    clientOf: (id) =>
      monitor.watches
        .get(id)
        ?.watches()
        .find(({ node }) => node.online)?.client,
    count: createCountSearch({ store, logger: log, limits: searchLimitsOf(config) }),
    store,
  });
  const alerts = await openAlerts({ ...parts, data });
  monitor.onEvaluated((evaluated) => {
    alerts.observe(evaluated).catch((error: unknown) => {
      log.error('findings_not_alerted', { cluster: evaluated.cluster.name, error });
    });
  });
  return alerts;
}

function readDeclared({ clustersFile }: CastellanConfig): readonly DeclaredCluster[] {
  if (!clustersFile) return [];
  const read = readClustersFile(clustersFile, process.env);
  if (read.ok) return read.value;
  throw new StartError(
    'settings',
    `The clusters file does not hold:\n${read.error.map(renderProblem).join('\n')}`,
  );
}

const storingOptions = (config: CastellanConfig, folder: string, store: StoreConnection) => ({
  spool: {
    ...defaultSpoolOptions,
    folder: join(folder, 'spool'),
    maxBytes: config.spoolMaxBytes,
    diskMinFreeBytes: config.diskMinFreeBytes,
    maxQueuedBytes: config.spoolMaxQueuedBytes,
    fsync: config.spoolFsync,
    fsyncIntervalMs: config.spoolFsyncIntervalMs,
  },
  deadLetters: { folder: join(folder, 'dead-letters'), maxBytes: config.deadLettersMaxBytes },
  store,
  parallelInserts: defaultStoring.parallelInserts,
  retry: defaultStoring.retry,
});

async function startReceivers(
  config: CastellanConfig,
  storing: Storing,
  access: Access,
  log: Logger,
): Promise<Ingest> {
  const ingest = await startIngest({
    host: config.host,
    httpPort: config.otlpHttpPort,
    grpcPort: config.otlpGrpcPort,
    connectSpool: () => storing.connect(),
    keys: await access.keys.snapshot(),
    allowedHosts: access.own.hostNames,
    decode: {
      retentionMs: retentionOf(config),
      severityInference: config.severityInference,
      jsonBodyExpansion: config.jsonBodyExpansion,
    },
    limits: receiverLimitsOf(config),
    logger: log,
  });
  access.keys.onChange((snapshot) => ingest.updateKeys(snapshot));
  ingest.onKeyUse((uses) => {
    const known = uses.filter((use) => use.keyId !== '').map((use) => [use.keyId, use] as const);
    access.keys.count(Object.fromEntries(known)).catch((error: unknown) => {
      log.error('key_count_failed', { error });
    });
  });
  return ingest;
}

const pipelineOf = (storing: Storing, ingest: Ingest) => ({
  receivers: () => ingest.status(),
  storing: () => storing.status(),
  listDeadLetters: () => storing.listDeadLetters(),
  replayDeadLetter: (id: string) => storing.replayDeadLetter(id),
  deleteDeadLetter: (id: string) => storing.deleteDeadLetter(id),
});

async function publish(
  config: CastellanConfig,
  engine: StoreConnection,
  access: Access,
  logger: Logger,
) {
  const { clickhousePort: port, host } = config;
  if (port === undefined || engine.kind !== 'embedded') return undefined;
  try {
    const verify = (token: string) => access.tokens.verify(token);
    return await startPublishedFront({ host, port, engine, verify, logger });
  } catch (cause) {
    throw describeListenFailure(
      'ClickHouse interface',
      'CASTELLAN_CLICKHOUSE_PORT',
      host,
      port,
      cause,
    );
  }
}
