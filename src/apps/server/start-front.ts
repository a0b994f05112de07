import { resolve } from 'node:path';
import type { Logger } from '../../base/log.ts';
import type { CastellanConfig } from '../../model/config/castellan-config.ts';
import type { Access } from './access/open-access.ts';
import { basePathOf } from './http/base-path.ts';
import { createFront, type Front } from './http/front.ts';
import { createMetrics } from './observe/metrics.ts';
import { type PipelineState, pipelineProbes } from './observe/pipeline.ts';
import { registerPipelineMetrics } from './observe/pipeline-metrics.ts';
import { Rates } from './observe/rates.ts';
import { type RouteOptions, registerRoutes } from './routes.ts';
import { describeListenFailure } from './start-error.ts';
import type { KeptStore } from './store/keep-store.ts';

const pageFolder = resolve(import.meta.dirname, '../../../web/dist');

/** What the routes answer from. */
export interface FrontParts {
  readonly version: string;
  readonly log: Logger;
  readonly access: Access;
  readonly pipeline: PipelineState;
  readonly stored: Set<() => void>;
  readonly kept: KeptStore;
  readonly monitor: RouteOptions['monitor'];
  readonly alerts: RouteOptions['alerts'];
  readonly backup: RouteOptions['backup'];
  readonly startedAt: Date;
}

/** The front while it listens. */
export interface ListeningFront {
  readonly port: number;
  /** From now on new requests are refused; those in flight go on. */
  refuseNew(): void;
  close(): Promise<void>;
}

/** Makes the HTTP front with all routes and listens. Throws a StartError. */
export async function startFront(
  config: CastellanConfig,
  parts: FrontParts,
): Promise<ListeningFront> {
  const { version, log, access, pipeline, stored, kept } = parts;
  const metrics = createMetrics(version);
  const probes = {
    store: () => kept.part(),
    ...pipelineProbes(pipeline, config.diskMinFreeBytes),
  };
  registerPipelineMetrics(metrics.registry, pipeline, probes);
  const rates = new Rates(() => {
    const receivers = pipeline.running?.receivers();
    const totals = receivers ? [receivers.http.totals, receivers.grpc.totals] : [];
    return {
      requests: totals.reduce((sum, each) => sum + each.requests, 0),
      records: totals.reduce((sum, each) => sum + each.records, 0),
    };
  });
  const basePath = basePathOf(config.publicUrl);
  const secure = config.publicUrl?.startsWith('https:') ?? false;
  const { app, refuseNew } = await createFront(
    {
      version,
      basePath,
      secure,
      trustedProxies: config.trustedProxies,
      origins: access.own.origins,
      bodyMaxBytes: config.apiBodyMaxBytes,
      requestTimeoutMs: config.apiRequestTimeoutMs,
      maxConnections: config.apiMaxConnections,
      pageFolder,
      log,
    },
    (routes) =>
      registerRoutes(routes, {
        version,
        mode: access.mode,
        startedAt: parts.startedAt.toISOString(),
        config,
        access,
        metrics,
        pipeline,
        rates,
        probes,
        store: kept.late,
        monitor: parts.monitor,
        alerts: parts.alerts,
        backup: parts.backup,
        storePart: () => kept.part(),
        onStored(listener) {
          stored.add(listener);
          return () => stored.delete(listener);
        },
        basePath,
        secure,
        log,
      }),
  );
  const port = await listen(app, config);
  const stopRates = rates.start();
  return {
    port,
    refuseNew,
    async close() {
      stopRates();
      await app.close();
    },
  };
}

async function listen(app: Front, { host, port }: CastellanConfig): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw describeListenFailure('page', 'PORT', host, port, cause);
  }
  const address = app.server.address();
  return typeof address === 'object' && address ? address.port : port;
}
