import { type Generated, type Kysely, type Migration, sql } from 'kysely';

/** Tables of the alerts. Columns named `…_json` hold a shape of `model/alert`, or one that says so. */
export interface AlertTables {
  /** Active alerts, which evaluation goes on from after a restart, and those that are over. */
  alert: {
    id: string;
    source: string;
    state: string;
    severity: string;
    cluster_id: string | null;
    since_ms: number;
    resolved_ms: number | null;
    /** Evaluation goes on from it: it is active, or people are yet to be told that it is over. */
    live: number;
    /** Words that it is found by, in lower case. */
    words: string;
    /** `AlertRecord` of core/alerting. */
    record_json: string;
  };
  alert_rule: {
    id: string;
    origin: 'default' | 'api';
    /** `RuleBody`. */
    body_json: string;
    created_ms: number;
    updated_ms: number;
    evaluated_ms: number | null;
    problem: string | null;
  };
  silence: {
    id: string;
    /** `AlertMatch`. */
    match_json: string;
    starts_ms: number;
    ends_ms: number;
    by: string;
    comment: string;
    created_ms: number;
  };
  maintenance_window: {
    id: string;
    /** `MaintenanceBody`. */
    body_json: string;
    created_ms: number;
  };
  /** What a channel needs beside its secrets, which are in `secret` as `channel/<id>`. */
  alert_channel: {
    id: string;
    origin: 'api' | 'environment';
    /** `ChannelSettings` of adapters/notify without secrets. */
    settings_json: string;
    created_ms: number;
  };
  /** Messages that wait to be sent, and those that were: written together with the alerts. */
  alert_delivery: {
    id: string;
    channel_id: string;
    /** The channel's name when it was made. */
    channel_name: string;
    kind: string;
    title: string;
    /** Ids of alerts, a JSON list. */
    alerts_json: string;
    /** `NotificationMessage` of adapters/notify; '' once it was sent. */
    message_json: string;
    state: 'waiting' | 'sent' | 'failed';
    attempts: Generated<number>;
    created_ms: number;
    attempted_ms: number | null;
    next_ms: number | null;
    error: string | null;
  };
}

async function createAlerts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('cluster_id', 'text')
    .addColumn('since_ms', 'integer', (column) => column.notNull())
    .addColumn('resolved_ms', 'integer')
    .addColumn('live', 'integer', (column) => column.notNull())
    .addColumn('words', 'text', (column) => column.notNull())
    .addColumn('record_json', 'text', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema.createIndex('alert_live').on('alert').column('live').execute();
  await db.schema.createIndex('alert_since').on('alert').columns(['since_ms', 'id']).execute();
}

async function createRules(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert_rule')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('body_json', 'text', (column) => column.notNull())
    .addColumn('created_ms', 'integer', (column) => column.notNull())
    .addColumn('updated_ms', 'integer', (column) => column.notNull())
    .addColumn('evaluated_ms', 'integer')
    .addColumn('problem', 'text')
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createTable('silence')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('match_json', 'text', (column) => column.notNull())
    .addColumn('starts_ms', 'integer', (column) => column.notNull())
    .addColumn('ends_ms', 'integer', (column) => column.notNull())
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('comment', 'text', (column) => column.notNull())
    .addColumn('created_ms', 'integer', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createTable('maintenance_window')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('body_json', 'text', (column) => column.notNull())
    .addColumn('created_ms', 'integer', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
}

async function createDeliveries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert_channel')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('settings_json', 'text', (column) => column.notNull())
    .addColumn('created_ms', 'integer', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // Without a foreign key: the log outlives its channel.
  await db.schema
    .createTable('alert_delivery')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('channel_id', 'text', (column) => column.notNull())
    .addColumn('channel_name', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('alerts_json', 'text', (column) => column.notNull())
    .addColumn('message_json', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_ms', 'integer', (column) => column.notNull())
    .addColumn('attempted_ms', 'integer')
    .addColumn('next_ms', 'integer')
    .addColumn('error', 'text')
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createIndex('alert_delivery_waiting')
    .on('alert_delivery')
    .columns(['state', 'channel_id', 'created_ms'])
    .execute();
  await db.schema
    .createIndex('alert_delivery_created')
    .on('alert_delivery')
    .column('created_ms')
    .execute();
}

/** Makes the tables of the alerts. */
export const alertTables: Migration = {
  async up(db: Kysely<unknown>) {
    await createAlerts(db);
    await createRules(db);
    await createDeliveries(db);
  },
};
