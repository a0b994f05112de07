import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../../base/log.ts';
import type { EmbeddedConnection } from '../store-connection.ts';
import { type ChildMessage, frontUser, type ParentMessage } from './engine-messages.ts';
import { removeMemoryFolder } from './memory-folder.ts';

export interface EngineOptions {
  /** The engine keeps its files in `engine/` below this folder, and reads segments below it. */
  readonly dataDir: string;
  /** Created when it does not exist; the default database of every request. */
  readonly database: string;
  readonly logger: Logger;
  /** Statements that run at a time; more wait. Default 8. */
  readonly maxConcurrentQueries?: number;
  /** Largest body of a request after decompression. Default 4 GiB. */
  readonly maxBodyBytes?: number;
  /** Bodies up to this size go through shared memory, where there is room. Default 8 MiB. */
  readonly memoryBodyBytes?: number;
  /** How long a start may take before the child is killed and started anew. Default 60 s. */
  readonly startTimeoutMs?: number;
  /**
   * How long the first start waits for a folder that another process holds: the engine of a
   * predecessor that was killed may still be ending. Default 10 s.
   */
  readonly folderWaitMs?: number;
}

export type EngineStatus =
  | { readonly state: 'starting' }
  | { readonly state: 'running'; readonly pid: number; readonly version: string }
  /** It died, or did not start; `detail` says why and what to do. It is started again. */
  | { readonly state: 'down'; readonly detail: string }
  | { readonly state: 'stopped' };

export interface Engine {
  readonly connection: EmbeddedConnection;
  status(): EngineStatus;
  /** Calls back on each change of status; returns how to stop listening. */
  onState(listener: (status: EngineStatus) => void): () => void;
  /** Lets running statements finish until the deadline, stops those left, ends the child. */
  stop(deadlineMs?: number): Promise<void>;
}

/** Waits between restarts: short at first, as a crash usually does not repeat; 10 s at most. */
const restartDelaysMs = [100, 250, 500, 1_000, 2_000, 5_000, 10_000];
/** After running this long the next crash counts as the first again. */
const stableAfterMs = 60_000;
/** What the engine writes before it gives up: CANNOT_OPEN_FILE (76) of its lock. */
const folderInUse = /Cannot lock file|Another server instance|code: 76\b/i;
/** Threads of libuv's pool beside those that statements occupy: files, compression, KILL. */
const sparePoolThreads = 6;

/**
 * Starts the embedded engine: a child process that speaks ClickHouse's HTTP interface on loopback.
 * Resolves when it answers. Rejects with what to do when the folder cannot be used; later crashes
 * are repaired by restarting it, on the same port and with the same token.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  await prepareFolder(options.dataDir);
  const supervisor = new Supervisor({ ...options, dataDir: await realpath(options.dataDir) });
  await supervisor.first();
  return supervisor;
}

async function prepareFolder(dataDir: string): Promise<void> {
  const engineDir = join(dataDir, 'engine');
  // file() reads these as patterns and archives.
  if (/[*?{}'"\\\n]|::/.test(dataDir))
    throw new Error(
      `the data folder ${dataDir} has one of * ? { } ' " \\ :: in its path, which the engine cannot read; choose another`,
    );
  try {
    await mkdir(engineDir, { recursive: true, mode: 0o700 });
    await access(engineDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === 'ENOSPC'
        ? 'its disk is full; free some space'
        : code === 'EROFS'
          ? 'its disk is mounted read-only'
          : 'this user may not write there; change its owner or its rights';
    throw new Error(`the data folder ${dataDir} cannot be used (${code}): ${why}`, { cause });
  }
}

class Supervisor implements Engine {
  readonly #options: EngineOptions;
  readonly #token = randomBytes(32).toString('hex');
  readonly #listeners = new Set<(status: EngineStatus) => void>();
  #status: EngineStatus = { state: 'starting' };
  #child: ChildProcess | undefined;
  #port = 0;
  #crashes = 0;
  #startedAtMs = 0;
  #stderr = '';
  #stopping = false;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  get connection(): EmbeddedConnection {
    return {
      kind: 'embedded',
      url: `http://127.0.0.1:${this.#port}`,
      username: frontUser,
      password: this.#token,
      database: this.#options.database,
    };
  }

  async first(): Promise<void> {
    const until = Date.now() + (this.#options.folderWaitMs ?? 10_000);
    for (;;) {
      try {
        return await this.#launch();
      } catch (error) {
        if (!folderInUse.test(this.#stderr) || Date.now() >= until) throw error;
        await pause(200);
      }
    }
  }

  status(): EngineStatus {
    return this.#status;
  }

  onState(listener: (status: EngineStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(deadlineMs = 10_000): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise<void>((done) => child.once('exit', () => done()));
      const force = setTimeout(() => child.kill('SIGKILL'), deadlineMs + 4_000);
      if (child.connected) this.#send(child, { type: 'stop', deadlineMs });
      else child.kill('SIGKILL');
      await ended;
      clearTimeout(force);
    }
    this.#change({ state: 'stopped' });
  }

  /** Starts a child; resolves when it answers, rejects with why it does not. */
  #launch(): Promise<void> {
    const { options, child } = this.#fork();
    return new Promise((resolve, reject) => {
      let failure: string | undefined;
      const timeoutMs = options.startTimeoutMs ?? 60_000;
      const timer = setTimeout(() => {
        failure = `the engine did not start within ${timeoutMs} ms`;
        child.kill('SIGKILL');
      }, timeoutMs);
      child.on('message', (message: ChildMessage) => {
        if (message.type === 'log') options.logger[message.level](message.event, message.fields);
        if (message.type === 'failed') failure = this.#explain(message.code, message.message);
        if (message.type !== 'ready') return;
        clearTimeout(timer);
        this.#port = message.port;
        this.#startedAtMs = Date.now();
        this.#change({ state: 'running', pid: child.pid ?? 0, version: message.version });
        options.logger.info('engine_started', {
          pid: child.pid,
          port: message.port,
          version: message.version,
        });
        resolve();
      });
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
        const detail = failure ?? this.#explain('', `the engine's process ${how}`);
        if (child.pid !== undefined) void removeMemoryFolder(child.pid);
        this.#ended(detail);
        reject(new Error(detail));
      });
    });
  }

  #fork(): { options: EngineOptions; child: ChildProcess } {
    const options = this.#options;
    const maxConcurrentQueries = options.maxConcurrentQueries ?? 8;
    this.#stderr = '';
    const child = fork(new URL('./engine-child.ts', import.meta.url), [], {
      env: {
        ...process.env,
        UV_THREADPOOL_SIZE: String(maxConcurrentQueries + sparePoolThreads),
        NODE_OPTIONS: '',
      },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-8_000);
    });
    this.#send(child, {
      type: 'start',
      engineDir: join(options.dataDir, 'engine'),
      dataDir: options.dataDir,
      database: options.database,
      token: this.#token,
      port: this.#port,
      maxConcurrentQueries,
      maxBodyBytes: options.maxBodyBytes ?? 4 * 2 ** 30,
      memoryBodyBytes: options.memoryBodyBytes ?? 8 * 2 ** 20,
    });
    return { options, child };
  }

  #send(child: ChildProcess, message: ParentMessage): void {
    // A child that has just died cannot be told; its exit says the rest.
    child.send(message, () => undefined);
  }

  #ended(detail: string): void {
    this.#child = undefined;
    if (this.#stopping) return;
    const ran = this.#status.state === 'running';
    this.#change({ state: 'down', detail });
    // The first start is the caller's to judge; what ran once is brought back.
    if (this.#port === 0) return;
    if (ran && Date.now() - this.#startedAtMs > stableAfterMs) this.#crashes = 0;
    const delayMs = restartDelaysMs[Math.min(this.#crashes, restartDelaysMs.length - 1)] ?? 0;
    this.#crashes += 1;
    this.#options.logger.error('engine_ended', { detail, restartInMs: delayMs });
    this.#restart = setTimeout(() => {
      this.#change({ state: 'starting' });
      this.#launch().catch(() => undefined);
    }, delayMs);
  }

  /** Turns what the engine wrote before it gave up into what a person can do. */
  #explain(code: string, message: string): string {
    const { dataDir } = this.#options;
    const said = this.#stderr;
    if (code === 'EADDRINUSE')
      return `port ${this.#port} of the engine was taken by another process`;
    if (folderInUse.test(said))
      return `the data folder ${dataDir} is in use by another process; stop that one or choose another folder`;
    if (/No space left on device|Code: 243/i.test(said))
      return `the disk of the data folder ${dataDir} is full; free some space`;
    if (/Permission denied|Code: 1001.*permission/i.test(said))
      return `the data folder ${dataDir} is not readable and writable for this user; change its owner or its rights`;
    const last = said.trim().split('\n').slice(-3).join(' | ').slice(0, 600);
    return last === '' ? message : `${message}: ${last}`;
  }

  #change(status: EngineStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}
