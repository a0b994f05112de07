import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { type State, StateError } from './open-state.ts';
import { stateMigrations } from './state-schema.ts';

/** Writes a whole and consistent copy of the state while it is in use. `path` must not exist. */
export async function snapshotState(state: State, path: string): Promise<void> {
  await sql`vacuum into ${path}`.execute(state);
}

/**
 * Whether a copy can be used: it is whole, it is Castellan's, and no newer version wrote it. Throws
 * a StateError that says what is wrong.
 */
export function inspectSnapshot(path: string): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    const check = database.prepare('PRAGMA integrity_check(1)').get() as {
      integrity_check: string;
    };
    if (check.integrity_check !== 'ok') throw new Error(check.integrity_check);
    const rows = database.prepare('SELECT name FROM kysely_migration').all();
    const newer = rows.map(({ name }) => String(name)).find((name) => !(name in stateMigrations));
    if (newer) throw new Error(`a newer version of Castellan wrote it (it has ${newer})`);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new StateError(`The state in the backup cannot be used: ${detail}.`, error);
  } finally {
    database?.close();
  }
}
