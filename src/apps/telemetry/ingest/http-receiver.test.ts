import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { StatusSchema } from '../../../../test/proto/gen/google/rpc/status_pb.js';
import { logsJson, logsProtobuf } from './testing/requests.ts';
import { startTestReceiver, type TestReceiver } from './testing/start-receiver.ts';

let it: TestReceiver;
beforeAll(async () => {
  it = await startTestReceiver('http');
});
afterAll(() => it.close());
beforeEach(() => {
  it.spool.requests.length = 0;
});

const protobuf = { 'content-type': 'application/x-protobuf' };
const json = { 'content-type': 'application/json' };
type Body = string | Uint8Array<ArrayBuffer>;

const post = (path: string, headers: Record<string, string>, body: Body) =>
  fetch(it.url + path, { method: 'POST', headers, body });

const statusIn = async (response: Response) =>
  fromBinary(StatusSchema, new Uint8Array(await response.arrayBuffer()));

test('takes protobuf and JSON, and answers in the same encoding', async () => {
  const check = async (
    headers: Record<string, string>,
    body: Body,
    type: string,
    answer: string,
  ) => {
    const before = it.spool.requests.length;
    const response = await post('/v1/logs', headers, body);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).toBe(answer);
    expect(it.spool.requests.length).toBe(before + 1);
    expect(it.spool.requests.at(-1)?.blocks.map(({ rows }) => rows)).toEqual([3]);
  };
  const [pb, js] = ['application/x-protobuf', 'application/json'];
  await check(protobuf, logsProtobuf(3), pb, '');
  await check({ 'content-type': `${pb}; charset=utf-8` }, logsProtobuf(3), pb, '');
  await check({ 'content-type': 'Application/X-Protobuf' }, logsProtobuf(3), pb, '');
  await check(json, logsJson(3), js, '{}');
  await check({ 'content-type': `${js};charset=utf-8` }, logsJson(3), js, '{}');
});

test('takes gzip, deflate (zlib and raw), zstd and identity', async () => {
  const body = logsProtobuf(50);
  const check = async (coding: string, bytes: Uint8Array) => {
    const headers = { ...protobuf, 'content-encoding': coding };
    const response = await post('/v1/logs', headers, new Uint8Array(bytes));
    expect(response.status, coding).toBe(200);
    expect(it.spool.requests.at(-1)?.digest).toEqual(digest);
  };
  await post('/v1/logs', protobuf, body);
  const digest = it.spool.requests.at(-1)?.digest;
  await check('gzip', gzipSync(body));
  await check('GZIP', gzipSync(body));
  await check('x-gzip', gzipSync(body));
  await check('deflate', deflateSync(body));
  await check('deflate', deflateRawSync(body));
  await check('zstd', zstdCompressSync(body));
  await check('identity', body);
  await check('identity, gzip', gzipSync(body));
  const half = body.length >> 1;
  await check('gzip', Buffer.concat([gzipSync(body.slice(0, half)), gzipSync(body.slice(half))]));
});

test('an empty request is taken and nothing is spooled', async () => {
  const check = async (
    path: string,
    headers: Record<string, string>,
    body: Body,
    answer: string,
  ) => {
    const response = await post(path, headers, body);
    expect(response.status, path).toBe(200);
    expect(await response.text()).toBe(answer);
    expect(it.spool.requests).toHaveLength(0);
  };
  for (const path of ['/v1/logs', '/v1/traces', '/v1/metrics']) {
    await check(path, protobuf, '', '');
    await check(path, json, '{}', '{}');
  }
});

test('refuses what is not OTLP/HTTP, and says what to do', async () => {
  const check = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    [status, says]: [number, RegExp],
    body?: Body,
  ) => {
    const response = await fetch(it.url + path, { method, headers, body: body ?? null });
    expect(response.status, `${method} ${path}`).toBe(status);
    const text = await response.text();
    if (method !== 'HEAD') expect(text).toMatch(says);
    return response;
  };
  const some = logsProtobuf(1);
  await check('POST', '/v1/log', protobuf, [404, /Did you mean|OTLP\/HTTP has/], some);
  await check('POST', '/v1/logs/', protobuf, [404, /Did you mean \/v1\/logs\?/], some);
  await check('POST', '/otlp/v1/traces', protobuf, [404, /Did you mean \/v1\/traces\?/], some);
  await check('POST', '/', protobuf, [404, /Append the path of the signal/], some);
  await check('POST', '/__proto__', protobuf, [404, /There is no/], some);
  const wrongMethod = await check('GET', '/v1/logs', {}, [405, /takes POST; GET was sent/]);
  expect(wrongMethod.headers.get('allow')).toBe('POST, OPTIONS');
  await check('PUT', '/v1/traces', protobuf, [405, /PUT/], some);
  await check('HEAD', '/v1/traces', {}, [405, /./]);
  const wrongType = await check(
    'POST',
    '/v1/logs',
    { 'content-type': 'text/plain' },
    [415, /text\/plain/],
    some,
  );
  expect(wrongType.headers.get('accept-post')).toMatch('application/x-protobuf');
  await check('POST', '/v1/logs', { 'content-type': 'application/grpc' }, [415, /4317/], some);
  await check('POST', '/v1/logs', { 'content-type': 'application/xml' }, [415, /xml/], some);
  await check('POST', '/v1/logs', {}, [415, /No Content-Type|was sent/], some);
  const coding = (name: string) => ({ ...protobuf, 'content-encoding': name });
  const wrongCoding = await check(
    'POST',
    '/v1/logs',
    coding('br'),
    [415, /"br" is not supported/],
    some,
  );
  expect(wrongCoding.headers.get('accept-encoding')).toBe('gzip, deflate, zstd');
  await check('POST', '/v1/logs', coding('gzip, gzip'), [415, /More than one/], some);
  await check('POST', '/v1/logs', coding('snappy'), [415, /snappy/], some);
  expect(it.spool.requests).toHaveLength(0);
});

test('refuses malformed bodies with a google.rpc.Status in their encoding', async () => {
  const check = async (headers: Record<string, string>, body: Body, says: RegExp) => {
    const response = await post('/v1/logs', headers, body);
    expect(response.status).toBe(400);
    const type = headers['content-type'];
    expect(response.headers.get('content-type')).toBe(type);
    const status = type === 'application/json' ? await response.json() : await statusIn(response);
    expect(status).toMatchObject({ code: 3, message: expect.stringMatching(says) });
  };
  const body = logsProtobuf(5);
  const coded = (coding: string) => ({ ...protobuf, 'content-encoding': coding });
  await check(protobuf, 'hello', /not an OTLP logs request in protobuf/);
  await check(protobuf, body.slice(0, -3), /at byte \d+/);
  await check(json, '{"resourceLogs":', /not an OTLP logs request in json/);
  await check(json, '[]', /not an OTLP/);
  await check(coded('gzip'), body, /not valid gzip/);
  await check(coded('gzip'), new Uint8Array(gzipSync(body).subarray(0, -12)), /cut off/);
  await check(coded('deflate'), new Uint8Array(deflateSync(body).subarray(0, -12)), /cut off/);
  await check(
    coded('zstd'),
    new Uint8Array(zstdCompressSync(body).subarray(0, -12)),
    /cut off|not valid/,
  );
  await check(coded('gzip'), '', /cut off/);
  const tail = Buffer.from('tail');
  await check(
    coded('deflate'),
    new Uint8Array(Buffer.concat([deflateSync(body), tail])),
    /ends at byte/,
  );
  await check(
    coded('zstd'),
    new Uint8Array(Buffer.concat([zstdCompressSync(body), tail])),
    /ends at byte/,
  );
  await check(
    coded('gzip'),
    new Uint8Array(Buffer.concat([gzipSync(body), tail])),
    /not valid gzip|ends at/,
  );
  expect(it.spool.requests).toHaveLength(0);
});

test('a page for people on /', async () => {
  const response = await fetch(it.url);
  expect(response.status).toBe(200);
  expect(await response.text()).toMatch('/v1/logs, /v1/traces or /v1/metrics');
  const head = await fetch(it.url, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('CORS: any origin, also on refusals', async () => {
  const origin = 'https://shop.example';
  const preflight = await fetch(`${it.url}/v1/traces`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-tenant',
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
  expect(preflight.headers.get('access-control-allow-methods')).toBe('POST, OPTIONS');
  expect(preflight.headers.get('access-control-allow-headers')).toBe(
    'authorization,content-type,x-tenant',
  );
  const taken = await post('/v1/logs', { ...json, origin }, logsJson(1));
  expect([taken.status, taken.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
  const refused = await post('/v1/logs', { ...json, origin }, 'x');
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([
    400,
    origin,
  ]);
});

test('tells of records that it cannot keep through partial success', async () => {
  const short = await startTestReceiver('http', { retentionMs: 1_000 });
  const old = logsJson(2).replaceAll(
    /"timeUnixNano":"\d+"/g,
    '"timeUnixNano":"1000000000000000000"',
  );
  const response = await fetch(`${short.url}/v1/logs`, {
    method: 'POST',
    headers: json,
    body: old,
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    partialSuccess: { rejectedLogRecords: '2', errorMessage: expect.stringMatching(/retention/) },
  });
  expect(short.spool.requests).toHaveLength(0);
  expect(short.parts.tally.rejectedRecords).toBe(2);
  await short.close();
});
