import type { Selectable } from 'kysely';
import type { State } from '../../../adapters/state/index.ts';
import type { StateTables } from '../../../adapters/state/state-schema.ts';
import type { IngestionKey } from '../../../model/access/access-api.ts';
import type { KeySnapshot } from '../../../model/access/key-snapshot.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { hintOf, makeId, makeSecret, secretPrefix, sha256 } from './secret.ts';

/** What a key did since the last count. */
export interface KeyUse {
  readonly requests: number;
  readonly records: number;
  readonly bytes: number;
  readonly refused: number;
}

/** Ingestion keys: what programs that send telemetry show. */
export interface Keys {
  list(): Promise<IngestionKey[]>;
  create(input: {
    name: string;
    recordsPerSecond?: number | null | undefined;
    bytesPerSecond?: number | null | undefined;
  }): Promise<{ key: IngestionKey; secret: string }>;
  /** A new secret; the old one works for `overlapMs` more. Throws a RequestFailure. */
  rotate(id: string, overlapMs: number): Promise<{ key: IngestionKey; secret: string }>;
  /** All secrets of the key stop working at once. Throws a RequestFailure. */
  revoke(id: string): Promise<void>;
  /** Adds to the counters, by key id. Ids that are unknown are passed over. */
  count(use: ReadonlyMap<string, KeyUse>): Promise<void>;
  /** Keys as the receivers need them. */
  snapshot(): Promise<KeySnapshot>;
  /** Calls with a new snapshot after each change. Returns how to stop that. */
  onChange(listener: (snapshot: KeySnapshot) => void): () => void;
}

type KeyRow = Selectable<StateTables['ingestion_key']>;
type SecretRow = Selectable<StateTables['ingestion_key_secret']>;

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

function shown(row: KeyRow, secrets: readonly SecretRow[], nowMs: number): IngestionKey {
  const current = secrets.find((each) => each.until_ms === null);
  const previous = secrets
    .map((each) => each.until_ms)
    .filter((until): until is number => until !== null && until > nowMs);
  return {
    id: row.id,
    name: row.name,
    hint: current?.hint ?? secrets[0]?.hint ?? '',
    createdAt: iso(row.created_ms)!,
    lastUsedAt: iso(row.last_used_ms),
    previousSecretUntil:
      row.revoked_ms === null && previous.length > 0 ? iso(Math.max(...previous)) : null,
    revokedAt: iso(row.revoked_ms),
    recordsPerSecond: row.records_per_second,
    bytesPerSecond: row.bytes_per_second,
    counters: {
      requests: row.requests,
      records: row.records,
      bytes: row.bytes,
      refused: row.refused,
    },
  };
}

/** Keys in the state store, their secrets as hashes. `required`: false in open mode. */
export function openKeys(state: State, required: boolean, now: () => number = Date.now): Keys {
  const listeners = new Set<(snapshot: KeySnapshot) => void>();
  const secretsOf = async () =>
    Map.groupBy(
      await state.selectFrom('ingestion_key_secret').selectAll().orderBy('created_ms').execute(),
      (row) => row.key_id,
    );
  const snapshot = async (): Promise<KeySnapshot> => {
    const secrets = await secretsOf();
    const rows = await state
      .selectFrom('ingestion_key')
      .selectAll()
      .where('revoked_ms', 'is', null)
      .orderBy('created_ms')
      .execute();
    return {
      required,
      keys: rows.map((row) => ({
        id: row.id,
        name: row.name,
        secrets: (secrets.get(row.id) ?? [])
          .filter((each) => each.until_ms === null || each.until_ms > now())
          .map((each) => ({ sha256: each.sha256, untilMs: each.until_ms })),
        recordsPerSecond: row.records_per_second,
        bytesPerSecond: row.bytes_per_second,
      })),
    };
  };
  const changed = async () => {
    const latest = await snapshot();
    for (const listener of listeners) listener(latest);
  };
  const live = async (id: string): Promise<KeyRow> => {
    const row = await state
      .selectFrom('ingestion_key')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row)
      throw new RequestFailure('not_found', `there is no ingestion key ${id}`, {
        hint: 'GET /api/v1/keys lists them.',
      });
    if (row.revoked_ms !== null)
      throw new RequestFailure('conflict', `the ingestion key ${row.name} was revoked`, {
        hint: 'Make a new key instead.',
      });
    return row;
  };
  const addSecret = async (db: State, keyId: string) => {
    const secret = makeSecret(secretPrefix.key);
    await db
      .insertInto('ingestion_key_secret')
      .values({
        key_id: keyId,
        sha256: sha256(secret),
        hint: hintOf(secret),
        created_ms: now(),
        until_ms: null,
      })
      .execute();
    return secret;
  };
  const showOne = async (id: string) => {
    const row = await live(id);
    return shown(row, (await secretsOf()).get(id) ?? [], now());
  };
  return {
    async list() {
      const secrets = await secretsOf();
      const rows = await state
        .selectFrom('ingestion_key')
        .selectAll()
        .orderBy('created_ms')
        .orderBy('id')
        .execute();
      return rows.map((row) => shown(row, secrets.get(row.id) ?? [], now()));
    },
    async create(input) {
      const id = makeId();
      const secret = await state.transaction().execute(async (db) => {
        await db
          .insertInto('ingestion_key')
          .values({
            id,
            name: input.name,
            created_ms: now(),
            revoked_ms: null,
            last_used_ms: null,
            records_per_second: input.recordsPerSecond ?? null,
            bytes_per_second: input.bytesPerSecond ?? null,
          })
          .execute();
        return addSecret(db, id);
      });
      await changed();
      return { key: await showOne(id), secret };
    },
    async rotate(id, overlapMs) {
      await live(id);
      const secret = await state.transaction().execute(async (db) => {
        await db
          .deleteFrom('ingestion_key_secret')
          .where('key_id', '=', id)
          .where('until_ms', '<=', now())
          .execute();
        await db
          .updateTable('ingestion_key_secret')
          .set({ until_ms: now() + overlapMs })
          .where('key_id', '=', id)
          .where((where) =>
            where.or([where('until_ms', 'is', null), where('until_ms', '>', now() + overlapMs)]),
          )
          .execute();
        return addSecret(db, id);
      });
      await changed();
      return { key: await showOne(id), secret };
    },
    async revoke(id) {
      await live(id);
      await state
        .updateTable('ingestion_key')
        .set({ revoked_ms: now() })
        .where('id', '=', id)
        .execute();
      await changed();
    },
    async count(use) {
      if (use.size === 0) return;
      await state.transaction().execute(async (db) => {
        for (const [id, each] of use)
          await db
            .updateTable('ingestion_key')
            .set((where) => ({
              requests: where('requests', '+', each.requests),
              records: where('records', '+', each.records),
              bytes: where('bytes', '+', each.bytes),
              refused: where('refused', '+', each.refused),
              last_used_ms: now(),
            }))
            .where('id', '=', id)
            .execute();
      });
    },
    snapshot,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
