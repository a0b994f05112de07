import { z } from 'zod';
import { answer, envelope } from '../../../model/api/envelope.ts';
import {
  HealthData,
  ReadyData,
  type ReadyPart,
  StatusData,
} from '../../../model/api/operation-api.ts';
import type { Front } from '../http/front.ts';
import type { Metrics } from './metrics.ts';
import { collectReadiness, type PartProbe } from './readiness.ts';
import { collectStatus, type StatusSources } from './status.ts';

/** What the calls that watch Castellan answer from. */
export interface OperationOptions extends StatusSources {
  readonly probes: Readonly<Record<ReadyPart, PartProbe>>;
  readonly metrics: Metrics;
}

const NoMeta = z.object({});

/** `GET /health`, `GET /ready`, `GET /status` and `GET /metrics`. */
export function registerOperationRoutes(app: Front, options: OperationOptions): void {
  const tags = ['operation'];
  app.get(
    '/api/v1/health',
    {
      config: { access: 'open' },
      schema: {
        tags,
        operationId: 'health',
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
        operationId: 'ready',
        summary: 'Whether every part works; 503 when one does not.',
        response: { 200: envelope(ReadyData, NoMeta), 503: envelope(ReadyData, NoMeta) },
      },
    },
    async (_request, reply) => {
      const ready = await collectReadiness(options.probes);
      return reply
        .code(ready.status === 'ready' ? 200 : 503)
        .header('cache-control', 'no-store')
        .send(answer(ready));
    },
  );
  app.get(
    '/api/v1/status',
    {
      schema: {
        tags,
        operationId: 'status',
        summary: 'Receivers, spool, store, rates and refusals.',
        response: { 200: envelope(StatusData, NoMeta) },
      },
    },
    async () => answer(await collectStatus(options)),
  );
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(options.metrics.registry.contentType).send(await options.metrics.registry.metrics()),
  );
}
