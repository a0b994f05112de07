import { type Generated, type Kysely, type Migration, sql } from 'kysely';
import { type AlertTables, alertTables } from './alert-tables.ts';
import { type CollectionTables, collectionTables } from './collection-tables.ts';
import { type FleetTables, fleetTables } from './fleet-tables.ts';
import { type QueryKillTables, queryKillTable } from './query-kill-table.ts';

/** Tables of the state store. Times are milliseconds since the epoch; secrets are SHA-256 in hex. */
export interface StateTables extends FleetTables, AlertTables, QueryKillTables, CollectionTables {
  ingestion_key: {
    id: string;
    name: string;
    created_ms: number;
    revoked_ms: number | null;
    last_used_ms: number | null;
    records_per_second: number | null;
    bytes_per_second: number | null;
    requests: Generated<number>;
    records: Generated<number>;
    bytes: Generated<number>;
    refused: Generated<number>;
  };
  ingestion_key_secret: {
    key_id: string;
    sha256: string;
    hint: string;
    created_ms: number;
    /** When it stops working; null = does not. */
    until_ms: number | null;
  };
  api_token: {
    id: string;
    name: string;
    sha256: string;
    hint: string;
    created_ms: number;
    last_used_ms: number | null;
  };
  session: {
    sha256: string;
    created_ms: number;
    last_used_ms: number;
  };
  /** One-off facts, such as the verifier of the password that the sessions belong to. */
  fact: { name: string; value: string };
}

const accessTables: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('ingestion_key')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('created_ms', 'integer', (column) => column.notNull())
      .addColumn('revoked_ms', 'integer')
      .addColumn('last_used_ms', 'integer')
      .addColumn('records_per_second', 'real')
      .addColumn('bytes_per_second', 'real')
      .addColumn('requests', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('records', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('bytes', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('refused', 'integer', (column) => column.notNull().defaultTo(0))
      .modifyEnd(sql`strict`)
      .execute();
    await db.schema
      .createTable('ingestion_key_secret')
      .addColumn('key_id', 'text', (column) =>
        column.notNull().references('ingestion_key.id').onDelete('cascade'),
      )
      .addColumn('sha256', 'text', (column) => column.primaryKey())
      .addColumn('hint', 'text', (column) => column.notNull())
      .addColumn('created_ms', 'integer', (column) => column.notNull())
      .addColumn('until_ms', 'integer')
      .modifyEnd(sql`strict`)
      .execute();
    await db.schema
      .createTable('api_token')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('sha256', 'text', (column) => column.notNull().unique())
      .addColumn('hint', 'text', (column) => column.notNull())
      .addColumn('created_ms', 'integer', (column) => column.notNull())
      .addColumn('last_used_ms', 'integer')
      .modifyEnd(sql`strict`)
      .execute();
    await db.schema
      .createTable('session')
      .addColumn('sha256', 'text', (column) => column.primaryKey())
      .addColumn('created_ms', 'integer', (column) => column.notNull())
      .addColumn('last_used_ms', 'integer', (column) => column.notNull())
      .modifyEnd(sql`strict`)
      .execute();
    await db.schema
      .createTable('fact')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .modifyEnd(sql`strict`)
      .execute();
  },
};

/** In the order of their names. Never change one that was released; add another. */
export const stateMigrations: Readonly<Record<string, Migration>> = {
  '0001_access': accessTables,
  '0002_fleet': fleetTables,
  '0003_alerts': alertTables,
  '0004_query_kills': queryKillTable,
  '0005_collection': collectionTables,
};
