import { type MessagePort, Worker } from 'node:worker_threads';
import type { Logger } from '../../../base/log.ts';
import { addTally, emptyTally, type Tally } from './counters.ts';
import type { ReceiverKind, ReceiverStatus, Supervision } from './ingest-options.ts';
import type { SlottedKeys } from './key-ring.ts';
import type { ReceiverAddress } from './receiver.ts';
import { describeStartFailure } from './start-failure.ts';
import type { FromWorker, ToWorker, WorkerStart } from './worker-protocol.ts';

/** What one supervised receiver thread is made of. */
export interface ThreadOptions {
  readonly kind: ReceiverKind;
  /** The file that the thread runs; `receiverEntries` has them. */
  readonly entry: URL;
  /** Everything for the thread but what changes from start to start. */
  readonly start: Omit<WorkerStart, 'address' | 'keys' | 'spoolPort'>;
  readonly address: ReceiverAddress;
  readonly supervision: Supervision;
  readonly connectSpool: () => MessagePort;
  /** The keys of this moment. */
  readonly keys: () => SlottedKeys;
  readonly onTally: (tally: Tally) => void;
  readonly logger: Logger;
}

/** A receiver in a thread of its own that is started again when it dies. */
export interface ReceiverThread {
  readonly port: number;
  status(): ReceiverStatus;
  sendKeys(keys: SlottedKeys): void;
  drain(deadlineMs: number): Promise<void>;
}

/** What the threads of the receivers run. */
export const receiverEntries: Readonly<Record<ReceiverKind, URL>> = {
  http: new URL('./http-worker.ts', import.meta.url),
  grpc: new URL('./grpc-worker.ts', import.meta.url),
};
const mebibyte = 1_048_576;
/** How much longer than its deadline a draining thread may live. */
const drainGraceMs = 1_000;

/** The state of one supervised thread. */
interface Supervised {
  readonly options: ThreadOptions;
  readonly totals: Tally;
  worker: Worker | undefined;
  port: number;
  phase: 'starting' | 'listening' | 'waiting' | 'draining';
  detail: string | undefined;
  load: ReceiverStatus['load'];
  restarts: number;
  crashesInRow: number;
  startedAtMs: number;
  lastHeardMs: number;
}

const now = () => performance.now();
const idle: ReceiverStatus['load'] = { requests: 0, connections: 0 };

/** Starts the thread. Rejects with an IngestStartError where it cannot listen. */
export async function startReceiverThread(options: ThreadOptions): Promise<ReceiverThread> {
  const thread: Supervised = {
    options,
    totals: emptyTally(),
    worker: undefined,
    port: options.address.port,
    phase: 'starting',
    detail: undefined,
    load: idle,
    restarts: 0,
    crashesInRow: 0,
    startedAtMs: now(),
    lastHeardMs: now(),
  };
  await launch(thread);
  const { hangTimeoutMs } = options.supervision;
  const watching = setInterval(() => endIfHung(thread), hangTimeoutMs / 4);
  watching.unref();
  return {
    port: thread.port,
    status: () => statusOf(thread),
    sendKeys: (keys) => send(thread, { kind: 'keys', keys }),
    async drain(deadlineMs) {
      clearInterval(watching);
      await drain(thread, deadlineMs);
    },
  };
}

/** Starts a worker; resolves when it listens. */
function launch(thread: Supervised): Promise<void> {
  const { options } = thread;
  const address = { host: options.address.host, port: thread.port };
  const spoolPort = options.connectSpool();
  const workerData: WorkerStart = { ...options.start, address, keys: options.keys(), spoolPort };
  const worker = new Worker(options.entry, {
    name: `otlp-${options.kind}`,
    workerData,
    transferList: [spoolPort],
    resourceLimits: { maxOldGenerationSizeMb: options.start.limits.heapMaxBytes / mebibyte },
  });
  thread.worker = worker;
  thread.phase = 'starting';
  thread.startedAtMs = now();
  thread.lastHeardMs = now();
  const listening = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    listening.reject(startFailure(thread, undefined, 'it did not answer in time'));
    void worker.terminate();
  }, options.supervision.startTimeoutMs);
  worker.on('message', (message: FromWorker) => {
    thread.lastHeardMs = now();
    if (message.kind === 'listening') {
      thread.port = message.port;
      thread.phase = 'listening';
      thread.detail = undefined;
      listening.resolve();
    } else if (message.kind === 'failed') {
      listening.reject(startFailure(thread, message.code, message.message));
      void worker.terminate();
    } else hear(thread, message);
  });
  let cause: unknown;
  worker.on('error', (error) => {
    cause = error;
  });
  worker.on('exit', () => {
    clearTimeout(timer);
    const wasListening = thread.phase === 'listening';
    listening.reject(startFailure(thread, undefined, describe(cause)));
    if (thread.worker === worker) thread.worker = undefined;
    if (wasListening) crashed(thread, cause);
  });
  return listening.promise.finally(() => clearTimeout(timer));
}

const describe = (cause: unknown): string =>
  cause instanceof Error ? cause.message : 'its thread ended';

const startFailure = (thread: Supervised, code: string | undefined, message: string) =>
  describeStartFailure(
    thread.options.kind,
    { host: thread.options.address.host, port: thread.port },
    code,
    message,
  );

function hear(thread: Supervised, message: FromWorker): void {
  const { options } = thread;
  switch (message.kind) {
    case 'report':
      thread.load = message.load;
      addTally(thread.totals, message.tally);
      options.onTally(message.tally);
      break;
    case 'log':
      options.logger[message.level](message.event, message.fields);
      break;
    case 'spool_lost':
      if (thread.phase === 'listening') {
        const port = options.connectSpool();
        send(thread, { kind: 'spool', port }, [port]);
      }
      break;
    case 'drained':
      void thread.worker?.terminate();
      break;
  }
}

function send(thread: Supervised, message: ToWorker, transfer: readonly MessagePort[] = []): void {
  thread.worker?.postMessage(message, transfer);
}

/** The thread died while it served: it is started again on the same port, after a while. */
function crashed(thread: Supervised, cause: unknown): void {
  const { supervision, logger, kind } = thread.options;
  const ranMs = now() - thread.startedAtMs;
  thread.crashesInRow = ranMs >= supervision.stableAfterMs ? 1 : thread.crashesInRow + 1;
  const waitMs = Math.min(
    supervision.maxRestartMs,
    supervision.firstRestartMs * 2 ** Math.min(thread.crashesInRow - 1, 20),
  );
  thread.phase = 'waiting';
  thread.load = idle;
  thread.detail = `The receiver failed (${describe(cause)}) and is started again in ${waitMs} ms.`;
  logger.error('receiver_failed', { receiver: kind, error: cause, restartInMs: waitMs });
  setTimeout(() => restart(thread), waitMs);
}

function restart(thread: Supervised): void {
  if (thread.phase !== 'waiting') return;
  thread.restarts += 1;
  launch(thread).then(
    () => thread.options.logger.info('receiver_restarted', { receiver: thread.options.kind }),
    (error: unknown) => {
      if (thread.phase !== 'draining') crashed(thread, error);
    },
  );
}

function endIfHung(thread: Supervised): void {
  const silentMs = now() - thread.lastHeardMs;
  if (thread.phase !== 'listening' || silentMs < thread.options.supervision.hangTimeoutMs) return;
  thread.options.logger.error('receiver_hung', { receiver: thread.options.kind, silentMs });
  void thread.worker?.terminate();
}

function statusOf(thread: Supervised): ReceiverStatus {
  const { port, restarts, load, totals, detail, phase } = thread;
  const common = { port, restarts, load, totals: structuredClone(totals) };
  if (phase === 'listening') return { status: 'ok', ...common };
  if (phase === 'draining')
    return { status: 'unavailable', detail: 'The receiver is stopping.', ...common };
  return {
    status: phase === 'waiting' ? 'unavailable' : 'starting',
    detail: detail ?? 'The receiver is starting.',
    ...common,
  };
}

async function drain(thread: Supervised, deadlineMs: number): Promise<void> {
  const { worker } = thread;
  thread.phase = 'draining';
  if (!worker) return;
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  send(thread, { kind: 'drain', deadlineMs });
  const timer = setTimeout(() => void worker.terminate(), deadlineMs + drainGraceMs);
  await ended;
  clearTimeout(timer);
}
