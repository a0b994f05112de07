import type { State } from '../../../adapters/state/index.ts';
import type { ApiToken } from '../../../model/access/access-api.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { hintOf, makeId, makeSecret, secretPrefix, sha256 } from './secret.ts';

/** API tokens for programs. */
export interface Tokens {
  list(): Promise<ApiToken[]>;
  create(name: string): Promise<{ token: ApiToken; secret: string }>;
  /** Throws a RequestFailure for an unknown id. */
  remove(id: string): Promise<void>;
  /** Whether a secret is that of a token. */
  verify(secret: string): Promise<boolean>;
  /** The name of the token whose secret it is; undefined where it is none. */
  identify(secret: string): Promise<string | undefined>;
}

const useEveryMs = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();

/** Tokens in the state store, as hashes. */
export function openTokens(state: State, now: () => number = Date.now): Tokens {
  const shown = (row: {
    id: string;
    name: string;
    hint: string;
    created_ms: number;
    last_used_ms: number | null;
  }): ApiToken => ({
    id: row.id,
    name: row.name,
    hint: row.hint,
    createdAt: iso(row.created_ms),
    lastUsedAt: row.last_used_ms === null ? null : iso(row.last_used_ms),
  });
  return {
    async list() {
      const rows = await state
        .selectFrom('api_token')
        .selectAll()
        .orderBy('created_ms')
        .orderBy('id')
        .execute();
      return rows.map(shown);
    },
    async create(name) {
      const secret = makeSecret(secretPrefix.token);
      const row = {
        id: makeId(),
        name,
        sha256: sha256(secret),
        hint: hintOf(secret),
        created_ms: now(),
        last_used_ms: null,
      };
      await state.insertInto('api_token').values(row).execute();
      return { token: shown(row), secret };
    },
    async remove(id) {
      const { numDeletedRows } = await state
        .deleteFrom('api_token')
        .where('id', '=', id)
        .executeTakeFirst();
      if (numDeletedRows === 0n)
        throw new RequestFailure('not_found', `there is no API token ${id}`, {
          hint: 'GET /api/v1/tokens lists them.',
        });
    },
    async verify(secret) {
      return (await this.identify(secret)) !== undefined;
    },
    async identify(secret) {
      if (!secret.startsWith(secretPrefix.token)) return undefined;
      // Found by its hash: how long that takes tells nothing about the secret.
      const row = await state
        .selectFrom('api_token')
        .select(['id', 'name', 'last_used_ms'])
        .where('sha256', '=', sha256(secret))
        .executeTakeFirst();
      if (!row) return undefined;
      if (row.last_used_ms === null || now() - row.last_used_ms >= useEveryMs)
        await state
          .updateTable('api_token')
          .set({ last_used_ms: now() })
          .where('id', '=', row.id)
          .execute();
      return row.name;
    },
  };
}
