import swagger from '@fastify/swagger';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { failure } from '../../../model/api/envelope.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Who may call a route: `open` anybody, `public` whoever may reach the page (own hosts and
     * origins only), `guarded` (the default) callers with a session or a token, where a password
     * is set.
     */
    access?: 'open' | 'public' | 'guarded';
  }
}

const apiPath = '/api/v1/';

/** Adds to each API route what all of them have: failures and who may call. */
function completeSchema(route: RouteOptions): void {
  if (!route.url.startsWith(apiPath)) return;
  const access = route.config?.access ?? 'guarded';
  const response = { ...(route.schema?.response as object | undefined) };
  route.schema = {
    ...route.schema,
    security: access === 'guarded' ? [{ session: [] }, { apiToken: [] }] : [],
    response: { ...response, '4xx': failure, '5xx': failure },
  };
}

/** Collects the routes that follow into the OpenAPI document, which it serves. */
export async function registerOpenApi(
  app: FastifyInstance,
  options: { version: string; basePath: string },
): Promise<void> {
  app.addHook('onRoute', completeSchema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Castellan',
        version: options.version,
        description:
          'Every answer is {data, meta, error}. Times are RFC 3339 in UTC with nine decimals; integers beyond 2^53 are strings.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: options.basePath === '' ? '/' : options.basePath }],
      tags: [
        { name: 'search', description: 'Logs and traces' },
        { name: 'fleet', description: 'ClickHouse clusters: findings, scores, samples' },
        { name: 'alerts', description: 'Alerts, rules, silences, channels' },
        { name: 'access', description: 'Sessions, API tokens, ingestion keys' },
        { name: 'operation', description: 'Health, status, rejected data' },
      ],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'castellan_session' },
          apiToken: { type: 'http', scheme: 'bearer', description: 'An API token (cst_…)' },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  app.get(
    `${apiPath}openapi.json`,
    { schema: { hide: true }, config: { access: 'public' } },
    async (_request, reply) => reply.header('cache-control', 'no-cache').send(app.swagger()),
  );
}
