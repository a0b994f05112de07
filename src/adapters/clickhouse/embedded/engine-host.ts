import { sqlString } from '../../../base/sql-text.ts';
import { EngineError } from './engine-error.ts';
import { type EngineConnection, openConnection } from './engine-library.ts';

/** How many statements may wait for a connection before more are refused. */
const maxWaiting = 1_000;

/** The right to run one statement. */
export interface Slot {
  release(): void;
}

/**
 * The engine of this process: who may use it when, and how a running statement is stopped.
 * Concurrency stays below the size of libuv's pool, whose threads the statements occupy, so that
 * there is always one for stopping them.
 */
export class EngineHost {
  readonly dataDir: string;
  readonly maxConcurrent: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** Kept open: the engine closes its folder with the last connection. */
  readonly #control: EngineConnection;
  #controlQueue: Promise<unknown> = Promise.resolve();

  private constructor(dataDir: string, maxConcurrent: number, control: EngineConnection) {
    this.dataDir = dataDir;
    this.maxConcurrent = maxConcurrent;
    this.#control = control;
  }

  static async open(dataDir: string, maxConcurrent: number): Promise<EngineHost> {
    return new EngineHost(dataDir, maxConcurrent, await openConnection(dataDir));
  }

  connect(): Promise<EngineConnection> {
    return openConnection(this.dataDir);
  }

  get running(): number {
    return this.#running;
  }

  async acquire(): Promise<Slot> {
    if (this.#running >= this.maxConcurrent) {
      if (this.#waiting.length >= maxWaiting)
        throw new EngineError(`Too many simultaneous queries: ${maxWaiting} are waiting already`, {
          code: 202,
          name: 'TOO_MANY_SIMULTANEOUS_QUERIES',
        });
      await new Promise<void>((go) => this.#waiting.push(go));
    } else this.#running += 1;
    let released = false;
    return {
      release: () => {
        if (released) return;
        released = true;
        const next = this.#waiting.shift();
        if (next) next();
        else this.#running -= 1;
      },
    };
  }

  /** A statement of our own, outside the limit, one after the other. */
  control(sql: string, format = 'TabSeparated'): Promise<string> {
    const result = this.#controlQueue.then(() => this.#control.query(sql, format));
    this.#controlQueue = result.catch(() => undefined);
    return result.then((answer) => answer.bytes.toString('utf8'));
  }

  /** Asks the engine to stop a statement; ASYNC, as SYNC can hang. */
  async kill(mark: string): Promise<void> {
    await this.control(`KILL QUERY WHERE Settings['log_comment'] = ${sqlString(mark)} ASYNC`);
  }

  async close(): Promise<void> {
    await this.#control.close();
  }
}
