import { resolve } from 'node:path';
import { openDataFolder, openState } from '../../adapters/state/index.ts';
import type { Logger } from '../../base/log.ts';
import type { CastellanConfig } from '../../model/config/castellan-config.ts';
import { openAccess } from './access/open-access.ts';
import { basePathOf } from './http/base-path.ts';
import { createFront, type Front } from './http/front.ts';
import { describeListenFailure } from './listen-failure.ts';
import { renderBanner } from './observe/banner.ts';
import { createMetrics } from './observe/metrics.ts';
import { registerRoutes } from './routes.ts';

export { ListenError } from './listen-failure.ts';

/** What a start needs beside its configuration. */
export interface StartOptions {
  readonly version: string;
  readonly log: Logger;
}

/** A server that listens. */
export interface StartedServer {
  /** Where the page is, for people on this machine or by the public URL. */
  readonly url: string;
  readonly ports: { readonly http: number };
  /** What a person is told on the terminal. */
  readonly banner: readonly string[];
  /** Rejects when the server cannot go on. */
  readonly failed: Promise<never>;
  /** Drains and stops. Resolves when nothing of it is left. */
  stop(): Promise<void>;
  /** Ends what would outlive the process, at once. */
  kill(): void;
}

const pageFolder = resolve(import.meta.dirname, '../../../web/dist');

/** Starts everything. Throws when the data folder or a port cannot be had. */
export async function startServer(
  config: CastellanConfig,
  { version, log }: StartOptions,
): Promise<StartedServer> {
  const startedMs = performance.now();
  const folder = openDataFolder(config.dataDir);
  const state = await openState(folder.path);
  const access = await openAccess(state, config);
  const metrics = createMetrics(version);
  const basePath = basePathOf(config.publicUrl);
  const secure = config.publicUrl?.startsWith('https:') ?? false;
  const starting = () => ({ status: 'starting' as const });
  const front = await createFront(
    {
      version,
      basePath,
      secure,
      trustedProxies: config.trustedProxies,
      bodyMaxBytes: config.apiBodyMaxBytes,
      requestTimeoutMs: config.apiRequestTimeoutMs,
      maxConnections: config.apiMaxConnections,
      pageFolder,
      log,
    },
    (app) =>
      registerRoutes(app, {
        version,
        config,
        access,
        metrics,
        basePath,
        secure,
        log,
        probes: { store: starting, spool: starting, otlpHttp: starting, otlpGrpc: starting },
      }),
  );
  await listen(front.app, config);
  const address = front.app.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  const url = config.publicUrl ?? `http://localhost:${port}`;
  log.info('startup_summary', {
    version,
    url,
    host: config.host,
    port,
    dataDir: folder.path,
    store: config.storeUrl ? 'server' : 'embedded',
    mode: access.mode,
    elapsedMs: Math.round(performance.now() - startedMs),
  });
  return {
    url,
    ports: { http: port },
    banner: renderBanner(version, url, access.mode),
    failed: new Promise(() => {}),
    async stop() {
      front.refuseNew();
      await front.app.close();
      await state.destroy();
      folder.release();
    },
    kill() {},
  };
}

async function listen(app: Front, { host, port }: CastellanConfig): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw describeListenFailure('page', 'PORT', host, port, cause);
  }
}
