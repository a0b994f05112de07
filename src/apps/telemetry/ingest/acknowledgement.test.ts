import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { SpoolOutcome } from '../../../adapters/spool/spool.ts';
import { head } from './testing/raw-http.ts';
import { logsProtobuf } from './testing/requests.ts';
import {
  startTestReceiver,
  type TestOptions,
  type TestReceiver,
} from './testing/start-receiver.ts';

let open: TestReceiver[] = [];
const start = async (options: TestOptions = {}) => {
  const receiver = await startTestReceiver('http', options);
  open.push(receiver);
  return receiver;
};
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()));
  open = [];
});

const post = (it: TestReceiver, body = logsProtobuf(1)) =>
  fetch(`${it.url}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body,
  });

const until = async (done: () => boolean) => {
  while (!done()) await pause(5);
};

test('answers only after the spool has kept the request, then marks it as answered', async () => {
  const it = await start();
  const gate = Promise.withResolvers<void>();
  it.spool.respond = async (_request, entry) => {
    await gate.promise;
    return { kind: 'kept', entry: entry + 40 };
  };
  let status = 0;
  const posting = post(it).then((response) => {
    status = response.status;
  });
  await until(() => it.spool.requests.length === 1);
  expect([status, it.spool.answeredEntries]).toEqual([0, []]);
  gate.resolve();
  await posting;
  await until(() => it.spool.answeredEntries.length === 1);
  expect([status, it.spool.answeredEntries, it.spool.unansweredEntries]).toEqual([200, [41], []]);
});

test('an absorbed retry is answered like a kept one', async () => {
  const it = await start();
  it.spool.respond = (_request, entry) => Promise.resolve({ kind: 'absorbed', entry });
  expect((await post(it)).status).toBe(200);
  await until(() => it.spool.answeredEntries.length === 1);
  expect(it.parts.tally).toMatchObject({ absorbed: 1, records: 0 });
});

test('refusals of the spool become 503 with its retry delay', async () => {
  const it = await start();
  const check = async (reason: 'spool_full' | 'disk_low' | 'spool_failed' | 'draining') => {
    const outcome: SpoolOutcome = { kind: 'refused', reason, message: 'why', retryAfterMs: 2_500 };
    it.spool.respond = () => Promise.resolve(outcome);
    const response = await post(it);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '3']);
    expect(it.parts.tally.refusals[reason]).toBe(1);
  };
  await check('spool_full');
  await check('disk_low');
  await check('spool_failed');
  await check('draining');
  it.spool.respond = () => Promise.reject(new Error('broken'));
  expect((await post(it)).status).toBe(503);
  expect(it.events).toEqual(['spool_append_failed']);
  expect(it.spool.answeredEntries).toEqual([]);
});

test('a client that left before the answer leaves its entry unanswered', async () => {
  const it = await start();
  const gate = Promise.withResolvers<void>();
  it.spool.respond = async (_request, entry) => {
    await gate.promise;
    return { kind: 'kept', entry };
  };
  const body = logsProtobuf(1);
  const socket = connect(it.port, '127.0.0.1');
  socket.write(
    head('/v1/logs', 'Content-Type: application/x-protobuf', `Content-Length: ${body.length}`),
  );
  socket.write(body);
  await until(() => it.spool.requests.length === 1);
  socket.resetAndDestroy();
  await until(() => it.receiver.load().connections === 0);
  gate.resolve();
  await until(() => it.spool.unansweredEntries.length === 1);
  expect(it.spool.answeredEntries).toEqual([]);
});

test('a client that left in the middle of its body spools nothing', async () => {
  const it = await start();
  const socket = connect(it.port, '127.0.0.1');
  socket.write(head('/v1/logs', 'Content-Type: application/x-protobuf', 'Content-Length: 1000'));
  socket.write(Buffer.alloc(500));
  await until(() => it.parts.budget.held() === 500);
  socket.resetAndDestroy();
  await until(() => it.parts.budget.held() === 0);
  expect(it.spool.requests).toHaveLength(0);
});

test('a spool that takes too long: 503, and the late entry stays unanswered', async () => {
  const it = await start({ limits: { spoolTimeoutMs: 100 } });
  const gate = Promise.withResolvers<void>();
  it.spool.respond = async (_request, entry) => {
    await gate.promise;
    return { kind: 'kept', entry };
  };
  const response = await post(it);
  expect([response.status, await response.text()]).toEqual([503, expect.stringMatching('100 ms')]);
  gate.resolve();
  await until(() => it.spool.unansweredEntries.length === 1);
  expect(it.spool.answeredEntries).toEqual([]);
  expect(it.parts.budget.held()).toBe(0);
});

test('the digest tells bodies apart, whatever their compression', async () => {
  const it = await start();
  const body = logsProtobuf(2);
  await post(it, body);
  await post(it, body);
  await post(it, logsProtobuf(3));
  const [first, second, third] = it.spool.requests.map(({ digest }) =>
    Buffer.from(digest).toString('hex'),
  );
  expect(first).toHaveLength(64);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test('draining answers what is in flight and refuses what is new', async () => {
  const it = await start();
  const gate = Promise.withResolvers<void>();
  it.spool.respond = async (_request, entry) => {
    await gate.promise;
    return { kind: 'kept', entry };
  };
  const posting = post(it);
  await until(() => it.spool.requests.length === 1);
  const drained = it.receiver.drain(5_000);
  await expect(fetch(it.url)).rejects.toThrow();
  gate.resolve();
  const response = await posting;
  expect([response.status, response.headers.get('connection')]).toEqual([200, 'close']);
  await drained;
  expect(it.spool.answeredEntries).toEqual([1]);
});
