import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, Migrator } from 'kysely';
import { NodeSqliteDialect } from './sqlite-dialect.ts';
import { type StateTables, stateMigrations } from './state-schema.ts';

/** The state store. */
export type State = Kysely<StateTables>;

/** The state file cannot be used. It is left as it is; the message says what to do. */
export class StateError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'StateError';
  }
}

/**
 * Opens `state.sqlite` in the data folder and brings its tables up to date. Safe when two
 * processes do so at once. Throws StateError; the file is never deleted or replaced.
 */
export async function openState(dataFolder: string): Promise<State> {
  const path = join(dataFolder, 'state.sqlite');
  const existed = existsSync(path);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 10_000, enableForeignKeyConstraints: true });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    if (existed) checkIntegrity(database);
  } catch (error) {
    database?.close();
    throw new StateError(explain(path, error), error);
  }
  const state = new Kysely<StateTables>({ dialect: new NodeSqliteDialect(database) });
  const migrator = new Migrator({
    db: state,
    provider: { getMigrations: async () => ({ ...stateMigrations }) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error) {
    await state.destroy();
    throw new StateError(explain(path, error), error);
  }
  return state;
}

function checkIntegrity(database: DatabaseSync): void {
  const row = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
  if (row.quick_check !== 'ok') throw new Error(row.quick_check);
}

function explain(path: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/previously executed migration .* is missing/i.test(message))
    return `The state file ${path} was written by a newer version of Castellan. Use that version, or another CASTELLAN_DATA_DIR.`;
  if (/not a database|malformed|corrupt|quick_check|\*\*\* in database/i.test(message))
    return `The state file ${path} is damaged (${message}). It was left as it is. Restore it from a backup, or move it away to start without keys, tokens and sessions; telemetry is not in it.`;
  return `The state file ${path} cannot be opened: ${message}. It was left as it is.`;
}
