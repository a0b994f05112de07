import { type Kysely, type Migration, sql } from 'kysely';

/** Every try to kill a query. Rows outlive their cluster, and are never changed once settled. */
export interface QueryKillTables {
  query_kill: {
    id: string;
    at_ms: number;
    actor: string;
    address: string;
    cluster_id: string;
    cluster_name: string;
    node: string;
    query_id: string;
    user: string;
    shape: string;
    sql: string;
    /** `KillOutcome`. */
    outcome: string;
    detail: string;
  };
}

/** Makes the table of killed queries. */
export const queryKillTable: Migration = {
  async up(db: Kysely<unknown>) {
    let table = db.schema
      .createTable('query_kill')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('at_ms', 'integer', (column) => column.notNull());
    for (const name of [
      'actor',
      'address',
      'cluster_id',
      'cluster_name',
      'node',
      'query_id',
      'user',
      'shape',
      'sql',
      'outcome',
      'detail',
    ] as const)
      table = table.addColumn(name, 'text', (column) => column.notNull());
    await table.modifyEnd(sql`strict`).execute();
    await db.schema
      .createIndex('query_kill_cluster')
      .on('query_kill')
      .columns(['cluster_id', 'at_ms'])
      .execute();
  },
};
