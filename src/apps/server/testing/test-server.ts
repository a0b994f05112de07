import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecrets, openState } from '../../../adapters/state/index.ts';
import type { Logger } from '../../../base/log.ts';
import { resolveCastellanConfig } from '../../../model/config/castellan-config.ts';
import { createMonitor } from '../../monitor/start-monitor.ts';
import { openAccess } from '../access/open-access.ts';
import { basePathOf } from '../http/base-path.ts';
import { createFront } from '../http/front.ts';
import { createMetrics } from '../observe/metrics.ts';
import { type PipelineState, pipelineProbes } from '../observe/pipeline.ts';
import { registerPipelineMetrics } from '../observe/pipeline-metrics.ts';
import { Rates } from '../observe/rates.ts';
import { registerRoutes } from '../routes.ts';
import { openFleetAlerts } from '../start.ts';
import { LateStore } from '../store/late-store.ts';

/** A log that is kept in memory. */
export function collectLog(): Logger & { readonly lines: [string, string, object][] } {
  const lines: [string, string, object][] = [];
  const at =
    (level: string) =>
    (event: string, fields: object = {}) =>
      void lines.push([level, event, fields]);
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const index = `<!doctype html><html><head><title>x</title><script type="module" src="./assets/a-1.js"></script>
<link rel="icon" href="/icon.svg"></head><body><a href="https://example.com/">x</a></body></html>`;

/** The HTTP front with its routes and a state of its own, without the parts behind it. */
export async function openTestServer(env: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'castellan-server-'));
  const pageFolder = join(root, 'dist');
  await mkdir(join(pageFolder, 'assets'), { recursive: true });
  writeFileSync(join(pageFolder, 'index.html'), index);
  writeFileSync(join(pageFolder, 'assets', 'a-1.js'), `export const a = "${'a'.repeat(5_000)}";`);
  writeFileSync(join(pageFolder, 'icon.svg'), '<svg/>');
  const resolved = resolveCastellanConfig({ flags: [], env });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.error));
  const config = resolved.value.values;
  const log = collectLog();
  const state = await openState(root);
  const access = await openAccess(state, config);
  const pipeline: PipelineState = { running: undefined, draining: false };
  const store = new LateStore('embedded', 'castellan');
  const secrets = openSecrets(state, root, config.secretKey);
  const monitor = createMonitor({ config, state, secrets, store, declared: [], log });
  const alerts = await openFleetAlerts({ config, state, secrets, log }, monitor, store);
  const probes = { store: () => store.health(), ...pipelineProbes(pipeline, 0) };
  const metrics = createMetrics('1.2.3');
  registerPipelineMetrics(metrics.registry, pipeline, probes);
  const basePath = basePathOf(config.publicUrl);
  const secure = config.publicUrl?.startsWith('https:') ?? false;
  const front = await createFront(
    {
      version: '1.2.3',
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
    async (app) => {
      app.get('/api/v1/broken', { schema: { hide: true } }, async () => {
        throw new Error('the secret detail');
      });
      await registerRoutes(app, {
        version: '1.2.3',
        mode: access.mode,
        startedAt: new Date(0).toISOString(),
        config,
        access,
        metrics,
        pipeline,
        rates: new Rates(() => ({ requests: 0, records: 0 })),
        probes,
        store,
        monitor,
        alerts,
        backup: { state, store, folder: root, version: '1.2.3' },
        storePart: async () => ({ status: 'starting' }),
        onStored: () => () => {},
        basePath,
        secure,
        log,
      });
    },
  );
  return {
    app: front.app,
    front,
    access,
    state,
    log,
    pipeline,
    async close() {
      await front.app.close();
      await monitor.stop();
      await alerts.stop();
      await state.destroy();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
export type TestServer = Awaited<ReturnType<typeof openTestServer>>;
