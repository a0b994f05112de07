import { connect, createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { defaultSupervision } from './ingest-options.ts';
import { listen } from './listening.ts';
import { createRateMemory } from './rate-meter.ts';
import { defaultReceiverLimits } from './receiver-limits.ts';
import { type ReceiverThread, startReceiverThread } from './receiver-thread.ts';
import { openKeys } from './testing/start-receiver.ts';

let threads: ReceiverThread[] = [];
afterEach(async () => {
  await Promise.all(threads.map((thread) => thread.drain(0)));
  threads = [];
});

const events: string[] = [];
const log = (event: string) => void events.push(event);

async function start(port = 0, host = '127.0.0.1'): Promise<ReceiverThread> {
  const thread = await startReceiverThread({
    kind: 'http',
    entry: new URL('./testing/broken-worker.ts', import.meta.url),
    address: { host, port },
    start: {
      limits: defaultReceiverLimits,
      decode: {
        retentionMs: { logs: 0, traces: 0, metrics: 0, sessions: 0 },
        severityInference: false,
        jsonBodyExpansion: false,
      },
      allowedHosts: [],
      rateMemory: createRateMemory(),
    },
    supervision: { ...defaultSupervision, firstRestartMs: 50, hangTimeoutMs: 400 },
    connectSpool: () => new MessageChannel().port1,
    keys: () => ({ snapshot: openKeys, slots: new Map() }),
    onTally: () => undefined,
    logger: { debug: log, info: log, warn: log, error: log },
  });
  threads.push(thread);
  return thread;
}

const say = (port: number, word: string) =>
  new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(word));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });

const until = async (done: () => boolean) => {
  while (!done()) await pause(5);
};

test('a thread that crashes, ends or hangs is started again on the same port', async () => {
  const thread = await start();
  const { port } = thread;
  const check = async (word: string, restarts: number, detail: RegExp) => {
    expect(thread.status()).toMatchObject({ status: 'ok', port, restarts: restarts - 1 });
    await say(port, word);
    await until(() => thread.status().status !== 'ok');
    expect(thread.status().detail).toMatch(detail);
    await until(() => thread.status().status === 'ok');
    expect(thread.status()).toMatchObject({ port, restarts });
  };
  await check('crash', 1, /crashed on purpose.*started again in 50 ms/);
  await check('exit', 2, /started again in 100 ms/);
  await check('hang', 3, /started again in 200 ms/);
  expect(events).toContain('receiver_failed');
  expect(events).toContain('receiver_hung');
  expect(events.filter((event) => event === 'receiver_restarted')).toHaveLength(3);
});

test('a thread that cannot listen is started again until it can', async () => {
  const thread = await start();
  const { port } = thread;
  let squatter: Server | undefined;
  const squat = async () => {
    const server = createServer();
    await listen(server, { host: '127.0.0.1', port });
    squatter = server;
  };
  await say(port, 'exit');
  await squat();
  await until(() => /used by another program/.test(thread.status().detail ?? ''));
  expect(thread.status().status).toBe('unavailable');
  squatter?.close();
  await until(() => thread.status().status === 'ok');
});
