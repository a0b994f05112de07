import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Logger } from '../../../base/log.ts';
import type { DeadLetter } from '../../../model/telemetry/dead-letter.ts';
import type { StoredRows } from './store-table.ts';
import type {
  FromStoring,
  ReplayOutcome,
  StoringCalls,
  StoringOptions,
  StoringStatus,
  ToStoring,
} from './storing-messages.ts';

/** The storing thread as the main thread sees it. */
export interface Storing {
  /**
   * A port for one receiver, to be transferred to its thread and given to `connectSpool`. The port
   * closes when the storing thread stops; ask for another one then.
   */
  connect(): MessagePort;
  /** Rejects with StoringDown while the thread is being restarted. */
  status(): Promise<StoringStatus>;
  listDeadLetters(): Promise<readonly DeadLetter[]>;
  /** Puts a letter back into the spool, and waits up to `waitMs` for what becomes of it. */
  replayDeadLetter(id: string, waitMs?: number): Promise<ReplayOutcome>;
  /** False: there is no such letter. */
  deleteDeadLetter(id: string): Promise<boolean>;
  /** Calls back after each insert. Returns how to stop that. */
  onStored(listener: (stored: StoredRows) => void): () => void;
  /**
   * Takes nothing more, seals the spool, and stores what there is within `deadlineMs`; the thread
   * ends. Returns whether the store has everything; what it has not stays in the spool.
   */
  drain(deadlineMs: number): Promise<boolean>;
}

/** The storing thread has stopped and is being restarted. */
class StoringDown extends Error {
  constructor() {
    super('the storing thread has stopped and is being restarted');
    this.name = 'StoringDown';
  }
}

const restart = { firstMs: 100, mostMs: 5_000, steadyMs: 60_000 };
/** How much longer than its deadline a drain may take before the thread is ended. */
const drainGraceMs = 3_000;
const defaultReplayWaitMs = 10_000;

/**
 * Starts the thread and waits until the spool is open and what an earlier process left there is
 * found. Rejects, with what to do, when the first start fails; later it is restarted for ever.
 */
export function startStoring(
  options: StoringOptions,
  logger: Logger,
  entry: URL = new URL('./storing-worker.ts', import.meta.url),
): Promise<Storing> {
  const thread = new StoringThread(options, logger, entry);
  return thread.start().then(() => thread);
}

class StoringThread implements Storing {
  readonly #options: StoringOptions;
  readonly #logger: Logger;
  readonly #entry: URL;
  readonly #listeners = new Set<(stored: StoredRows) => void>();
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  #worker: Worker | undefined;
  /** Ports that were asked for while no thread was there. */
  #ports: MessagePort[] = [];
  #lastCall = 0;
  #restartMs = restart.firstMs;
  #ending = false;

  constructor(options: StoringOptions, logger: Logger, entry: URL) {
    this.#options = options;
    this.#logger = logger;
    this.#entry = entry;
  }

  start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const worker = new Worker(this.#entry, { workerData: this.#options, name: 'storing' });
    const startedAt = performance.now();
    let ready = false;
    let failure: unknown = new Error('the storing thread ended before it was ready');
    worker.on('message', (message: FromStoring) => {
      if (message.kind === 'ready') {
        ready = true;
        this.#attach(worker);
        resolve();
      } else if (message.kind === 'failed') failure = new Error(message.error);
      else this.#receive(message);
    });
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', (code) => {
      this.#detach(worker);
      if (!ready) return reject(failure);
      if (performance.now() - startedAt > restart.steadyMs) this.#restartMs = restart.firstMs;
      if (!this.#ending) this.#restart(code, failure);
    });
    return promise;
  }

  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    if (this.#worker) this.#post(this.#worker, { kind: 'connect', port: port2 }, [port2]);
    else this.#ports.push(port2);
    return port1;
  }

  status(): Promise<StoringStatus> {
    return this.#call('status');
  }

  listDeadLetters(): Promise<readonly DeadLetter[]> {
    return this.#call('listDeadLetters');
  }

  replayDeadLetter(id: string, waitMs = defaultReplayWaitMs): Promise<ReplayOutcome> {
    return this.#call('replayDeadLetter', id, waitMs);
  }

  deleteDeadLetter(id: string): Promise<boolean> {
    return this.#call('deleteDeadLetter', id);
  }

  onStored(listener: (stored: StoredRows) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async drain(deadlineMs: number): Promise<boolean> {
    this.#ending = true;
    const worker = this.#worker;
    if (!worker) return false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, deadlineMs + drainGraceMs, 'late');
    });
    try {
      const outcome = await Promise.race([this.#call('drain', deadlineMs), late]);
      if (outcome === 'late') this.#logger.error('storing_drain_late', { deadlineMs });
      return outcome === true;
    } finally {
      clearTimeout(timer);
      await worker.terminate();
    }
  }

  #attach(worker: Worker): void {
    this.#worker = worker;
    for (const port of this.#ports.splice(0)) this.#post(worker, { kind: 'connect', port }, [port]);
  }

  #detach(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined;
    for (const call of this.#calls.values()) call.reject(new StoringDown());
    this.#calls.clear();
  }

  #restart(code: number, error: unknown): void {
    const inMs = this.#restartMs;
    this.#restartMs = Math.min(inMs * 2, restart.mostMs);
    this.#logger.error('storing_restarts', { code, error, inMs });
    setTimeout(() => {
      if (this.#ending) return;
      this.start().catch((failure: unknown) => this.#restart(1, failure));
    }, inMs);
  }

  #receive(message: FromStoring): void {
    if (message.kind === 'log') this.#logger[message.level](message.event, message.fields);
    else if (message.kind === 'stored')
      for (const listener of this.#listeners) listener(message.stored);
    else if (message.kind === 'result') {
      this.#calls.get(message.id)?.resolve(message.value);
      this.#calls.delete(message.id);
    } else if (message.kind === 'error') {
      this.#calls.get(message.id)?.reject(new Error(message.message));
      this.#calls.delete(message.id);
    }
  }

  #call<Name extends keyof StoringCalls>(
    name: Name,
    ...args: Parameters<StoringCalls[Name]>
  ): ReturnType<StoringCalls[Name]> {
    const call = Promise.withResolvers<unknown>();
    if (this.#worker) {
      this.#lastCall += 1;
      this.#calls.set(this.#lastCall, call);
      const message = { kind: 'call', id: this.#lastCall, name, args } as ToStoring;
      this.#post(this.#worker, message);
    } else call.reject(new StoringDown());
    return call.promise as ReturnType<StoringCalls[Name]>;
  }

  #post(worker: Worker, message: ToStoring, transfer: MessagePort[] = []): void {
    worker.postMessage(message, transfer);
  }
}
