import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEngine } from '../../adapters/clickhouse/index.ts';
import type { IngestionKey } from '../../model/access/access-api.ts';
import type { ReadyData, StatusData } from '../../model/api/operation-api.ts';
import { resolveCastellanConfig } from '../../model/config/castellan-config.ts';
import { type StartedServer, startServer } from './start.ts';
import { StartError } from './start-error.ts';
import { collectLog } from './testing/test-server.ts';

let dataDir: string;
let server: StartedServer | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'castellan-start-'));
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}) {
  const resolved = resolveCastellanConfig({
    flags: [],
    env: {
      CASTELLAN_DATA_DIR: dataDir,
      CASTELLAN_HOST: '127.0.0.1',
      PORT: '0',
      OTLP_HTTP_PORT: '0',
      OTLP_GRPC_PORT: '0',
      DISK_MIN_FREE_BYTES: '0',
      ...env,
    },
  });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.error));
  const log = collectLog();
  server = await startServer(resolved.value.values, { version: '1.2.3', log });
  const { ports } = server;
  const call = async <T>(method: string, path: string, body?: object, headers = {}) => {
    const response = await fetch(`http://127.0.0.1:${ports.http}${path}`, {
      method,
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return { status: response.status, data: (isJson ? JSON.parse(text).data : text) as T };
  };
  const send = async (body: string, key?: string) => {
    const response = await fetch(`http://127.0.0.1:${ports.otlpHttp}/v1/logs`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key ? { authorization: `Bearer ${key}` } : {}),
      },
      body: JSON.stringify({
        resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: body } }] }] }],
      }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  return { server, log, call, send, ports };
}

async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    await sleep(50);
  }
}

test('everything together: keys, search, status, metrics, the published engine, a restart', async () => {
  const first = await start({ CASTELLAN_PASSWORD: 'secret', CASTELLAN_CLICKHOUSE_PORT: '0' });
  const page = `http://127.0.0.1:${first.ports.http}`;
  const login = await fetch(`${page}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: page },
    body: JSON.stringify({ password: 'secret' }),
  });
  const cookie = login.headers.getSetCookie()[0]!.split(';')[0]!;
  const token = (
    await first.call<{ secret: string }>(
      'POST',
      '/api/v1/tokens',
      { name: 't' },
      { cookie, origin: page },
    )
  ).data.secret;
  const auth = { authorization: `Bearer ${token}` };
  const made = await first.call<{ key: IngestionKey; secret: string }>(
    'POST',
    '/api/v1/keys',
    { name: 'k' },
    auth,
  );
  const { key, secret } = made.data;
  await eventually(
    () => first.call<ReadyData>('GET', '/api/v1/ready'),
    ({ status }) => status === 200,
  );
  expect([await first.send('no key'), await first.send('bad key', 'cik_x')]).toEqual([401, 401]);
  expect(await first.send('hello', secret)).toBe(200);
  const found = await eventually(
    () => first.call<{ rows: { Body: string }[] }>('POST', '/api/v1/search', {}, auth),
    ({ data }) => data.rows.length > 0,
  );
  expect(found.data.rows.map((row) => row.Body)).toEqual(['hello']);
  const keys = await eventually(
    () => first.call<{ keys: IngestionKey[] }>('GET', '/api/v1/keys', undefined, auth),
    ({ data }) => data.keys[0]!.counters.records === 1,
  );
  expect(keys.data.keys[0]).toMatchObject({
    counters: { requests: 1, records: 1 },
    lastUsedAt: expect.any(String),
  });

  const { data: status } = await first.call<StatusData>('GET', '/api/v1/status', undefined, auth);
  expect(status).toMatchObject({
    mode: 'password',
    receivers: { otlpHttp: { status: 'ok', records: 1, refusals: { unauthenticated: 2 } } },
    spool: { bytes: expect.any(Number) },
    store: {
      kind: 'embedded',
      status: 'ok',
      tables: expect.arrayContaining([expect.objectContaining({ table: 'otel_logs', rows: 1 })]),
    },
    refusals: { unauthenticated: 2 },
  });
  const metrics = await first.call<string>('GET', '/metrics', undefined, auth);
  const checked = spawnSync('promtool', ['check', 'metrics'], {
    input: metrics.data,
    encoding: 'utf8',
  });
  expect([checked.status, checked.stdout + checked.stderr]).toEqual([0, '']);
  expect(metrics.data).toContain('castellan_otlp_records_total{receiver="http"} 1');
  expect(metrics.data).toContain(
    'castellan_otlp_refused_requests_total{reason="unauthenticated",receiver="http"} 2',
  );

  const published = (password: string) =>
    fetch(`http://127.0.0.1:${first.ports.clickhouse}/?query=SELECT+count()+FROM+otel_logs`, {
      headers: { authorization: `Basic ${btoa(`castellan:${password}`)}` },
    }).then((response) => response.text());
  expect(await published(token)).toBe('1\n');
  expect(await published('secret')).toMatch(/AUTHENTICATION_FAILED/);

  await first.call('DELETE', `/api/v1/keys/${key.id}`, undefined, auth);
  await eventually(
    () => first.send('revoked', secret),
    (code) => code === 401,
  );
  expect(first.log.lines.find(([, event]) => event === 'startup_summary')?.[2]).toMatchObject({
    version: '1.2.3',
    port: first.ports.http,
    otlpHttpPort: first.ports.otlpHttp,
    otlpGrpcPort: first.ports.otlpGrpc,
    mode: 'password',
    store: 'embedded',
    dataDir,
  });
  expect(JSON.stringify(first.log.lines)).not.toMatch(/cst_[\w-]{40}|cik_[\w-]{40}/);
  await first.server.stop();

  const second = await start({ CASTELLAN_PASSWORD: 'changed' });
  const again = await eventually(
    () =>
      second.call<{ rows: unknown[] }>(
        'POST',
        '/api/v1/search',
        { from: '2020-01-01T00:00:00Z' },
        auth,
      ),
    (answer) => answer.status !== 503,
  );
  expect(again.data.rows).toHaveLength(1);
  expect((await second.call('GET', '/api/v1/keys', undefined, { cookie })).status).toBe(401);
});

test('a start that fails says why, and leaves nothing running', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  const check = async (env: Record<string, string>, kind: StartError['kind'], message: RegExp) => {
    const error = await start(env).catch((failed: unknown) => failed);
    expect(error).toBeInstanceOf(StartError);
    expect([(error as StartError).kind, (error as Error).message]).toEqual([
      kind,
      expect.stringMatching(message),
    ]);
  };
  await check(
    { PORT: `${port}` },
    'address',
    /page cannot listen on 127\.0\.0\.1:\d+: another program does\. Stop it, or set PORT/,
  );
  await check({ OTLP_HTTP_PORT: `${port}` }, 'address', /OTLP_HTTP_PORT/);
  await check({ CASTELLAN_HOST: '192.0.2.1' }, 'address', /no such address\. Set CASTELLAN_HOST/);
  await check(
    { CASTELLAN_STORE_URL: 'http://u:hunter2@h:9000' },
    'settings',
    /^CASTELLAN_STORE_URL: port 9000(?!.*hunter2)/,
  );
  blocker.close();
  const running = execFileSync('ps', ['-eo', 'args']).toString();
  expect(running).not.toContain(dataDir);
});

/** Lets connections through to `target`, once there is one. */
class Door {
  #server: Server = createServer();
  readonly #sockets = new Set<Socket>();
  port = 0;
  target: number | undefined;

  async open(): Promise<void> {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      if (this.target === undefined) return void socket.destroy();
      const upstream = connect(this.target, '127.0.0.1');
      upstream.on('error', () => socket.destroy());
      socket.on('close', () => upstream.destroy());
      upstream.on('close', () => socket.destroy());
      socket.pipe(upstream).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

test('a store that is away: the server starts, says so, takes data, and stores it later', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'castellan-elsewhere-'));
  const engine = await startEngine({
    dataDir: elsewhere,
    database: 'castellan',
    logger: collectLog(),
  });
  const door = new Door();
  await door.open();
  const { username, password, url } = engine.connection;
  const running = await start({
    CASTELLAN_STORE_URL: `http://${username}:${password}@127.0.0.1:${door.port}/`,
  });
  const ready = () => running.call<ReadyData>('GET', '/api/v1/ready');
  const away = await eventually(ready, ({ data }) => data.parts.store.status === 'unavailable');
  expect(away.status).toBe(503);
  expect(away.data.parts.store.detail).toMatch(/schema cannot be brought up to date: /);
  expect(away.data.parts.otlpHttp.status).toBe('ok');
  expect(await running.send('kept meanwhile')).toBe(200);
  const refused = await running.call('POST', '/api/v1/search', {});
  expect(refused.status).toBe(503);
  expect((await running.call<StatusData>('GET', '/api/v1/status')).data.spool?.rows).toBe(1);

  door.target = Number(new URL(url).port);
  await eventually(ready, ({ status }) => status === 200);
  await eventually(
    () => running.call<{ rows: unknown[] }>('POST', '/api/v1/search', { where: 'kept' }),
    ({ status, data }) => status === 200 && data.rows.length === 1,
  );
  await running.server.stop();
  server = undefined;
  door.close();
  await engine.stop();
  rmSync(elsewhere, { recursive: true, force: true });
});
