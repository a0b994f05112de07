import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../testing/test-server.ts';
import { placeIndexHtml, stripBasePath } from './base-path.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const host = { host: 'localhost:3000' };

test('what is wrong with a request, and where', async () => {
  const check = async (
    request: {
      method?: 'GET' | 'POST' | 'DELETE' | 'PUT';
      url: string;
      body?: string;
      type?: string;
    },
    status: number,
    error: object,
  ) => {
    const { method = 'GET', url, body, type } = request;
    const response = await server.app.inject({
      method,
      url: `/api/v1${url}`,
      headers: { ...host, ...(type ? { 'content-type': type } : {}) },
      ...(body === undefined ? {} : { payload: body }),
    });
    const answer = response.json();
    expect([response.statusCode, answer.data, answer.meta]).toEqual([status, null, {}]);
    expect(answer.error).toMatchObject(error);
  };
  const json = 'application/json';
  await check({ url: '/nothing' }, 404, {
    code: 'not_found',
    message: expect.stringContaining('GET /api/v1/nothing'),
  });
  await check({ url: '/keys', method: 'PUT' }, 405, {
    code: 'method_not_allowed',
    hint: 'It answers GET, HEAD, POST.',
  });
  await check({ url: '/keys/abc', method: 'POST', body: '{}', type: json }, 405, {
    hint: 'It answers DELETE.',
  });
  await check({ url: '/keys', method: 'POST', body: '{"name":', type: json }, 400, {
    code: 'invalid_request',
    message: 'the body is not valid JSON',
  });
  await check({ url: '/keys', method: 'POST', body: '', type: json }, 400, {
    code: 'invalid_request',
    message: 'the body is empty; send a JSON object',
  });
  await check(
    { url: '/keys', method: 'POST', body: 'a=b', type: 'application/x-www-form-urlencoded' },
    415,
    {
      code: 'unsupported_media_type',
    },
  );
  await check({ url: '/keys', method: 'POST', body: '{"name":"x","extra":1}', type: json }, 400, {
    code: 'invalid_request',
    message: expect.stringContaining('extra'),
  });
  await check(
    { url: '/keys', method: 'POST', body: '{"name":7,"bytesPerSecond":-1}', type: json },
    400,
    {
      details: [
        { path: 'body.name', message: expect.stringContaining('string') },
        { path: 'body.bytesPerSecond', message: expect.stringContaining('>0') },
      ],
    },
  );
  await check(
    { url: '/keys', method: 'POST', body: `{"name":"${'x'.repeat(2_000_000)}"}`, type: json },
    413,
    {
      code: 'too_large',
    },
  );
  await check({ url: '/keys/%zz', method: 'DELETE' }, 400, { code: 'invalid_request' });
  await check({ url: '/search', method: 'POST', body: '{"limit":0}', type: json }, 400, {
    message: expect.stringContaining('body.limit'),
  });
  await check({ url: '/search', method: 'POST', body: '{"where":"x"}', type: json }, 503, {
    code: 'store_unavailable',
  });
  await check({ url: '/dead-letters' }, 503, { code: 'unavailable' });
});

test('an internal error shows an id and nothing else', async () => {
  const response = await server.app.inject({ url: '/api/v1/broken', headers: host });
  expect(response.statusCode).toBe(500);
  expect(response.body).not.toContain('secret detail');
  const { error } = response.json();
  const logged = server.log.lines.find(([, event]) => event === 'request_failed');
  expect(logged?.[2]).toMatchObject({
    id: error.details.id,
    error: { message: 'the secret detail' },
  });
});

test('health, ready and the headers of every answer', async () => {
  const health = await server.app.inject({ url: '/api/v1/health', headers: { host: 'elsewhere' } });
  expect(health.json()).toEqual({
    data: { version: '1.2.3', status: 'ok' },
    meta: {},
    error: null,
  });
  expect(health.headers).toMatchObject({
    'content-security-policy': expect.stringMatching(/default-src 'self'.*frame-ancestors 'none'/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
  });
  expect(health.headers['content-security-policy']).not.toMatch(/script-src|unsafe-eval|upgrade/);
  const ready = await server.app.inject({ url: '/api/v1/ready' });
  expect([ready.statusCode, ready.json().data.parts.spool]).toEqual([503, { status: 'starting' }]);
});

test('the page, its files and their caching', async () => {
  const check = async (url: string, status: number, caching: string | undefined, body: RegExp) => {
    const response = await server.app.inject({ url, headers: { accept: 'text/html' } });
    expect([response.statusCode, response.headers['cache-control']], url).toEqual([
      status,
      caching,
    ]);
    expect(response.body).toMatch(body);
  };
  await check('/', 200, 'no-cache', /<head><base href="\/">/);
  await check('/index.html', 200, 'no-cache', /<base href="\/">/);
  await check('/trace/abc?x=1', 200, 'no-cache', /<base href="\/">/);
  await check('/assets/a-1.js', 200, 'public, max-age=31536000, immutable', /aaaa/);
  await check('/icon.svg', 200, 'no-cache', /svg/);
  await check('/assets/gone.js', 404, 'no-store', /there is nothing at GET \/assets\/gone\.js/);
  await check('/../package.json', 404, 'no-store', /nothing/);
  await check('/%2e%2e/state.sqlite', 200, 'no-cache', /<base href="\/">/);
});

test('large answers are compressed, streams are not touched', async () => {
  const check = async (url: string, accept: string, encoding: string | undefined) => {
    const response = await server.app.inject({
      url,
      headers: { ...host, 'accept-encoding': accept },
    });
    expect(response.headers['content-encoding'], url).toBe(encoding);
  };
  await check('/assets/a-1.js', 'gzip, deflate, br', 'br');
  await check('/assets/a-1.js', 'gzip', 'gzip');
  await check('/assets/a-1.js', 'identity', undefined);
  await check('/api/v1/openapi.json', 'br', 'br');
  await check('/api/v1/health', 'br', undefined);
});

test('the OpenAPI document is complete and always the same', async () => {
  const read = async () =>
    (await server.app.inject({ url: '/api/v1/openapi.json', headers: host })).json();
  const document = await read();
  expect(document.openapi).toBe('3.1.0');
  const calls = Object.entries(document.paths as Record<string, Record<string, Call>>).flatMap(
    ([path, methods]) => Object.entries(methods).map(([method, call]) => ({ path, method, call })),
  );
  const names = calls.map(({ path, method }) => `${method.toUpperCase()} ${path.slice(7)}`);
  for (const expected of contractCalls) expect(names).toContain(expected);
  const ids = calls.map(({ call }) => call.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, call } of calls) {
    expect(call, path).toMatchObject({
      operationId: expect.any(String),
      summary: expect.any(String),
      security: expect.any(Array),
      responses: expect.objectContaining({ '4XX': expect.anything() }),
    });
    expect(
      Object.keys(call.responses).some((status) => /^2/.test(status)),
      path,
    ).toBe(true);
  }
  const again = await openTestServer();
  const second = await again.app.inject({ url: '/api/v1/openapi.json', headers: host });
  await again.close();
  expect(second.json()).toEqual(document);
});

interface Call {
  operationId: string;
  responses: Record<string, unknown>;
}
const contractCalls = [
  'GET /health',
  'GET /ready',
  'POST /search',
  'POST /search/compile',
  'POST /search/histogram',
  'POST /search/facets',
  'GET /search/fields',
  'POST /search/values',
  'POST /sql',
  'GET /traces/{traceId}',
  'GET /tail',
  'GET /keys',
  'POST /keys',
  'DELETE /keys/{id}',
  'POST /keys/{id}/rotate',
  'GET /tokens',
  'POST /tokens',
  'DELETE /tokens/{id}',
  'POST /login',
  'POST /logout',
  'GET /session',
  'GET /dead-letters',
  'POST /dead-letters/{id}/replay',
  'DELETE /dead-letters/{id}',
  'GET /status',
];

test('below a path: with and without it in the request', async () => {
  const below = await openTestServer({
    CASTELLAN_PUBLIC_URL: 'https://example.com/ops/castellan/',
  });
  const check = async (url: string, status: number, body: RegExp) => {
    const response = await below.app.inject({
      url,
      headers: { host: 'example.com', accept: 'text/html' },
    });
    expect([url, response.statusCode]).toEqual([url, status]);
    expect(response.body).toMatch(body);
  };
  const placed =
    /<base href="\/ops\/castellan\/">.*src="\/ops\/castellan\/assets\/a-1\.js".*href="\/ops\/castellan\/icon\.svg".*href="https:\/\/example\.com\/"/s;
  await check('/', 200, placed);
  await check('/ops/castellan', 200, placed);
  await check('/ops/castellan/', 200, placed);
  await check('/ops/castellan/search?where=x', 200, placed);
  await check('/ops/castellan/api/v1/health', 200, /"ok"/);
  await check('/api/v1/health', 200, /"ok"/);
  await check('/ops/castellan/assets/a-1.js', 200, /aaaa/);
  await check('/ops/castellan-other/assets/a-1.js', 404, /nothing/);
  const { headers } = await below.app.inject({ url: '/ops/castellan/' });
  expect(headers['strict-transport-security']).toBe('max-age=31536000');
  await below.close();
});

test('addresses below a path', () => {
  const strip = (url: string, base: string, expected: string) =>
    expect(stripBasePath(url, base)).toBe(expected);
  strip('/a/b?c', '', '/a/b?c');
  strip('/a/b?c', '/a', '/b?c');
  strip('/a', '/a', '/');
  strip('/a?c', '/a', '/?c');
  strip('/ab', '/a', '/ab');
  const place = (html: string, expected: string) =>
    expect(placeIndexHtml(html, '/p')).toBe(expected);
  place('<head></head><a href="//cdn/x">', '<head><base href="/p/"></head><a href="//cdn/x">');
  place('<head lang="x"><base href="./"></head>', '<head lang="x"><base href="/p/"></head>');
  place('<script src="/a.js">', '<script src="/p/a.js">');
  place('<script src="./a.js">', '<script src="/p/a.js">');
});

test('a server that stops refuses what is new', async () => {
  const stopping = await openTestServer();
  stopping.front.refuseNew();
  const response = await stopping.app.inject({ url: '/api/v1/session', headers: host });
  expect([
    response.statusCode,
    response.headers['retry-after'],
    response.headers.connection,
  ]).toEqual([503, '5', 'close']);
  expect(response.json().error.code).toBe('unavailable');
  await stopping.close();
});

test('pages of listed origins may call the API, others may not', async () => {
  const listed = 'http://localhost:5173';
  const open = await openTestServer({ CORS_ORIGINS: listed });
  const guarded = await openTestServer({ CORS_ORIGINS: listed, CASTELLAN_PASSWORD: 'long enough' });
  try {
    const check = async (
      { app }: TestServer,
      method: 'GET' | 'OPTIONS',
      origin: string,
      status: number,
      allowed: string | undefined,
    ) => {
      const headers = { ...host, origin, 'access-control-request-method': 'PUT' };
      const answer = await app.inject({ method, url: '/api/v1/keys', headers });
      const { statusCode, headers: given } = answer;
      expect([statusCode, given['access-control-allow-origin']]).toEqual([status, allowed]);
    };
    await check(open, 'GET', listed, 200, listed);
    await check(open, 'OPTIONS', listed, 204, listed);
    await check(open, 'GET', 'http://localhost:9999', 403, undefined);
    await check(guarded, 'OPTIONS', listed, 204, listed);
    await check(guarded, 'GET', listed, 401, listed);
    await check(server, 'GET', listed, 403, undefined);
  } finally {
    await open.close();
    await guarded.close();
  }
});
