import { type Generated, type Kysely, type Migration, sql } from 'kysely';

/** Tables of the fleet. Columns named `…_json` hold a shape of `model/fleet`, or one that says so. */
export interface FleetTables {
  cluster: {
    id: string;
    name: string;
    /** `ClusterSettings` without its secrets, which are in `secret`. */
    settings_json: string;
    origin: 'api' | 'file' | 'environment';
    paused: Generated<number>;
    created_ms: number;
    changed_ms: number;
  };
  /** Sealed texts of every room, by who owns them: `cluster/<id>`. */
  secret: { owner: string; box: string };
  /** What a cluster's collector goes on from after a restart. */
  cluster_state: {
    cluster_id: string;
    evaluated_ms: number;
    /** State of the evaluation. */
    state_json: string;
    /** Outcomes of each check and node, and the topology. */
    outcomes_json: string;
  };
  /** Nodes as they were seen last. */
  cluster_node: {
    cluster_id: string;
    node_id: string;
    seen_ms: number | null;
    /** `FleetNode`. */
    node_json: string;
    /** The last vitals, so that counters go on where they stood. */
    vitals_json: string | null;
  };
  /** Findings that are open, and those that were. A finding that came back has several rows. */
  finding: {
    cluster_id: string;
    id: string;
    first_seen_ms: number;
    last_seen_ms: number;
    /** null while it is open. */
    closed_ms: number | null;
    outcome: string;
    severity: string;
    /** `Finding`. */
    finding_json: string;
  };
  score: {
    cluster_id: string;
    at_ms: number;
    /** `Score`. */
    score_json: string;
  };
  mark: {
    id: string;
    cluster_id: string;
    check: string;
    /** `FindingSubject`. */
    subject_json: string;
    kind: 'intended' | 'snoozed';
    /** null = for ever. */
    until_ms: number | null;
    note: string;
    created_ms: number;
  };
}

/** A table that belongs to a cluster and goes with it. */
const clusterTable = (db: Kysely<unknown>, name: string) =>
  db.schema
    .createTable(name)
    .addColumn('cluster_id', 'text', (column) =>
      column.notNull().references('cluster.id').onDelete('cascade'),
    );

async function createClusters(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('cluster')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('settings_json', 'text', (column) => column.notNull())
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('paused', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_ms', 'integer', (column) => column.notNull())
    .addColumn('changed_ms', 'integer', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createTable('secret')
    .addColumn('owner', 'text', (column) => column.primaryKey())
    .addColumn('box', 'text', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
}

async function createCollected(db: Kysely<unknown>): Promise<void> {
  await clusterTable(db, 'cluster_state')
    .addColumn('evaluated_ms', 'integer', (column) => column.notNull())
    .addColumn('state_json', 'text', (column) => column.notNull())
    .addColumn('outcomes_json', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('cluster_state_key', ['cluster_id'])
    .modifyEnd(sql`strict`)
    .execute();
  await clusterTable(db, 'cluster_node')
    .addColumn('node_id', 'text', (column) => column.notNull())
    .addColumn('seen_ms', 'integer')
    .addColumn('node_json', 'text', (column) => column.notNull())
    .addColumn('vitals_json', 'text')
    .addPrimaryKeyConstraint('cluster_node_key', ['cluster_id', 'node_id'])
    .modifyEnd(sql`strict`)
    .execute();
}

async function createFindings(db: Kysely<unknown>): Promise<void> {
  await clusterTable(db, 'finding')
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('first_seen_ms', 'integer', (column) => column.notNull())
    .addColumn('last_seen_ms', 'integer', (column) => column.notNull())
    .addColumn('closed_ms', 'integer')
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('finding_json', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('finding_key', ['cluster_id', 'id', 'first_seen_ms'])
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createIndex('finding_closed')
    .on('finding')
    .columns(['cluster_id', 'closed_ms'])
    .execute();
  await clusterTable(db, 'score')
    .addColumn('at_ms', 'integer', (column) => column.notNull())
    .addColumn('score_json', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('score_key', ['cluster_id', 'at_ms'])
    .modifyEnd(sql`strict`)
    .execute();
  await clusterTable(db, 'mark')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('check', 'text', (column) => column.notNull())
    .addColumn('subject_json', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('until_ms', 'integer')
    .addColumn('note', 'text', (column) => column.notNull())
    .addColumn('created_ms', 'integer', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
}

/** Makes the tables of the fleet. */
export const fleetTables: Migration = {
  async up(db: Kysely<unknown>) {
    await createClusters(db);
    await createCollected(db);
    await createFindings(db);
  },
};
