import { setTimeout as pause } from 'node:timers/promises';
import { type Client, Metadata } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
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
let closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers) await close();
  closers = [];
});

const startOwn = async (options: TestOptions) => {
  const own = await startTestReceiver('grpc', options);
  const session = openSession(own.port);
  closers.push(
    () => session.destroy(),
    () => own.close(),
  );
  return { own, session };
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
const framed = frameMessage;

test('grpc-timeout: DEADLINE_EXCEEDED, and a late entry stays unanswered', async () => {
  const { session, own } = await startOwn({});
  const gate = Promise.withResolvers<void>();
  own.spool.respond = async (_request, entry) => {
    await gate.promise;
    return { kind: 'kept', entry };
  };
  const reply = await rawCall(session, logs, [framed(logsProtobuf(1))], { 'grpc-timeout': '100m' });
  expect(reply.headers['grpc-status']).toBe('4');
  gate.resolve();
  await until(() => own.spool.unansweredEntries.length === 1);
  expect(own.spool.answeredEntries).toEqual([]);
});

test('a client that cancels before the answer leaves its entry unanswered', async () => {
  const { session, own } = await startOwn({});
  const gate = Promise.withResolvers<void>();
  own.spool.respond = async (_request, entry) => {
    await gate.promise;
    return { kind: 'kept', entry };
  };
  const cancelled = rawCall(session, logs, [framed(logsProtobuf(1))]);
  await until(() => own.spool.requests.length === 1);
  session.destroy();
  await cancelled;
  await until(() => own.receiver.load().requests === 0);
  gate.resolve();
  await until(() => own.spool.unansweredEntries.length === 1);
  expect(own.spool.answeredEntries).toEqual([]);
});

test('a client that takes no answer and then goes leaves its entry unanswered', async () => {
  const { own } = await startOwn({});
  const session = openSession(own.port, { initialWindowSize: 0 });
  closers.push(() => session.destroy());
  const calling = rawCall(session, logs, [framed(logsProtobuf(1))]);
  await until(() => own.parts.tally.records === 1);
  await pause(100);
  expect([own.spool.answeredEntries, own.spool.unansweredEntries]).toEqual([[], []]);
  session.destroy();
  await calling;
  await until(() => own.spool.unansweredEntries.length === 1);
  expect(own.spool.answeredEntries).toEqual([]);
});

test('slow clients: a message that stops, a connection that says nothing', async () => {
  const { own, session } = await startOwn({
    limits: { requestTimeoutMs: 200, headersTimeoutMs: 200, idleTimeoutMs: 1_000 },
  });
  const stream = session.request({
    ':method': 'POST',
    ':path': logs,
    'content-type': 'application/grpc',
  });
  stream.write(Buffer.of(0, 0, 0, 1));
  const headers = await new Promise<Record<string, unknown>>((resolve) =>
    stream.on('response', resolve),
  );
  expect(headers['grpc-status']).toBe('4');
  const silent = await rawHttp(own.port, () => undefined);
  expect(silent.closed).toBe(true);
  await until(() => own.receiver.load().connections === 0);
});

test('rapid resets end the connection, and others are served', async () => {
  const session = sessionTo(it);
  let closed = false;
  session.on('close', () => {
    closed = true;
  });
  await new Promise((resolve) => session.once('connect', resolve));
  for (let round = 0; round < 200 && !closed; round += 1) {
    for (let count = 0; count < 50 && !session.destroyed; count += 1) {
      const stream = session.request({
        ':method': 'POST',
        ':path': logs,
        'content-type': 'application/grpc',
      });
      stream.on('error', () => undefined);
      stream.close(8);
    }
    await pause(2);
  }
  await until(() => closed);
  expect(await call(client, logs, logsProtobuf(1), new Metadata())).toHaveLength(0);
  await until(() => it.receiver.load().requests === 0);
});

test('draining: GOAWAY, calls in flight are answered, new connections are refused', async () => {
  const { own, session } = await startOwn({});
  const gate = Promise.withResolvers<void>();
  own.spool.respond = async (_request, entry) => {
    await gate.promise;
    return { kind: 'kept', entry };
  };
  let goaway = false;
  session.on('goaway', () => {
    goaway = true;
  });
  const calling = rawCall(session, logs, [framed(logsProtobuf(1))]);
  await until(() => own.spool.requests.length === 1);
  const drained = own.receiver.drain(5_000);
  await until(() => goaway);
  gate.resolve();
  expect((await calling).trailers).toMatchObject({ 'grpc-status': '0' });
  await drained;
  expect(own.spool.answeredEntries).toEqual([1]);
  expect(own.receiver.load()).toEqual({ requests: 0, connections: 0 });
});
