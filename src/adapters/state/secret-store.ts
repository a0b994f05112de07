import { join } from 'node:path';
import { makeKeyFile, readKeyFile, writeKeyFile } from './key-file.ts';
import type { State } from './open-state.ts';
import {
  keyIdOf,
  makeSecretKey,
  openSecret,
  parseSecretKey,
  SecretError,
  type SecretKey,
  sealSecret,
} from './secret-box.ts';

/** Name of the key file in the data folder. */
const keyFileName = '.key';

/** Passwords and other secrets that must be read again, sealed in the state. */
export interface SecretStore {
  /** Seals a text; one that was there before is replaced. */
  put(owner: string, text: string): Promise<void>;
  /** The text; undefined where the owner has none. Throws a SecretError. */
  get(owner: string): Promise<string | undefined>;
  remove(owner: string): Promise<void>;
  /** What is wrong where stored secrets cannot be opened; undefined where all can. */
  problem(): Promise<string | undefined>;
  /**
   * Seals everything anew, with a new key where the keys are ours. Returns how many secrets.
   * Throws a SecretError when one cannot be opened; then nothing has changed.
   */
  rotate(): Promise<number>;
}

/**
 * Opens the secrets of a state. `given` (FERNET_KEY) takes the place of the key file: one key or
 * several, separated by commas; the first seals, all open. A key file is made when the first
 * secret is sealed, and never replaced. Throws a SecretError where a key is not one.
 */
export function openSecrets(
  state: State,
  dataFolder: string,
  given: string | undefined,
): SecretStore {
  const path = join(dataFolder, keyFileName);
  return new SealedSecrets(state, path, given ? parseGiven(given) : undefined);
}

function parseGiven(text: string): readonly SecretKey[] {
  return text.split(',').map((each) => {
    const key = parseSecretKey(each);
    if (key) return key;
    throw new SecretError(
      'damaged',
      'FERNET_KEY is not a key: expected 32 bytes in base64, 44 letters, as ClusterSight and Fernet have it.',
    );
  });
}

class SealedSecrets implements SecretStore {
  readonly #state: State;
  readonly #path: string;
  readonly #given: readonly SecretKey[] | undefined;
  #keys: readonly SecretKey[];

  constructor(state: State, path: string, given: readonly SecretKey[] | undefined) {
    this.#state = state;
    this.#path = path;
    this.#given = given;
    this.#keys = given ?? readKeyFile(path);
  }

  async put(owner: string, text: string): Promise<void> {
    if (this.#keys.length === 0) this.#keys = makeKeyFile(this.#path);
    const box = sealSecret(this.#keys[0]!, owner, text);
    await this.#state
      .insertInto('secret')
      .values({ owner, box })
      .onConflict((conflict) => conflict.column('owner').doUpdateSet({ box }))
      .execute();
  }

  async get(owner: string): Promise<string | undefined> {
    const row = await this.#state
      .selectFrom('secret')
      .select('box')
      .where('owner', '=', owner)
      .executeTakeFirst();
    return row && this.#open(owner, row.box);
  }

  async remove(owner: string): Promise<void> {
    await this.#state.deleteFrom('secret').where('owner', '=', owner).execute();
  }

  async problem(): Promise<string | undefined> {
    const rows = await this.#state.selectFrom('secret').selectAll().execute();
    const closed = rows.filter(({ owner, box }) => {
      try {
        this.#open(owner, box);
        return false;
      } catch {
        return true; // The reason is told below, once for all.
      }
    });
    return closed.length === 0 ? undefined : this.#explain(closed, rows.length);
  }

  async rotate(): Promise<number> {
    const kept = this.#given ?? [makeSecretKey()];
    const count = await this.#state.transaction().execute(async (db) => {
      const rows = await db.selectFrom('secret').selectAll().execute();
      const texts = rows.map(({ owner, box }) => [owner, this.#open(owner, box)] as const);
      // The file has both keys until every box is sealed anew, so that a crash loses nothing.
      if (!this.#given) writeKeyFile(this.#path, [...kept, ...this.#keys]);
      for (const [owner, text] of texts)
        await db
          .updateTable('secret')
          .set({ box: sealSecret(kept[0]!, owner, text) })
          .where('owner', '=', owner)
          .execute();
      return texts.length;
    });
    if (!this.#given) writeKeyFile(this.#path, kept);
    this.#keys = kept;
    return count;
  }

  #open(owner: string, box: string): string {
    try {
      return openSecret(this.#keys, owner, box);
    } catch (error) {
      if (!(error instanceof SecretError) || error.kind !== 'other_key') throw error;
      throw new SecretError('other_key', this.#explain([{ box }], undefined), error);
    }
  }

  /** One message for a lost key, a wrong key and damaged boxes. */
  #explain(closed: readonly { readonly box: string }[], total: number | undefined): string {
    const needed = [...new Set(closed.map(({ box }) => keyIdOf(box)))].join(', ') || 'unknown';
    const where = this.#given ? 'FERNET_KEY' : `the key file ${this.#path}`;
    const is =
      this.#keys.length === 0
        ? `${where} is not there`
        : `${where} holds the key ${this.#keys.map((key) => key.id).join(', ')}`;
    const count = total === undefined ? 'This password' : `${closed.length} of ${total} passwords`;
    return `${count} cannot be opened: sealed with the key ${needed}, but ${is}. Nothing was changed. Put back the key (the file .key from the backup, or FERNET_KEY), or enter the passwords again.`;
  }
}
