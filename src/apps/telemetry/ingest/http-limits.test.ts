import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createDeflate, createGzip, createZstdCompress } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { head, rawHttp } from './testing/raw-http.ts';
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

const type = 'Content-Type: application/x-protobuf';
const post = (it: TestReceiver, body: Uint8Array<ArrayBuffer>, headers = {}) =>
  fetch(`${it.url}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', ...headers },
    body,
  });

test('refuses bodies above the limit, declared, chunked or decompressed', async () => {
  const it = await start({ limits: { maxBodyBytes: 10_000, maxDecodedBytes: 20_000 } });
  const declared = await post(it, new Uint8Array(10_001));
  expect(declared.status).toBe(413);
  expect(await declared.text()).toMatch(/larger than 10000 bytes/);
  const chunked = await rawHttp(it.port, (socket) => {
    socket.write(head('/v1/logs', type, 'Transfer-Encoding: chunked'));
    const chunk = Buffer.alloc(4_096);
    for (let count = 0; count < 4; count += 1) socket.write(`1000\r\n${chunk}\r\n`);
  });
  expect(chunked.statuses).toEqual([413]);
  expect(chunked.text).toMatch(/Connection: close/i);
  expect(it.parts.tally.refusals).toEqual({ too_large: 2 });
  expect(it.parts.budget.held()).toBe(0);
  // The connection of a small refused body is kept: the next request is served on it.
  const two = await rawHttp(
    it.port,
    (socket) => {
      socket.write(`${head('/v1/logs', type, 'Content-Length: 10001')}${'x'.repeat(10_001)}`);
      socket.write(head('/v1/logs', type, 'Content-Length: 0', 'Connection: close'));
    },
    3_000,
  );
  expect(two.statuses).toEqual([413, 200]);
});

test('a request whose rows repeat a large resource is refused before they take memory', async () => {
  const it = await start({ limits: { maxUnfoldedBytes: 1_000_000 } });
  // 2,000 empty records below one resource with an attribute of 10 kB: 20 MB of rows.
  const field = (number: number, bytes: Buffer) => {
    const length = Buffer.of((bytes.length & 0x7f) | 0x80, (bytes.length >> 7) & 0x7f);
    return Buffer.concat([Buffer.of((number << 3) | 2), length, bytes]);
  };
  const value = field(1, Buffer.alloc(10_000, 'x'));
  const attribute = Buffer.concat([field(1, Buffer.from('big')), field(2, value)]);
  const records = Buffer.concat(Array.from({ length: 2_000 }, () => Buffer.of(0x12, 0)));
  const resourceLogs = Buffer.concat([field(1, field(1, attribute)), field(2, records)]);
  const response = await post(it, new Uint8Array(field(1, resourceLogs)));
  expect([response.status, await response.text()]).toEqual([413, expect.stringMatching('unfolds')]);
  expect(it.spool.requests).toHaveLength(0);
});

test('a client that sends all of a huge body sees the refusal', async () => {
  const it = await start({ limits: { maxBodyBytes: 1_000_000 } });
  const seen = await rawHttp(it.port, (socket) => {
    socket.write(head('/v1/logs', type, 'Content-Length: 3000000', 'Connection: close'));
    for (let count = 0; count < 30; count += 1) socket.write(Buffer.alloc(100_000));
  });
  expect(seen.statuses).toEqual([413]);
});

/** `sizeBytes` of zeros, compressed without holding them. */
async function bomb(make: typeof createGzip, sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const zeros = Buffer.alloc(1_048_576);
  const parts: Buffer[] = [];
  const source = Readable.from(Array.from({ length: sizeBytes / zeros.length }, () => zeros));
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      parts.push(chunk);
      done();
    },
  });
  await pipeline(source, make(), sink);
  return new Uint8Array(Buffer.concat(parts));
}

test('a decompression bomb is refused in bounded memory', async () => {
  const maxDecodedBytes = 4 * 1_048_576;
  const it = await start({ limits: { maxDecodedBytes } });
  const bombBytes = 256 * 1_048_576;
  const check = async (coding: string, make: typeof createGzip) => {
    const body = await bomb(make, bombBytes);
    expect(bombBytes / body.length).toBeGreaterThan(900);
    const beforeBytes = process.resourceUsage().maxRSS * 1_024;
    for (let count = 0; count < 5; count += 1) {
      const response = await post(it, body, { 'content-encoding': coding });
      expect(response.status, coding).toBe(413);
      expect(await response.text()).toMatch(/4194304 bytes when decompressed/);
    }
    const grownBytes = process.resourceUsage().maxRSS * 1_024 - beforeBytes;
    expect(grownBytes, coding).toBeLessThan(64 * 1_048_576);
  };
  await check('gzip', createGzip);
  await check('deflate', createDeflate as typeof createGzip);
  await check('zstd', createZstdCompress as unknown as typeof createGzip);
});

test('clients that are too slow get 408: headers that drip, bodies that stop', async () => {
  const it = await start({ limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
  const check = async (first: string) => {
    const answer = await rawHttp(it.port, (socket) => {
      socket.write(first);
      const drip = setInterval(() => socket.write('x'), 100);
      socket.on('close', () => clearInterval(drip));
    });
    expect(answer.statuses).toEqual([408]);
    expect(answer.closed).toBe(true);
  };
  await check('POST /v1/logs HTTP/1.1\r\nHost: local');
  await check(head('/v1/logs', type, 'Content-Length: 100000'));
  const silent = await rawHttp(it.port, () => undefined);
  expect(silent.closed).toBe(true);
  expect(it.parts.budget.held()).toBe(0);
  expect(it.receiver.load()).toEqual({ requests: 0, connections: 0 });
});

test('an idle connection is closed', async () => {
  const it = await start({ limits: { idleTimeoutMs: 300 } });
  const idle = await rawHttp(it.port, (socket) =>
    socket.write(head('/v1/logs', type, 'Content-Length: 0')),
  );
  expect(idle).toMatchObject({ statuses: [200], closed: true });
});

test('what is not HTTP/1.1 is refused on the connection', async () => {
  const it = await start({ limits: { maxHeaderBytes: 2_000 } });
  const check = async (bytes: string, status: number, says: RegExp) => {
    const answer = await rawHttp(it.port, (socket) => socket.write(bytes));
    expect(answer.statuses, bytes).toEqual([status]);
    expect(answer.text).toMatch(says);
    expect(answer.closed).toBe(true);
  };
  await check('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, /gRPC has a port of its own/);
  await check('\x16\x03\x01\x02\x00\x01\x00', 400, /not an HTTP\/1.1 request/);
  await check('hello\r\n\r\n', 400, /not an HTTP/);
  await check('POST /v1/logs HTTP/1.1\r\n\r\n', 400, /./);
  await check(head('/v1/logs', `X-Long: ${'x'.repeat(3_000)}`), 431, /headers/);
  await check(head('/v1/logs', type, 'Content-Length: ten'), 400, /not an HTTP/);
  await check(head('/v1/logs', type, 'Content-Length: 5', 'Transfer-Encoding: chunked'), 400, /./);
  await check(`${head('/v1/logs', type, 'Transfer-Encoding: chunked')}zz\r\n`, 400, /not an HTTP/);
});

test('Content-Length that does not match the body', async () => {
  const it = await start({ limits: { requestTimeoutMs: 400 } });
  const body = Buffer.from(logsProtobuf(2));
  const send = (length: number) => (socket: Writable) => {
    socket.write(head('/v1/logs', type, `Content-Length: ${length}`));
    socket.write(body);
  };
  expect((await rawHttp(it.port, send(body.length + 10))).statuses).toEqual([408]);
  const short = await rawHttp(it.port, send(body.length - 10));
  expect(short.statuses).toEqual([400]);
  expect(short.text).toMatch(/not an OTLP logs request/);
  expect(it.spool.requests).toHaveLength(0);
});

test('chunked bodies and Expect: 100-continue', async () => {
  const it = await start({ limits: { maxBodyBytes: 10_000 } });
  const body = Buffer.from(logsProtobuf(3));
  const chunked = await rawHttp(it.port, (socket) => {
    socket.write(head('/v1/logs', type, 'Transfer-Encoding: chunked', 'Connection: close'));
    for (const byte of body) {
      socket.write('1\r\n');
      socket.write(Buffer.of(byte));
      socket.write('\r\n');
    }
    socket.write('0\r\n\r\n');
  });
  expect(chunked.statuses).toEqual([200]);
  const length = `Content-Length: ${body.length}`;
  const expecting = await rawHttp(it.port, (socket) => {
    socket.write(head('/v1/logs', type, length, 'Expect: 100-continue', 'Connection: close'));
    socket.once('data', () => socket.write(body));
  });
  expect(expecting.statuses).toEqual([100, 200]);
  const large = await rawHttp(it.port, (socket) =>
    socket.write(head('/v1/logs', type, 'Content-Length: 10001', 'Expect: 100-continue')),
  );
  expect(large).toMatchObject({ statuses: [413], closed: true });
});

test('bytes in flight are bounded: beyond the limit 503 with Retry-After', async () => {
  const body = new Uint8Array(logsProtobuf(2_000));
  const it = await start({
    limits: { maxBodyBytes: body.length, maxBytesInFlight: body.length * 6 },
  });
  const gate = Promise.withResolvers<void>();
  it.spool.respond = async (_request, entry) => {
    await gate.promise;
    return { kind: 'kept', entry };
  };
  const asked = Array.from({ length: 20 }, () => post(it, body));
  const refused = await Promise.race(asked);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(it.parts.budget.held()).toBeLessThan(body.length * 9);
  gate.resolve();
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
  expect(it.parts.budget.held()).toBe(0);
  expect((await post(it, body)).status).toBe(200);
});

test('requests at one moment are bounded', async () => {
  const it = await start({ limits: { maxConcurrentRequests: 2 } });
  const gate = Promise.withResolvers<void>();
  it.spool.respond = async (_request, entry) => {
    await gate.promise;
    return { kind: 'kept', entry };
  };
  const first = [post(it, logsProtobuf(1)), post(it, logsProtobuf(2))];
  while (it.spool.requests.length < 2) await pause(5);
  const third = await post(it, logsProtobuf(3));
  expect([third.status, third.headers.get('retry-after')]).toEqual([503, '1']);
  gate.resolve();
  expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
});

test('connections are bounded', async () => {
  const it = await start({ limits: { maxConnections: 1 } });
  const { connect } = await import('node:net');
  const held = connect(it.port, '127.0.0.1');
  await once(held, 'connect');
  const second = await rawHttp(it.port, (socket) => socket.write(head('/v1/logs', type)));
  expect(second).toMatchObject({ statuses: [], closed: true });
  expect(it.parts.tally.refusals).toEqual({ overloaded: 1 });
  held.destroy();
});
