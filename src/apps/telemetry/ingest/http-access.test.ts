import { hash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import type { KeySnapshot } from '../../../model/access/key-snapshot.ts';
import { rawHttp } from './testing/raw-http.ts';
import { logsProtobuf } from './testing/requests.ts';
import { openKeys, startTestReceiver, type TestReceiver } from './testing/start-receiver.ts';

let open: TestReceiver[] = [];
const start = async (keys: KeySnapshot) => {
  const receiver = await startTestReceiver('http', { keys });
  open.push(receiver);
  return receiver;
};
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()));
  open = [];
});

const key = (id: string, secrets: Record<string, number | null>, more = {}) => ({
  id,
  name: id,
  secrets: Object.entries(secrets).map(([secret, untilMs]) => ({
    sha256: hash('sha256', secret),
    untilMs,
  })),
  recordsPerSecond: null,
  bytesPerSecond: null,
  ...more,
});

const post = (it: TestReceiver, authorization: string | undefined, count = 1) =>
  fetch(`${it.url}/v1/logs`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: logsProtobuf(count),
  });

test('with a password an ingestion key is needed: Bearer KEY or the bare key', async () => {
  const hourMs = 3_600_000;
  const it = await start({
    required: true,
    keys: [
      key('shop', { cst_new: null, cst_old: Date.now() + hourMs, cst_gone: Date.now() - 1 }),
      key('other', { 'two words': null }),
    ],
  });
  const check = async (authorization: string | undefined, status: number, keyId?: string) => {
    const response = await post(it, authorization);
    expect(response.status, String(authorization)).toBe(status);
    if (status === 401) expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    else expect(it.spool.requests.at(-1)?.keyId).toBe(keyId);
  };
  await check('Bearer cst_new', 200, 'shop');
  await check('bearer  cst_new ', 200, 'shop');
  await check('cst_new', 200, 'shop');
  await check('Bearer cst_old', 200, 'shop');
  await check('two words', 200, 'other');
  await check('Bearer cst_gone', 401);
  await check('Bearer wrong', 401);
  await check('Bearer', 401);
  await check('Basic Y3N0X25ldw==', 401);
  await check('', 401);
  await check(undefined, 401);
  expect(it.parts.tally.refusals).toEqual({ unauthenticated: 6 });
  expect(it.parts.tally.keys.shop).toMatchObject({ requests: 4, records: 4, refused: 0 });
  it.parts.keys.update({ snapshot: { required: true, keys: [] }, slots: new Map() });
  await check('Bearer cst_new', 401);
});

test('in open mode no key is needed, and one that is known is still counted', async () => {
  const it = await start({ required: false, keys: [key('shop', { secret: null })] });
  expect((await post(it, undefined)).status).toBe(200);
  expect((await post(it, 'Bearer unknown')).status).toBe(200);
  expect((await post(it, 'Bearer secret')).status).toBe(200);
  expect(it.spool.requests.map(({ keyId }) => keyId)).toEqual(['', '', 'shop']);
});

test('a key above its rate gets 429 and a Retry-After, the others do not', async () => {
  const it = await start({
    required: true,
    keys: [key('slow', { slow: null }, { recordsPerSecond: 100 }), key('fast', { fast: null })],
  });
  expect((await post(it, 'slow', 250)).status).toBe(200);
  const refused = await post(it, 'slow');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBe(2);
  expect((await post(it, 'fast', 250)).status).toBe(200);
  expect(it.parts.tally.keys.slow).toMatchObject({ requests: 1, records: 250, refused: 1 });
});

test('open mode answers only to names of the server; any origin may call', async () => {
  const check = async (keys: KeySnapshot, host: string, status: number) => {
    const it = await start(keys);
    const answer = await rawHttp(it.port, (socket) =>
      socket.write(
        [
          'POST /v1/logs HTTP/1.1',
          `Host: ${host}`,
          'Origin: https://elsewhere.example',
          'Content-Type: application/x-protobuf',
          'Content-Length: 0',
          'Authorization: k',
          'Connection: close',
          '\r\n',
        ].join('\r\n'),
      ),
    );
    expect(answer.statuses, host).toEqual([status]);
    expect(answer.text).toMatch(/Access-Control-Allow-Origin: https:\/\/elsewhere.example/);
  };
  await check(openKeys, 'localhost:4318', 200);
  await check(openKeys, '127.0.0.1:4318', 200);
  await check(openKeys, '[::1]:4318', 200);
  await check(openKeys, 'host.docker.internal:4318', 200);
  await check(openKeys, 'rebound.example:4318', 403);
  await check({ required: true, keys: [key('k', { k: null })] }, 'otel.example', 200);
});

test('a preflight needs no key', async () => {
  const it = await start({ required: true, keys: [] });
  const lines = ['OPTIONS /v1/logs HTTP/1.1', 'Host: localhost', 'Origin: https://a.example'];
  const answer = await rawHttp(it.port, (socket) =>
    socket.write([...lines, 'Connection: close', '\r\n'].join('\r\n')),
  );
  expect(answer.statuses).toEqual([204]);
});
