import type { State } from '../../../adapters/state/index.ts';
import { makeSecret, sha256 } from './secret.ts';

/** How long sessions last. */
export interface SessionLimits {
  readonly idleMs: number;
  readonly maxMs: number;
}

/** Logins of the page. The cookie's value is never stored, only its hash. */
export interface Sessions {
  /** Makes a session; returns the cookie's value. */
  create(): Promise<string>;
  /** Whether the session lives; if so, its idle time starts anew. */
  touch(secret: string): Promise<boolean>;
  end(secret: string): Promise<void>;
  endAll(): Promise<void>;
}

/** Writing each use would be a write a request. */
const touchEveryMs = 60_000;

/** Sessions in the state store. Expired ones are removed as new ones are made. */
export function openSessions(
  state: State,
  limits: SessionLimits,
  now: () => number = Date.now,
): Sessions {
  const expired = (row: { created_ms: number; last_used_ms: number }) =>
    now() - row.created_ms >= limits.maxMs || now() - row.last_used_ms >= limits.idleMs;
  return {
    async create() {
      await state
        .deleteFrom('session')
        .where((where) =>
          where.or([
            where('created_ms', '<=', now() - limits.maxMs),
            where('last_used_ms', '<=', now() - limits.idleMs),
          ]),
        )
        .execute();
      const secret = makeSecret('');
      await state
        .insertInto('session')
        .values({ sha256: sha256(secret), created_ms: now(), last_used_ms: now() })
        .execute();
      return secret;
    },
    async touch(secret) {
      const hash = sha256(secret);
      const row = await state
        .selectFrom('session')
        .selectAll()
        .where('sha256', '=', hash)
        .executeTakeFirst();
      if (!row || expired(row)) return false;
      if (now() - row.last_used_ms >= Math.min(touchEveryMs, limits.idleMs / 4))
        await state
          .updateTable('session')
          .set({ last_used_ms: now() })
          .where('sha256', '=', hash)
          .execute();
      return true;
    },
    async end(secret) {
      await state.deleteFrom('session').where('sha256', '=', sha256(secret)).execute();
    },
    async endAll() {
      await state.deleteFrom('session').execute();
    },
  };
}
