import type { Selectable } from 'kysely';
import type { State } from '../../../adapters/state/index.ts';
import type { StateTables } from '../../../adapters/state/state-schema.ts';
import type { IngestionKey } from '../../../model/access/access-api.ts';
import type { KeySnapshot } from '../../../model/access/key-snapshot.ts';
import { hintOf, makeSecret, secretPrefix, sha256 } from './secret.ts';

export type KeyRow = Selectable<StateTables['ingestion_key']>;
export type SecretRow = Selectable<StateTables['ingestion_key_secret']>;

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** A key as the API shows it. `secrets` are its own, the oldest first. */
export function showKey(row: KeyRow, secrets: readonly SecretRow[], nowMs: number): IngestionKey {
  const current = secrets.findLast((each) => each.until_ms === null);
  const ends = secrets
    .map((each) => each.until_ms)
    .filter((untilMs): untilMs is number => untilMs !== null && untilMs > nowMs);
  const overlaps = row.revoked_ms === null && ends.length > 0;
  return {
    id: row.id,
    name: row.name,
    hint: current?.hint ?? '',
    createdAt: new Date(row.created_ms).toISOString(),
    lastUsedAt: iso(row.last_used_ms),
    previousSecretUntil: overlaps ? iso(Math.max(...ends)) : null,
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

/** A key as the receivers need it: secrets that have ended are left out. */
export const snapshotKey = (
  row: KeyRow,
  secrets: readonly SecretRow[],
  nowMs: number,
): KeySnapshot['keys'][number] => ({
  id: row.id,
  name: row.name,
  secrets: secrets
    .filter((each) => each.until_ms === null || each.until_ms > nowMs)
    .map((each) => ({ sha256: each.sha256, untilMs: each.until_ms })),
  recordsPerSecond: row.records_per_second,
  bytesPerSecond: row.bytes_per_second,
});

/** All secrets by the id of their key, the oldest first. */
export async function readSecrets(db: State): Promise<Map<string, SecretRow[]>> {
  const rows = await db
    .selectFrom('ingestion_key_secret')
    .selectAll()
    .orderBy('created_ms')
    .execute();
  return Map.groupBy(rows, (row) => row.key_id);
}

export const readKeys = (db: State): Promise<KeyRow[]> =>
  db.selectFrom('ingestion_key').selectAll().orderBy('created_ms').orderBy('id').execute();

export const readKey = (db: State, id: string): Promise<KeyRow | undefined> =>
  db.selectFrom('ingestion_key').selectAll().where('id', '=', id).executeTakeFirst();

/** Gives a key a further secret; returns it. Only its hash is kept. */
export async function addSecret(db: State, keyId: string, nowMs: number): Promise<string> {
  const secret = makeSecret(secretPrefix.key);
  await db
    .insertInto('ingestion_key_secret')
    .values({
      key_id: keyId,
      sha256: sha256(secret),
      hint: hintOf(secret),
      created_ms: nowMs,
      until_ms: null,
    })
    .execute();
  return secret;
}

/** Ends the secrets of a key at `untilMs` where they would last longer; drops those that ended. */
export async function endSecrets(
  db: State,
  keyId: string,
  nowMs: number,
  untilMs: number,
): Promise<void> {
  await db
    .updateTable('ingestion_key_secret')
    .set({ until_ms: untilMs })
    .where('key_id', '=', keyId)
    .where((where) => where.or([where('until_ms', 'is', null), where('until_ms', '>', untilMs)]))
    .execute();
  await db
    .deleteFrom('ingestion_key_secret')
    .where('key_id', '=', keyId)
    .where('until_ms', '<=', nowMs)
    .execute();
}
