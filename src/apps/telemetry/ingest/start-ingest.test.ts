import { hash } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Metadata } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import type { KeySnapshot } from '../../../model/access/key-snapshot.ts';
import type { Ingest, IngestOptions, KeyUse } from './ingest-options.ts';
import { listen } from './listening.ts';
import { startIngest } from './start-ingest.ts';
import { call, exportPath, grpcClient } from './testing/grpc-client.ts';
import { type RealSpool, startRealSpool } from './testing/real-spool.ts';
import { logsProtobuf } from './testing/requests.ts';
import { openKeys } from './testing/start-receiver.ts';

let closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  closers = [];
});

const events: string[] = [];
const log = (event: string) => void events.push(event);

async function start(
  changed: Partial<IngestOptions> = {},
): Promise<{ ingest: Ingest; real: RealSpool }> {
  const real = await startRealSpool();
  closers.push(() => real.close());
  const ingest = await startIngest({
    host: '127.0.0.1',
    httpPort: 0,
    grpcPort: 0,
    connectSpool: real.connect,
    keys: openKeys,
    allowedHosts: [],
    decode: {
      retentionMs: { logs: 0, traces: 0, metrics: 0, sessions: 0 },
      severityInference: false,
      jsonBodyExpansion: false,
    },
    logger: { debug: log, info: log, warn: log, error: log },
    ...changed,
  });
  closers.push(() => ingest.drain(2_000));
  return { ingest, real };
}

const post = (ingest: Ingest, body: Uint8Array<ArrayBuffer>, authorization = '') =>
  fetch(`http://127.0.0.1:${ingest.httpPort}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', authorization },
    body,
  });

const until = async (done: () => boolean) => {
  while (!done()) await pause(5);
};

const keysOf = (secret: string, more = {}): KeySnapshot => ({
  required: true,
  keys: [
    {
      id: 'shop',
      name: 'shop',
      secrets: [{ sha256: hash('sha256', secret), untilMs: null }],
      recordsPerSecond: null,
      bytesPerSecond: null,
      ...more,
    },
  ],
});

test('both receivers put requests on disk, each from its own thread', async () => {
  const { ingest, real } = await start();
  const client = grpcClient(ingest.grpcPort);
  closers.push(() => client.close());
  expect((await post(ingest, logsProtobuf(3))).status).toBe(200);
  expect(await call(client, exportPath('logs'), logsProtobuf(4), new Metadata())).toHaveLength(0);
  expect(real.spool.status()).toMatchObject({ rows: 7, kept: 2 });
  await until(() => real.spool.status().unanswered === 0);
  await until(() => ingest.status().grpc.totals.records === 4);
  await until(() => ingest.status().http.totals.records === 3);
  expect(ingest.status().http).toMatchObject({
    status: 'ok',
    port: ingest.httpPort,
    restarts: 0,
    totals: { requests: 1, records: 3, refusals: {} },
  });
});

test('keys change while it runs, and their use is told', async () => {
  const { ingest } = await start({ keys: keysOf('first') });
  const uses: KeyUse[] = [];
  ingest.onKeyUse((more) => uses.push(...more));
  expect((await post(ingest, logsProtobuf(2), 'Bearer first')).status).toBe(200);
  ingest.updateKeys(keysOf('second'));
  await until(() => uses.length === 1);
  expect(uses[0]).toMatchObject({ keyId: 'shop', requests: 1, records: 2, refused: 0 });
  expect(uses[0]?.lastUsedMs).toBeGreaterThan(0);
  expect((await post(ingest, logsProtobuf(2), 'Bearer first')).status).toBe(401);
  expect((await post(ingest, logsProtobuf(2), 'Bearer second')).status).toBe(200);
  await until(() => ingest.status().http.totals.refusals.unauthenticated === 1);
  expect(events).toContain('telemetry_refused');
  expect(ingest.status().http.totals.refusals).toEqual({ unauthenticated: 1 });
});

test('the rate of a key counts over both receivers', async () => {
  const { ingest } = await start({ keys: keysOf('k', { recordsPerSecond: 10 }) });
  const client = grpcClient(ingest.grpcPort);
  closers.push(() => client.close());
  expect((await post(ingest, logsProtobuf(500), 'k')).status).toBe(200);
  const metadata = new Metadata();
  metadata.set('authorization', 'k');
  const refused = await call(client, exportPath('logs'), logsProtobuf(1), metadata);
  expect(refused).toMatchObject({ code: 8, details: expect.stringMatching('10 records a second') });
});

test('a spool that goes away is connected to again', async () => {
  const { ingest, real } = await start();
  expect((await post(ingest, logsProtobuf(1))).status).toBe(200);
  real.disconnect();
  const statuses = new Set<number>();
  await expect
    .poll(async () => {
      const { status } = await post(ingest, logsProtobuf(1, String(Math.random())));
      statuses.add(status);
      return status;
    })
    .toBe(200);
  expect([...statuses].every((status) => status === 200 || status === 503)).toBe(true);
});

test('what cannot start says which setting to change, and leaves nothing running', async () => {
  const squatter = createServer();
  const taken = await listen(squatter, { host: '127.0.0.1', port: 0 });
  closers.push(() => squatter.close());
  const check = async (changed: Partial<IngestOptions>, setting: string, says: RegExp) => {
    await expect(start(changed)).rejects.toMatchObject({
      name: 'IngestStartError',
      setting,
      message: expect.stringMatching(says),
    });
  };
  await check({ httpPort: taken }, 'OTLP_HTTP_PORT', /used by another program/);
  await check({ grpcPort: taken }, 'OTLP_GRPC_PORT', /set OTLP_GRPC_PORT/);
  await check({ host: '203.0.113.7' }, 'CASTELLAN_HOST', /not an address of this machine/);
  await check({ host: 'nowhere.invalid' }, 'CASTELLAN_HOST', /cannot be resolved/);
  await check({ limits: { maxBytesInFlight: 1 } }, 'maxBytesInFlight', /at least maxBodyBytes/);
});

test('drains: what is in flight is answered, then both threads end', async () => {
  const { ingest, real } = await start();
  const posting = Array.from({ length: 20 }, (_, i) => post(ingest, logsProtobuf(200, `r${i}`)));
  await Promise.race(posting);
  await ingest.drain(5_000);
  const settled = await Promise.allSettled(posting);
  const statuses = settled.map((each) => (each.status === 'fulfilled' ? each.value.status : 0));
  const taken = statuses.filter((status) => status === 200).length;
  expect(real.spool.status().rows).toBeGreaterThanOrEqual(taken * 200);
  await expect(post(ingest, logsProtobuf(1))).rejects.toThrow();
  expect(ingest.status().http).toMatchObject({ status: 'unavailable' });
});
