import { connect } from 'node:net';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ingest } from './ingest-options.ts';
import { startIngest } from './start-ingest.ts';
import { type RealSpool, startRealSpool } from './testing/real-spool.ts';
import { logsJson, logsProtobuf } from './testing/requests.ts';
import { openKeys } from './testing/start-receiver.ts';

/** Mutated requests: CASTELLAN_FUZZ_HTTP of them, from CASTELLAN_FUZZ_SEED. */
const count = Number(process.env.CASTELLAN_FUZZ_HTTP ?? 2_000);
const seed = Number(process.env.CASTELLAN_FUZZ_SEED ?? 1);
const atOnce = 8;
const hangMs = 20_000;

let real: RealSpool;
let ingest: Ingest;
const errors: unknown[] = [];
beforeAll(async () => {
  real = await startRealSpool({ fsync: 'never' });
  const quiet = () => undefined;
  ingest = await startIngest({
    host: '127.0.0.1',
    httpPort: 0,
    grpcPort: 0,
    connectSpool: real.connect,
    keys: openKeys,
    allowedHosts: [],
    decode: {
      retentionMs: { logs: 0, traces: 0, metrics: 0, sessions: 0 },
      severityInference: true,
      jsonBodyExpansion: true,
    },
    logger: {
      debug: quiet,
      info: quiet,
      warn: quiet,
      error: (event, fields) => errors.push([event, fields]),
    },
  });
});
afterAll(async () => {
  await ingest.drain(2_000);
  await real.close();
});

/** Mulberry32: small, and the same numbers for the same seed. */
function generator(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
type Random = ReturnType<typeof generator>;

/** One to four changes: a bit, a byte, a piece removed, doubled, or put elsewhere. */
function mutate(input: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(input);
  for (let change = random(4); change >= 0 && bytes.length > 0; change -= 1) {
    const at = random(bytes.length);
    const end = Math.min(bytes.length, at + 1 + random(16));
    const kind = random(5);
    if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    else if (kind === 1) bytes[at] = random(256);
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    else bytes.copy(bytes, random(bytes.length), at, end);
  }
  return bytes;
}

const same = (bytes: Buffer): Buffer => bytes;
const codings: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['identity', same],
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['zstd', zstdCompressSync],
];

/**
 * Half of the requests reach the decoder: their body is changed before it is compressed and
 * measured. The others are changed anywhere, head and compressed bytes included.
 */
function mutatedRequest(random: Random): Buffer {
  const path = ['/v1/logs', '/v1/traces', '/v1/metrics'][random(3)];
  const json = random(2) === 0;
  const plain = json ? Buffer.from(logsJson(3)) : Buffer.from(logsProtobuf(3));
  const deep = random(2) === 0;
  const [coding, compress] = codings[random(codings.length)] ?? ['identity', same];
  const body = compress(deep ? mutate(plain, random) : plain);
  const chunked = random(4) === 0;
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    `Content-Type: application/${json ? 'json' : 'x-protobuf'}`,
    `Content-Encoding: ${coding}`,
    chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`,
    '\r\n',
  ].join('\r\n');
  const framed = chunked
    ? Buffer.concat([
        Buffer.from(`${body.length.toString(16)}\r\n`),
        body,
        Buffer.from('\r\n0\r\n\r\n'),
      ])
    : body;
  const request = Buffer.concat([Buffer.from(head), framed]);
  return deep ? request : mutate(request, random);
}

/** Sends the bytes, ends, and resolves to the statuses when the server has closed, or `hang`. */
function exchange(port: number, bytes: Buffer): Promise<readonly number[] | 'hang'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    const timer = setTimeout(() => {
      resolve('hang');
      socket.destroy();
    }, hangMs);
    socket.on('data', (chunk) => chunks.push(chunk));
    // A reset is a way to close; what was received before counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      const text = Buffer.concat(chunks).toString('latin1');
      resolve([...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1])));
    });
  });
}

test(`${count} mutated requests: no crash, no hang, no 5xx but 503`, {
  timeout: 60_000 + count * 20,
}, async () => {
  const random = generator(seed);
  const seen = new Map<string, number>();
  let sent = 0;
  const lane = async () => {
    while (sent < count) {
      sent += 1;
      const bytes = mutatedRequest(random);
      const outcome = await exchange(ingest.httpPort, bytes);
      for (const each of outcome === 'hang' ? ['hang'] : outcome)
        seen.set(String(each), (seen.get(String(each)) ?? 0) + 1);
      const bad = outcome === 'hang' || outcome.some((status) => status >= 500 && status !== 503);
      if (bad) expect.fail(`request ${bytes.toString('base64')} -> ${outcome}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  expect(errors).toEqual([]);
  expect(ingest.status().http).toMatchObject({ status: 'ok', restarts: 0 });
  for (const status of ['200', '400', '404', '415']) expect(seen.has(status), status).toBe(true);
  const after = await fetch(`http://127.0.0.1:${ingest.httpPort}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: logsProtobuf(1),
  });
  expect(after.status).toBe(200);
});
