import { createReadStream } from 'node:fs';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { spooledTables } from '../../model/telemetry/spooled-tables.ts';
import { insertedColumns } from '../../model/telemetry/tables.ts';
import type { SegmentInsert, Store, StoreHealth } from './store.ts';
import type { StoreConnection } from './store-connection.ts';
import { asStoreError } from './store-errors.ts';

export interface StoreOptions {
  /** Sockets to the store. Default 16. */
  readonly maxConnections?: number;
  /** How long an answer may take to begin. Default 10 minutes. */
  readonly requestTimeoutMs?: number;
  /** Longest wait of `health()`. Default 3 s. */
  readonly healthTimeoutMs?: number;
}

/**
 * One segment becomes one block, so that its token covers all of it: nothing is split by size, and
 * nothing is read or written by several threads, which would make the order of rows a matter of
 * chance. Views are de-duplicated by the same token.
 */
const oneBlockSettings = {
  max_insert_block_size: '1000000000',
  min_insert_block_size_rows: '1000000000',
  min_insert_block_size_bytes: '1000000000000',
  max_insert_threads: '1',
  max_threads: 1,
  async_insert: 0,
  // A segment after an outage may hold records of many days.
  max_partitions_per_insert_block: '0',
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
} as const;

/**
 * Opens a store on a connection. Cheap: sockets are opened as needed, so each thread has its own.
 * Does not wait for the store; `health()` tells whether it answers.
 */
export function connectStore(connection: StoreConnection, options: StoreOptions = {}): Store {
  const client = openClient(connection, options, {});
  const reader = openClient(connection, options, { readonly: '1' });
  return {
    kind: connection.kind,
    database: connection.database,
    client,
    reader,
    insertSegment: (segment, signal) => insertSegment(connection, client, segment, signal),
    cancel: (queryId) => cancel(client, queryId),
    health: () => checkHealth(client, options.healthTimeoutMs ?? 3_000),
    close: async () => {
      await Promise.all([client.close(), reader.close()]);
    },
  };
}

function openClient(
  connection: StoreConnection,
  options: StoreOptions,
  settings: Record<string, string>,
): ClickHouseClient {
  const given = connection.kind === 'server' ? connection.settings : {};
  return createClient({
    url: connection.url,
    username: connection.username,
    password: connection.password,
    database: connection.database,
    application: 'castellan',
    max_open_connections: options.maxConnections ?? 16,
    request_timeout: options.requestTimeoutMs ?? 600_000,
    compression: { request: false, response: connection.kind === 'server' },
    clickhouse_settings: { ...given, ...settings },
    // Failures are thrown to whoever asked, who logs them with what was being done.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

async function insertSegment(
  connection: StoreConnection,
  client: ClickHouseClient,
  segment: SegmentInsert,
  signal: AbortSignal | undefined,
): Promise<void> {
  const columns = insertedColumns(spooledTables[segment.table]).map(({ name }) => `\`${name}\``);
  const query = `INSERT INTO \`${segment.table}\` (${columns.join(', ')}) FORMAT Native`;
  const common = {
    ...oneBlockSettings,
    insert_deduplication_token: segment.token,
    ...(segment.ignoreViewErrors ? { materialized_views_ignore_errors: 1 as const } : {}),
  };
  try {
    signal?.throwIfAborted();
    if (connection.kind === 'embedded') {
      await client.command({
        query,
        clickhouse_settings: { ...common, ...selectDeduplication },
        http_headers: { 'X-Castellan-Insert-File': segment.path },
        ...(signal ? { abort_signal: signal } : {}),
      });
      return;
    }
    const answer = await client.exec({
      query,
      values: createReadStream(segment.path),
      clickhouse_settings: { ...common, wait_end_of_query: 1 },
      ...(signal ? { abort_signal: signal } : {}),
    });
    answer.stream.resume();
    await new Promise<void>((resolve, reject) => {
      answer.stream.once('end', resolve);
      answer.stream.once('error', reject);
    });
  } catch (error) {
    throw asStoreError(error);
  }
}

/** The embedded engine reads the file by a SELECT, whose order is fixed by the settings above. */
const selectDeduplication = { deduplicate_insert_select: 'enable_even_for_bad_queries' } as const;

async function cancel(client: ClickHouseClient, queryId: string): Promise<void> {
  try {
    await client.command({
      // The embedded engine makes ids of its own and knows ours as the comment.
      query:
        "KILL QUERY WHERE query_id = {id:String} OR Settings['log_comment'] = {id:String} ASYNC",
      query_params: { id: queryId },
    });
  } catch (error) {
    throw asStoreError(error);
  }
}

async function checkHealth(client: ClickHouseClient, timeoutMs: number): Promise<StoreHealth> {
  try {
    const answer = await client.query({
      query: 'SELECT version() AS version',
      format: 'JSONEachRow',
      abort_signal: AbortSignal.timeout(timeoutMs),
    });
    const [row] = await answer.json<{ version: string }>();
    return { status: 'ok', version: row?.version ?? '' };
  } catch (error) {
    const detail =
      error instanceof Error && /abort/i.test(error.name + error.message)
        ? `the store did not answer within ${timeoutMs} ms; it is overloaded, starting or not reachable`
        : asStoreError(error).message;
    return { status: 'unavailable', detail };
  }
}
