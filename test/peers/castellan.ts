import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '../..');

/** Castellan as people run it: the command, in a process of its own, on loopback. */
export interface Castellan {
  readonly url: string;
  readonly otlpHttp: string;
  readonly otlpGrpc: string;
  readonly process: ChildProcess;
  /** What it wrote to its log so far. */
  log(): string;
  /** Calls the API and unwraps the envelope; throws with the error's message. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Ends it as an orchestrator would, and waits. */
  stop(): Promise<number | null>;
  /** Ends it as a crash would, and waits. */
  kill(): Promise<void>;
}

export interface Ports {
  readonly page: number;
  readonly http: number;
  readonly grpc: number;
}

/** Three ports that are free now; fixed, so that a restart is found at the same place. */
export async function freePorts(): Promise<Ports> {
  const servers = [0, 1, 2].map(() => createServer().listen(0, '127.0.0.1'));
  const ports = await Promise.all(
    servers.map(async (server) => {
      await once(server, 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no TCP address');
      return address.port;
    }),
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return { page: ports[0]!, http: ports[1]!, grpc: ports[2]! };
}

/** Starts `castellan up` and waits until it is ready (or, with `ready: false`, only listening). */
export async function startCastellan(options: {
  dataDir: string;
  ports?: Ports;
  env?: Record<string, string>;
  ready?: boolean;
}): Promise<Castellan> {
  const ports = options.ports ?? (await freePorts());
  const child = spawn(process.execPath, [resolve(root, 'src/apps/cli/castellan.ts'), 'up'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CASTELLAN_DATA_DIR: options.dataDir,
      CASTELLAN_HOST: '127.0.0.1',
      PORT: String(ports.page),
      OTLP_HTTP_PORT: String(ports.http),
      OTLP_GRPC_PORT: String(ports.grpc),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-200_000);
    });
  const url = `http://127.0.0.1:${ports.page}`;
  const castellan: Castellan = {
    url,
    otlpHttp: `http://127.0.0.1:${ports.http}`,
    otlpGrpc: `http://127.0.0.1:${ports.grpc}`,
    process: child,
    log: () => log,
    api: (method, path, body) => callApi(url, method, path, body),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      return child.exitCode;
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
  try {
    await waitFor(castellan, options.ready === false ? '/api/v1/health' : '/api/v1/ready');
  } catch (error) {
    await castellan.stop();
    throw error;
  }
  return castellan;
}

async function waitFor(castellan: Castellan, path: string): Promise<void> {
  const giveUp = Date.now() + 180_000;
  for (;;) {
    const { exitCode, signalCode } = castellan.process;
    if (exitCode !== null || signalCode !== null || Date.now() > giveUp)
      throw new Error(
        `castellan did not come up (exit ${exitCode ?? signalCode}):\n${castellan.log()}`,
      );
    const response = await fetch(castellan.url + path).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await sleep(50);
  }
}

async function callApi<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { data: T; error: { message: string } | null };
  if (answer.error)
    throw new Error(`${method} ${path}: ${response.status} ${answer.error.message}`);
  return answer.data;
}

/** Repeats until the condition holds; fails after `timeoutMs` with the last value. */
export async function eventually<T>(
  read: () => Promise<T> | T,
  holds: (value: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const giveUp = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > giveUp)
      throw new Error(`still ${JSON.stringify(value)} after ${timeoutMs} ms`);
    await sleep(100);
  }
}
