import { EngineError } from './engine-error.ts';
import type { EngineHost } from './engine-host.ts';
import type { EngineConnection } from './engine-library.ts';

interface Session {
  readonly connection: EngineConnection;
  busy: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** A connection to run one statement on. */
export interface Lease {
  readonly connection: EngineConnection;
  /** `broken`: its state is not to be trusted any more. */
  done(broken: boolean): Promise<void>;
}

/** How many sessions may be open at a time; each holds a connection and its temporary tables. */
const maxSessions = 200;

/**
 * Connections for requests: a fresh one each, or the one that a `session_id` keeps for temporary
 * tables. Of Castellan's own requests only: a reader gains nothing by one.
 */
export class SessionStore {
  readonly #host: EngineHost;
  readonly #sessions = new Map<string, Session>();

  constructor(host: EngineHost) {
    this.#host = host;
  }

  async lease(
    wanted: { id: string; timeoutMs: number; check: boolean } | undefined,
  ): Promise<Lease> {
    if (!wanted) {
      const connection = await this.#host.connect();
      return { connection, done: () => connection.close() };
    }
    const session = this.#sessions.get(wanted.id) ?? (await this.#create(wanted));
    if (session.busy)
      throw new EngineError(`Session ${wanted.id} is locked by a concurrent client`, {
        code: 373,
        name: 'SESSION_IS_LOCKED',
      });
    session.busy = true;
    clearTimeout(session.timer);
    return {
      connection: session.connection,
      done: async (broken) => {
        session.busy = false;
        if (broken) return this.#drop(wanted.id);
        session.timer = setTimeout(() => void this.#drop(wanted.id), wanted.timeoutMs);
        session.timer.unref();
      },
    };
  }

  async #create(wanted: { id: string; check: boolean }): Promise<Session> {
    if (wanted.check)
      throw new EngineError(`Session ${wanted.id} not found`, {
        code: 372,
        name: 'SESSION_NOT_FOUND',
      });
    if (this.#sessions.size >= maxSessions)
      throw new EngineError(`there are ${maxSessions} sessions already; let some time out`, {
        code: 202,
        name: 'TOO_MANY_SIMULTANEOUS_QUERIES',
      });
    const session: Session = {
      connection: await this.#host.connect(),
      busy: false,
      timer: undefined,
    };
    const raced = this.#sessions.get(wanted.id);
    if (raced) {
      await session.connection.close();
      return raced;
    }
    this.#sessions.set(wanted.id, session);
    return session;
  }

  async #drop(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    if (!session || session.busy) return;
    this.#sessions.delete(id);
    clearTimeout(session.timer);
    await session.connection.close();
  }

  async close(): Promise<void> {
    for (const id of [...this.#sessions.keys()]) await this.#drop(id);
  }
}
