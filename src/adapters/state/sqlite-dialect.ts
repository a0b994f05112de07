import type { DatabaseSync } from 'node:sqlite';
import { type Kysely, SqliteAdapter, type SqliteDatabase, SqliteDialect, sql } from 'kysely';

type Parameter = null | number | bigint | string | Uint8Array;

/** `node:sqlite` in the shape that Kysely's SQLite dialect asks for. */
function asKyselyDatabase(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(text) {
      const statement = database.prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as Parameter[])),
        run: (parameters) => statement.run(...(parameters as Parameter[])),
        iterate: (parameters) => statement.iterate(...(parameters as Parameter[])),
      };
    },
  };
}

/**
 * Kysely trusts that an SQLite file has one migrator. This adapter takes the file's write lock as
 * the first act of the migration's transaction, so that a second process waits for its turn.
 */
class LockingAdapter extends SqliteAdapter {
  // biome-ignore lint/suspicious/noExplicitAny: the signature is Kysely's.
  override async acquireMigrationLock(db: Kysely<any>): Promise<void> {
    await sql`update kysely_migration_lock set is_locked = is_locked`.execute(db);
  }
}

/** Kysely's SQLite dialect over `node:sqlite`, safe when two processes migrate at once. */
export class NodeSqliteDialect extends SqliteDialect {
  constructor(database: DatabaseSync) {
    super({ database: asKyselyDatabase(database) });
  }

  override createAdapter(): SqliteAdapter {
    return new LockingAdapter();
  }
}
