import { setTimeout as pause } from 'node:timers/promises';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { type Client, Metadata, status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { StatusSchema } from '../../../../test/proto/gen/google/rpc/status_pb.js';
import { frameMessage } from './grpc-frame.ts';
import { call, exportPath, grpcClient, openSession, rawCall } from './testing/grpc-client.ts';
import { rawHttp } from './testing/raw-http.ts';
import { logsProtobuf } from './testing/requests.ts';
import {
  startTestReceiver,
  type TestOptions,
  type TestReceiver,
} from './testing/start-receiver.ts';

let it: TestReceiver;
let client: Client;
beforeAll(async () => {
  it = await startTestReceiver('grpc');
  client = grpcClient(it.port);
});
afterAll(async () => {
  client.close();
  await it.close();
});
beforeEach(() => {
  it.spool.requests.length = 0;
});
let closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers) await close();
  closers = [];
});

const startOwn = async (options: TestOptions) => {
  const own = await startTestReceiver('grpc', options);
  const ownClient = grpcClient(own.port);
  const session = openSession(own.port);
  closers.push(
    () => ownClient.close(),
    () => session.destroy(),
    () => own.close(),
  );
  return { own, ownClient, session };
};
const sessionTo = (receiver: TestReceiver) => {
  const session = openSession(receiver.port);
  closers.push(() => session.destroy());
  return session;
};
const until = async (done: () => boolean) => {
  while (!done()) await pause(5);
};
const logs = exportPath('logs');
const framed = (message: Uint8Array, flag = 0) => {
  const frame = frameMessage(message);
  frame[0] = flag;
  return frame;
};

test('takes calls of the reference client for all signals, also empty ones', async () => {
  for (const signal of ['logs', 'traces', 'metrics'] as const)
    expect(await call(client, exportPath(signal), new Uint8Array(), new Metadata())).toHaveLength(
      0,
    );
  expect(it.spool.requests).toHaveLength(0);
  expect(await call(client, logs, logsProtobuf(3), new Metadata())).toHaveLength(0);
  expect(it.spool.requests.map(({ signal, blocks }) => [signal, blocks[0]?.rows])).toEqual([
    ['logs', 3],
  ]);
  await until(() => it.spool.answeredEntries.length === 1);
});

test('takes identity, gzip, deflate and zstd, and messages split over many frames', async () => {
  const session = sessionTo(it);
  const body = logsProtobuf(50);
  const check = async (pieces: Uint8Array[], headers = {}) => {
    const before = it.spool.requests.length;
    const reply = await rawCall(session, logs, pieces, headers);
    expect(reply.headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' });
    expect(reply.trailers).toMatchObject({ 'grpc-status': '0' });
    expect(reply.body).toEqual(Buffer.alloc(5));
    expect(it.spool.requests).toHaveLength(before + 1);
    expect(it.spool.requests.at(-1)?.digest).toEqual(it.spool.requests[0]?.digest);
  };
  await check([framed(body)]);
  await check([framed(body)], { 'content-type': 'application/grpc+proto' });
  await check([framed(body)], { 'grpc-encoding': 'gzip' });
  await check([framed(gzipSync(body), 1)], { 'grpc-encoding': 'gzip' });
  await check([framed(deflateSync(body), 1)], { 'grpc-encoding': 'deflate' });
  await check([framed(zstdCompressSync(body), 1)], { 'grpc-encoding': 'zstd' });
  const bytes = Array.from(framed(body).subarray(0, 200), (byte) => Buffer.of(byte));
  await check([...bytes, framed(body).subarray(200)]);
});

test('a large message passes the flow control windows', async () => {
  const message = logsProtobuf(20_000, 'x'.repeat(300));
  expect(message.length).toBeGreaterThan(5_000_000);
  expect(await call(client, logs, message, new Metadata())).toHaveLength(0);
  expect(it.spool.requests[0]?.blocks.reduce((sum, { rows }) => sum + rows, 0)).toBe(20_000);
});

test('refuses bad calls with the right status', async () => {
  const session = sessionTo(it);
  const body = logsProtobuf(5);
  const check = async (
    path: string,
    pieces: Uint8Array[],
    headers: Record<string, string>,
    [code, says]: [number, RegExp],
  ) => {
    const reply = await rawCall(session, path, pieces, headers);
    expect(reply.headers[':status']).toBe(200);
    expect(decodeURIComponent(String(reply.headers['grpc-message']))).toMatch(says);
    expect(reply.headers['grpc-status']).toBe(String(code));
    expect(reply.headers['grpc-accept-encoding']).toBe('gzip,deflate,zstd,identity');
  };
  const gzip = { 'grpc-encoding': 'gzip' };
  await check(logs, [framed(Buffer.from('hello'))], {}, [status.INVALID_ARGUMENT, /not an OTLP/]);
  await check(logs, [framed(body.slice(0, -3))], {}, [status.INVALID_ARGUMENT, /at byte/]);
  await check(logs, [framed(body, 1)], gzip, [status.INVALID_ARGUMENT, /not valid gzip/]);
  await check(logs, [framed(gzipSync(body).subarray(0, -9), 1)], gzip, [3, /cut off/]);
  await check(logs, [framed(body, 1)], {}, [status.INTERNAL, /grpc-encoding names no/]);
  await check(logs, [framed(body, 7)], {}, [status.INTERNAL, /7 was sent/]);
  await check(logs, [framed(body), framed(body)], {}, [status.INTERNAL, /takes one message/]);
  await check(logs, [framed(body).subarray(0, 40)], {}, [status.INTERNAL, /should have/]);
  await check(logs, [Buffer.of(0, 0, 0)], {}, [status.INTERNAL, /prefix/]);
  await check(logs, [], {}, [status.INTERNAL, /without a message/]);
  await check(logs, [framed(body)], { 'grpc-encoding': 'snappy' }, [12, /snappy/]);
  await check(logs, [framed(body)], { 'grpc-timeout': '10 s' }, [3, /not a grpc-timeout/]);
  await check('/opentelemetry.Nope/Export', [framed(body)], {}, [12, /LogsService/]);
  expect(it.spool.requests).toHaveLength(0);
});

test('what is not gRPC is told which port this is', async () => {
  const session = sessionTo(it);
  const json = await rawCall(session, '/v1/logs', [], { 'content-type': 'application/json' });
  expect([json.headers[':status'], String(json.body)]).toEqual([
    415,
    expect.stringMatching('4318'),
  ]);
  const http1 = await rawHttp(it.port, (socket) =>
    socket.write('POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n'),
  );
  expect([http1.statuses, http1.closed]).toEqual([[400], true]);
  expect(http1.text).toMatch(/OTLP\/HTTP has a port of its own/);
});

test('messages above the limits: RESOURCE_EXHAUSTED without a retry', async () => {
  const { ownClient, session, own } = await startOwn({
    limits: { maxBodyBytes: 10_000, maxDecodedBytes: 20_000 },
  });
  const large = await call(ownClient, logs, new Uint8Array(10_001), new Metadata());
  expect(large).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  const bomb = framed(gzipSync(Buffer.alloc(5_000_000)), 1);
  const reply = await rawCall(session, logs, [bomb], { 'grpc-encoding': 'gzip' });
  expect(reply.headers).toMatchObject({ 'grpc-status': '8' });
  expect(reply.headers['grpc-status-details-bin']).toBeUndefined();
  expect(own.parts.budget.held()).toBe(0);
});

test('refusals that pass carry a RetryInfo', async () => {
  const { ownClient, own } = await startOwn({ limits: { recordsPerSecond: 100 } });
  own.spool.respond = () =>
    Promise.resolve({
      kind: 'refused',
      reason: 'spool_full',
      message: 'voll: 100 %',
      retryAfterMs: 2_500,
    });
  const check = async (code: number, reason: RegExp, minRetryMs: number) => {
    const error = await call(ownClient, logs, logsProtobuf(300), new Metadata());
    if (Buffer.isBuffer(error)) throw new Error('the call was taken');
    expect([error.code, error.details]).toEqual([code, expect.stringMatching(reason)]);
    const [details] = error.metadata.get('grpc-status-details-bin');
    const decoded = fromBinary(StatusSchema, new Uint8Array(details as Buffer));
    expect(decoded.code).toBe(code);
    expect(decoded.details[0]?.typeUrl).toBe('type.googleapis.com/google.rpc.RetryInfo');
    expect(retryDelayMs(decoded.details[0]?.value)).toBeGreaterThanOrEqual(minRetryMs);
  };
  await check(status.UNAVAILABLE, /voll: 100 %/, 2_500);
  await check(status.RESOURCE_EXHAUSTED, /100 records a second/, 1_000);
});

/** RetryInfo { Duration retry_delay = 1 }, Duration { int64 seconds = 1; int32 nanos = 2 }. */
function retryDelayMs(retryInfo: Uint8Array | undefined): number {
  const duration = retryInfo?.subarray(2) ?? new Uint8Array();
  let totalMs = 0;
  for (let at = 0; at < duration.length; ) {
    const field = (duration[at++] ?? 0) >> 3;
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = duration[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    totalMs += field === 1 ? value * 1_000 : value / 1e6;
  }
  return totalMs;
}

test('needs an ingestion key with a password set', async () => {
  const { hash } = await import('node:crypto');
  const secrets = [{ sha256: hash('sha256', 'cst_k'), untilMs: null }];
  const shop = { id: 'shop', name: 'shop', secrets, recordsPerSecond: null, bytesPerSecond: null };
  const { ownClient, own } = await startOwn({ keys: { required: true, keys: [shop] } });
  const check = async (authorization: string | undefined, code: number | undefined) => {
    const metadata = new Metadata();
    if (authorization) metadata.set('authorization', authorization);
    const answer = await call(ownClient, logs, logsProtobuf(1), metadata);
    expect(Buffer.isBuffer(answer) ? undefined : answer.code).toBe(code);
  };
  await check('Bearer cst_k', undefined);
  await check('cst_k', undefined);
  await check('Bearer wrong', status.UNAUTHENTICATED);
  await check(undefined, status.UNAUTHENTICATED);
  expect(own.spool.requests.map(({ keyId }) => keyId)).toEqual(['shop', 'shop']);
});

test('open mode refuses foreign names in :authority', async () => {
  const session = sessionTo(it);
  const check = async (authority: string, code: string | undefined) => {
    const reply = await rawCall(session, logs, [framed(new Uint8Array())], {
      ':authority': authority,
    });
    expect(reply.headers['grpc-status']).toBe(code);
  };
  await check('localhost:4317', undefined);
  await check('rebound.example', '7');
});

test('answers health checks without a key', async () => {
  const { ownClient } = await startOwn({ keys: { required: true, keys: [] } });
  const health = await call(
    ownClient,
    '/grpc.health.v1.Health/Check',
    new Uint8Array(),
    new Metadata(),
  );
  expect(health).toEqual(Buffer.of(0x08, 1));
});
