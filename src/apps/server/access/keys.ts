import type { State } from '../../../adapters/state/index.ts';
import type { IngestionKey } from '../../../model/access/access-api.ts';
import type { KeySnapshot } from '../../../model/access/key-snapshot.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import {
  addSecret,
  endSecrets,
  type KeyRow,
  readKey,
  readKeys,
  readSecrets,
  showKey,
  snapshotKey,
} from './key-rows.ts';
import { makeId } from './secret.ts';

/** What a key did since the last count. */
export interface KeyUse {
  readonly requests: number;
  readonly records: number;
  readonly bytes: number;
  readonly refused: number;
  readonly lastUsedMs: number;
}

/** What a new key is made from; null or absent limits = the defaults of the receivers. */
export interface NewKey {
  readonly name: string;
  readonly recordsPerSecond?: number | null | undefined;
  readonly bytesPerSecond?: number | null | undefined;
}

/**
 * Ingestion keys: what programs that send telemetry show. They lie in the state store, their
 * secrets as hashes.
 */
export class Keys {
  readonly #state: State;
  readonly #required: boolean;
  readonly #now: () => number;
  readonly #listeners = new Set<(snapshot: KeySnapshot) => void>();

  /** `required`: false in open mode, where requests without a key are taken. */
  constructor(state: State, required: boolean, now: () => number = Date.now) {
    this.#state = state;
    this.#required = required;
    this.#now = now;
  }

  /** All keys, revoked ones too, the oldest first. */
  async list(): Promise<IngestionKey[]> {
    const secrets = await readSecrets(this.#state);
    const rows = await readKeys(this.#state);
    return rows.map((row) => showKey(row, secrets.get(row.id) ?? [], this.#now()));
  }

  /** Makes a key. The secret cannot be had again. */
  async create(key: NewKey): Promise<{ key: IngestionKey; secret: string }> {
    const id = makeId();
    const secret = await this.#state.transaction().execute(async (db) => {
      await db
        .insertInto('ingestion_key')
        .values({
          id,
          name: key.name,
          created_ms: this.#now(),
          revoked_ms: null,
          last_used_ms: null,
          records_per_second: key.recordsPerSecond ?? null,
          bytes_per_second: key.bytesPerSecond ?? null,
        })
        .execute();
      return addSecret(db, id, this.#now());
    });
    return { key: await this.#changed(id), secret };
  }

  /** A new secret; the old one works for `overlapMs` more. Throws a RequestFailure. */
  async rotate(id: string, overlapMs: number): Promise<{ key: IngestionKey; secret: string }> {
    await this.#live(id);
    const nowMs = this.#now();
    const secret = await this.#state.transaction().execute(async (db) => {
      await endSecrets(db, id, nowMs, nowMs + overlapMs);
      return addSecret(db, id, nowMs);
    });
    return { key: await this.#changed(id), secret };
  }

  /** All secrets of the key stop working at once. Throws a RequestFailure. */
  async revoke(id: string): Promise<IngestionKey> {
    await this.#live(id);
    await this.#state
      .updateTable('ingestion_key')
      .set({ revoked_ms: this.#now() })
      .where('id', '=', id)
      .execute();
    return this.#changed(id);
  }

  /** Adds to the counters, by key id. Ids that are unknown are passed over. */
  async count(use: Readonly<Record<string, KeyUse>>): Promise<void> {
    const uses = Object.entries(use);
    if (uses.length === 0) return;
    await this.#state.transaction().execute(async (db) => {
      for (const [id, each] of uses)
        await db
          .updateTable('ingestion_key')
          .set((where) => ({
            requests: where('requests', '+', each.requests),
            records: where('records', '+', each.records),
            bytes: where('bytes', '+', each.bytes),
            refused: where('refused', '+', each.refused),
            ...(each.lastUsedMs > 0 ? { last_used_ms: each.lastUsedMs } : {}),
          }))
          .where('id', '=', id)
          .execute();
    });
  }

  /** Keys that work now, as the receivers need them. */
  async snapshot(): Promise<KeySnapshot> {
    const secrets = await readSecrets(this.#state);
    const rows = await readKeys(this.#state);
    const keys = rows
      .filter((row) => row.revoked_ms === null)
      .map((row) => snapshotKey(row, secrets.get(row.id) ?? [], this.#now()));
    return { required: this.#required, keys };
  }

  /** Calls with a new snapshot after each change. Returns how to stop that. */
  onChange(listener: (snapshot: KeySnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #changed(id: string): Promise<IngestionKey> {
    const snapshot = await this.snapshot();
    for (const listener of this.#listeners) listener(snapshot);
    const row = (await readKey(this.#state, id))!;
    return showKey(row, (await readSecrets(this.#state)).get(id) ?? [], this.#now());
  }

  async #live(id: string): Promise<KeyRow> {
    const row = await readKey(this.#state, id);
    if (!row)
      throw new RequestFailure('not_found', `there is no ingestion key ${id}`, {
        hint: 'GET /api/v1/keys lists them.',
      });
    if (row.revoked_ms !== null)
      throw new RequestFailure('conflict', `the ingestion key ${row.name} was revoked`, {
        hint: 'Make a new key instead.',
      });
    return row;
  }
}
