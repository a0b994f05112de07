import { type Kysely, type Migration, sql } from 'kysely';

/** Tables of what is collected, on its way to the spool. */
export interface CollectionTables {
  /** Samples that are about to be in the spool. Put with what says that they were read. */
  sample_outbox: {
    /** SHA-256 of the block in hex. */
    digest: string;
    rows: number;
    /** The Native block, deflated. */
    block: Uint8Array;
    created_ms: number;
  };
  /** How far a node's own logs were read back, the newest first. */
  node_history: {
    cluster_id: string;
    node_id: string;
    /** Half-open, by the server's clock. */
    from_ms: number;
    to_ms: number;
    /** All from here to `to_ms` was read. */
    read_ms: number;
    samples: number;
    started_ms: number;
    ended_ms: number | null;
  };
}

/** Makes the tables of what is collected. */
export const collectionTables: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('sample_outbox')
      .addColumn('digest', 'text', (column) => column.primaryKey())
      .addColumn('rows', 'integer', (column) => column.notNull())
      .addColumn('block', 'blob', (column) => column.notNull())
      .addColumn('created_ms', 'integer', (column) => column.notNull())
      .modifyEnd(sql`strict`)
      .execute();
    await db.schema
      .createTable('node_history')
      .addColumn('cluster_id', 'text', (column) =>
        column.notNull().references('cluster.id').onDelete('cascade'),
      )
      .addColumn('node_id', 'text', (column) => column.notNull())
      .addColumn('from_ms', 'integer', (column) => column.notNull())
      .addColumn('to_ms', 'integer', (column) => column.notNull())
      .addColumn('read_ms', 'integer', (column) => column.notNull())
      .addColumn('samples', 'integer', (column) => column.notNull())
      .addColumn('started_ms', 'integer', (column) => column.notNull())
      .addColumn('ended_ms', 'integer')
      .addPrimaryKeyConstraint('node_history_key', ['cluster_id', 'node_id'])
      .modifyEnd(sql`strict`)
      .execute();
  },
};
