import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DemoTarget } from './instrumentation.ts';
import { type Listening, type Peers, request, type Start } from './service.ts';
import { type ServiceName, serviceNames } from './shop.ts';

/** What `castellan demo` is asked to do. */
export interface DemoOptions extends DemoTarget {
  /** Visits of the shop a second. */
  readonly visitsPerSecond: number;
  /** Ends the demo. */
  readonly signal: AbortSignal;
  /** Called about once a second. */
  readonly onProgress: (progress: DemoProgress) => void;
}

export interface DemoProgress {
  readonly visits: number;
  readonly orders: number;
  readonly failed: number;
}

/** The demo cannot run: says what to do. */
class DemoError extends Error {
  override name = 'DemoError';
}

/**
 * Runs a small shop of five services, each a process with the official OpenTelemetry SDK, and its
 * customers, until `signal`. Resolves when every service has sent what it had.
 */
export async function startDemo(options: DemoOptions): Promise<DemoProgress> {
  await assertReceiver(options);
  const children = serviceNames.map(() =>
    fork(fileURLToPath(new URL('./service.ts', import.meta.url)), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }),
  );
  const failed = new AbortController();
  for (const [i, child] of children.entries())
    child.once('exit', (code) => {
      if (!options.signal.aborted)
        failed.abort(
          new DemoError(`the service ${serviceNames[i]} ended by itself (code ${code})`),
        );
    });
  try {
    const ended = AbortSignal.any([options.signal, failed.signal]);
    const ports = await listen(children, options, ended);
    return ports ? await visit(ports, options, ended) : { visits: 0, orders: 0, failed: 0 };
  } finally {
    await Promise.all(children.map(end));
    failed.signal.throwIfAborted();
  }
}

/** Undefined when the demo was ended before all services listened. */
async function listen(
  children: ChildProcess[],
  target: DemoTarget,
  ended: AbortSignal,
): Promise<Peers['ports'] | undefined> {
  const { endpoint, key, metricIntervalMs } = target;
  const listening = children.map(async (child, i) => {
    const start: Start = {
      service: serviceNames[i] as ServiceName,
      target: { endpoint, key, metricIntervalMs },
    };
    child.send(start);
    const [message] = (await once(child, 'message', { signal: ended })) as [Listening];
    return [message.service, message.port] as const;
  });
  const all = await Promise.all(listening).catch((error: unknown) => {
    if (ended.aborted) return undefined;
    throw error;
  });
  if (!all) return undefined;
  const ports: Peers['ports'] = Object.fromEntries(all);
  for (const child of children) child.send({ ports } satisfies Peers);
  return ports;
}

async function visit(
  ports: Peers['ports'],
  options: DemoOptions,
  signal: AbortSignal,
): Promise<DemoProgress> {
  const counts = { visits: 0, orders: 0, failed: 0 };
  const ticker = setInterval(() => options.onProgress({ ...counts }), 1_000);
  try {
    while (!signal.aborted) {
      const order = Math.random() < 0.4;
      const path = order ? '/order' : `/products/${Math.floor(Math.random() * 8)}`;
      const user = `user-${Math.floor(Math.random() * 40)}`;
      counts.visits += 1;
      if (order) counts.orders += 1;
      // Customers do not wait for each other.
      request(http, ports.storefront ?? 0, path, { user }).then(
        (reply) => {
          if (reply.status >= 400) counts.failed += 1;
        },
        () => {
          counts.failed += 1;
        },
      );
      const pauseMs = (1_000 / options.visitsPerSecond) * -Math.log(1 - Math.random());
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    clearInterval(ticker);
  }
  return counts;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  const forced = setTimeout(() => child.kill('SIGKILL'), 8_000);
  await exited;
  clearTimeout(forced);
}

/** An empty request tells at once what a service would only log later. */
async function assertReceiver(target: DemoTarget): Promise<void> {
  const url = new URL('v1/logs', target.endpoint);
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      ...(target.key ? { authorization: `Bearer ${target.key}` } : {}),
    },
    body: new Uint8Array(0),
    signal: AbortSignal.timeout(5_000),
  }).catch((cause: unknown) => {
    throw new DemoError(
      `nothing answers at ${url.origin}: start Castellan with "castellan up", or name another receiver with --endpoint`,
      { cause },
    );
  });
  if (response.status === 401)
    throw new DemoError(
      `${url.origin} asks for an ingestion key: make one with "castellan keys create demo" and pass it as --key`,
    );
  if (!response.ok)
    throw new DemoError(`${url.origin} answered ${response.status} to an empty request`);
}
