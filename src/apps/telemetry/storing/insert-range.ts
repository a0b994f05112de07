import { asStoreError } from '../../../adapters/clickhouse/index.ts';
import { type SegmentInsert, type Store, StoreError } from '../../../adapters/clickhouse/store.ts';
import type { TriedTables } from '../../../adapters/spool/segment-state.ts';
import type { Logger } from '../../../base/log.ts';
import { spooledTables } from '../../../model/telemetry/spooled-tables.ts';

/** What storing needs of the store. */
export interface SegmentStore {
  insertSegment: Store['insertSegment'];
  /**
   * A hash of each table's definition, by name, `maxAgeMs` old at most. Throws a StoreError when
   * the store is unavailable.
   */
  definitions(maxAgeMs: number): Promise<TriedTables>;
}

/** A store as storing sees it. */
export function segmentStore(store: Store, now: () => number = Date.now): SegmentStore {
  let known: { readonly atMs: number; readonly tables: Promise<TriedTables> } | undefined;
  return {
    insertSegment: (segment, signal) => store.insertSegment(segment, signal),
    async definitions(maxAgeMs) {
      if (!known || now() - known.atMs > maxAgeMs)
        known = { atMs: now(), tables: readDefinitions(store) };
      try {
        return await known.tables;
      } catch (error) {
        known = undefined;
        throw asStoreError(error);
      }
    },
  };
}

async function readDefinitions(store: Store): Promise<TriedTables> {
  const result = await store.client.query({
    query:
      'SELECT name, toString(cityHash64(create_table_query)) AS hash FROM system.tables WHERE database = {database:String} AND name IN {names:Array(String)}',
    query_params: {
      database: store.database,
      // On a sharded cluster the rows are in tables of this name.
      names: Object.keys(spooledTables).flatMap((table) => [table, `${table}_local`]),
    },
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ name: string; hash: string }>();
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]));
}

/** How ClickHouse names the view that failed. */
const failedView = /(?:while pushing to view |of view ')([^\s:,']+?)[.']?(?:[\s:,]|$)/;

/** How often an insert is tried before a view whose failure may pass is left behind. */
const viewPatience = 5;

/** How often inserts failed in a view in a way that may pass, by token. */
export type ViewFailures = Map<string, number>;

/**
 * Inserts a segment's file. When a view fails, the engine may have the table's own rows already,
 * and the error does not always say so: any rejection is therefore tried again with the same token
 * past the views. What is rejected then, the table itself rejects, and nothing of it is stored. A
 * view whose failure may pass is given some tries first.
 * Returns the rejection, or undefined when stored. Throws when the store is unavailable.
 */
export async function insertWhole(
  store: SegmentStore,
  insert: SegmentInsert,
  views: ViewFailures,
  logger: Logger,
  signal: AbortSignal,
): Promise<StoreError | undefined> {
  const failure = await attempt(store, insert, signal);
  const { table, token } = insert;
  if (failure?.kind === 'unavailable') {
    const tries = failedView.test(failure.message) ? (views.get(token) ?? 0) + 1 : 0;
    if (tries > 0) views.set(token, tries);
    if (tries < viewPatience) throw failure;
  }
  views.delete(token);
  if (!failure) return undefined;
  const rejection = await insertPastViews(store, insert, signal);
  if (rejection) return rejection;
  const view = failedView.exec(failure.message)?.[1] ?? 'a view';
  logger.error('view_failed', {
    table,
    view,
    token,
    error: failure.message,
    consequence: `The rows are stored in ${table}; ${view} misses them.`,
    advice: `Repair or drop ${view}.`,
  });
  return undefined;
}

/**
 * Inserts a file, whatever its views do: for the pieces of a segment that the table itself rejects.
 * Returns the rejection, or undefined when stored. Throws when the store is unavailable.
 */
export async function insertPastViews(
  store: SegmentStore,
  insert: SegmentInsert,
  signal: AbortSignal,
): Promise<StoreError | undefined> {
  const failure = await attempt(store, { ...insert, ignoreViewErrors: true }, signal);
  if (failure?.kind === 'unavailable') throw failure;
  return failure;
}

async function attempt(
  store: SegmentStore,
  insert: SegmentInsert,
  signal: AbortSignal,
): Promise<StoreError | undefined> {
  try {
    await store.insertSegment(insert, signal);
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}
