import { closeSync, existsSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
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

/** Name of the state file in the data folder. */
const stateFileName = 'state.sqlite';

/**
 * Opens `state.sqlite` in the data folder, or the file at `otherPath`, and brings its tables up to
 * date. Safe when two processes do so at once. Throws StateError; the file is never deleted or
 * replaced, and one of another program is not written to. A new one is readable by this user alone.
 */
export async function openState(dataFolder: string, otherPath?: string): Promise<State> {
  const path = otherPath ? resolve(otherPath) : join(dataFolder, stateFileName);
  const existed = existsSync(path);
  let database: DatabaseSync | undefined;
  try {
    if (existed) refuseForeign(path);
    else closeSync(openSync(path, 'a', 0o600));
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
  try {
    // All of it in one transaction that begins with the file's write lock: a second process waits
    // for its turn, and a migration that fails leaves nothing behind.
    database.exec('BEGIN IMMEDIATE');
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
    database.exec('COMMIT');
  } catch (error) {
    await state.destroy();
    throw new StateError(explain(path, error), error);
  }
  return state;
}

/** Tables by which a database of ours is known. */
const ownTables = ['kysely_migration', 'kysely_migration_lock'];

/** Looks without writing: opening a database the usual way can change its file. */
function refuseForeign(path: string): void {
  const names = peekTables(path);
  if (names.length === 0 || ownTables.some((name) => names.includes(name))) return;
  const whose = names.includes('alembic_version') ? ', such as ClusterSight' : '';
  throw new ForeignDatabase(
    `The file ${path} is the database of another program${whose} (it has the table ${names[0]}). It was left as it is, and nothing of it is imported. Set DATABASE_PATH to a file that does not exist yet.`,
  );
}

/** Names of tables; empty where the file cannot be read so, for which opening it has the reason. */
function peekTables(path: string): string[] {
  const url = pathToFileURL(path);
  url.search = '?immutable=1';
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(url, { readOnly: true });
    const rows = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    return rows.map((row) => String(row.name));
  } catch {
    return [];
  } finally {
    database?.close();
  }
}

/** The message is for a person as it stands. */
class ForeignDatabase extends Error {}

function checkIntegrity(database: DatabaseSync): void {
  const row = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
  if (row.quick_check !== 'ok') throw new Error(row.quick_check);
}

function explain(path: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ForeignDatabase) return message;
  if (/previously executed migration .* is missing/i.test(message))
    return `The state file ${path} was written by a newer version of Castellan. Use that version, or another CASTELLAN_DATA_DIR.`;
  if (/not a database|malformed|corrupt|quick_check|\*\*\* in database/i.test(message))
    return `The state file ${path} is damaged (${message}). It was left as it is. Put back a backup by "castellan restore FILE", which moves the damaged file aside, or move it away yourself to start without clusters, alerts, keys and tokens; telemetry is not in it.`;
  return `The state file ${path} cannot be opened: ${message}. It was left as it is. DATABASE_PATH must be a file, in a folder that is there and that this user may write.`;
}
