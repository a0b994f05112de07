import { z } from 'zod';
import { answer, envelope } from '../../../model/api/envelope.ts';
import { HealthData, ReadyData, type ReadyPart } from '../../../model/api/operation-api.ts';
import type { Front } from '../http/front.ts';
import type { Metrics } from './metrics.ts';
import { collectReadiness, type PartProbe } from './readiness.ts';

/** What the calls that watch Castellan answer from. */
export interface OperationOptions {
  readonly version: string;
  readonly probes: Readonly<Record<ReadyPart, PartProbe>>;
  readonly metrics: Metrics;
}

const NoMeta = z.object({});

/** `GET /health`, `GET /ready` and `GET /metrics`. */
export function registerOperationRoutes(app: Front, options: OperationOptions): void {
  const tags = ['operation'];
  app.get(
    '/api/v1/health',
    {
      config: { access: 'open' },
      schema: {
        tags,
        summary: 'Whether the process answers.',
        response: { 200: envelope(HealthData, NoMeta) },
      },
    },
    async () => answer({ version: options.version, status: 'ok' as const }),
  );
  app.get(
    '/api/v1/ready',
    {
      config: { access: 'open' },
      schema: {
        tags,
        summary: 'Whether every part works; 503 when one does not.',
        response: { 200: envelope(ReadyData, NoMeta), 503: envelope(ReadyData, NoMeta) },
      },
    },
    async (_request, reply) => {
      const ready = await collectReadiness(options.probes);
      return reply.code(ready.status === 'ready' ? 200 : 503).send(answer(ready));
    },
  );
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(options.metrics.registry.contentType).send(await options.metrics.registry.metrics()),
  );
}
