import swagger from '@fastify/swagger';
import Fastify from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { expect, test } from 'vitest';
import { connectStore } from '../../../adapters/clickhouse/index.ts';
import { createTestApp } from '../testing/test-app.ts';
import { silentLogger } from '../testing/test-store.ts';
import { telemetryRoutes } from './telemetry-routes.ts';

/** A server that is not there. */
const absentStore = () =>
  connectStore({
    kind: 'server',
    url: 'http://127.0.0.1:1',
    database: 'castellan',
    username: 'nobody',
    password: '',
    settings: {},
  });

test('every call of the contract is described, with its body, answer and failures', async () => {
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'test', version: '1' } },
    transform: jsonSchemaTransform,
  });
  const store = absentStore();
  await app.register(telemetryRoutes({ store, logger: silentLogger }), { prefix: '/api/v1' });
  await app.ready();
  const { paths = {} } = app.swagger() as unknown as {
    paths?: Record<string, Record<string, { responses: object; requestBody?: object }>>;
  };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses, requestBody }]) => {
      expect(Object.keys(responses), path).toEqual(['200', '4XX', '5XX']);
      return `${method.toUpperCase()} ${path}${requestBody ? ' body' : ''}`;
    }),
  );
  expect(described.toSorted()).toEqual([
    'GET /api/v1/search/fields',
    'GET /api/v1/tail',
    'GET /api/v1/traces/{traceId}',
    'POST /api/v1/search body',
    'POST /api/v1/search/compile body',
    'POST /api/v1/search/facets body',
    'POST /api/v1/search/histogram body',
    'POST /api/v1/search/values body',
    'POST /api/v1/sql body',
  ]);
  await app.close();
  await store.close();
});

test('a store that is away is said to be, with when to try again', async () => {
  const store = absentStore();
  const app = await createTestApp({ store, logger: silentLogger });
  const check = async (method: 'GET' | 'POST', path: string, payload?: object) => {
    const url = `/api/v1${path}`;
    const answer = await app.inject({ method, url, ...(payload ? { payload } : {}) });
    expect([answer.statusCode, answer.json()], path).toEqual([
      503,
      {
        data: null,
        meta: {},
        error: {
          code: 'store_unavailable',
          message: 'The store does not answer.',
          hint: expect.stringContaining('/ready'),
        },
      },
    ]);
  };
  await check('POST', '/search', {});
  await check('POST', '/search/histogram', {});
  await check('GET', '/search/fields');
  await check('POST', '/sql', { query: 'SELECT 1' });
  await check('GET', `/traces/${'ab'.repeat(16)}`);
  await check('GET', '/tail');
  await app.close();
  await store.close();
});
