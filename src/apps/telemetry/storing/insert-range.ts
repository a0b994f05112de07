import { type SegmentInsert, type Store, StoreError } from '../../../adapters/clickhouse/store.ts';
import type { Logger } from '../../../base/log.ts';
import type { TelemetryTable } from '../../../model/telemetry/tables.ts';

/** What storing needs of the store. */
export interface SegmentStore {
  insertSegment: Store['insertSegment'];
  /** How long ago the definition of a table was changed; undefined where it has none. */
  definitionAgeMs(table: TelemetryTable): Promise<number | undefined>;
}

/** A store as storing sees it. */
export function segmentStore(store: Store): SegmentStore {
  return {
    insertSegment: (segment, signal) => store.insertSegment(segment, signal),
    async definitionAgeMs(table) {
      const result = await store.client.query({
        query:
          'SELECT toUnixTimestamp(now()) - toUnixTimestamp(metadata_modification_time) AS age FROM system.tables WHERE database = {database:String} AND name = {table:String}',
        query_params: { database: store.database, table },
        format: 'JSONEachRow',
      });
      const [row] = await result.json<{ age: number | string }>();
      return row ? Number(row.age) * 1_000 : undefined;
    },
  };
}

/** How ClickHouse names the view that failed. */
const failedView = /(?:while pushing to view |of view ')([^\s:,']+?)[.']?(?:[\s:,]|$)/;

/** How often an insert is tried before a view whose failure may pass is left behind. */
const viewPatience = 5;

/** How often inserts failed in a view in a way that may pass, by token. */
export type ViewFailures = Map<string, number>;

/**
 * Inserts a file. When a view fails, the engine may have the table's own rows already, and the
 * error does not always say so: any rejection is therefore tried again with the same token past
 * the views. What is rejected then, the table itself rejects, and nothing of it is stored. A view
 * whose failure may pass is given some tries first.
 * Returns the rejection, or undefined when stored. Throws when the store is unavailable.
 */
export async function insertRange(
  store: SegmentStore,
  insert: SegmentInsert,
  views: ViewFailures,
  logger: Logger,
  signal: AbortSignal,
): Promise<StoreError | undefined> {
  const failure = await attempt(store, insert, signal);
  const { table, token } = insert;
  if (failure?.kind === 'unavailable') {
    const tries = (views.get(token) ?? 0) + 1;
    if (!failedView.test(failure.message) || tries < viewPatience) {
      if (failedView.test(failure.message)) views.set(token, tries);
      throw failure;
    }
  }
  views.delete(token);
  if (!failure) return undefined;
  const again = await attempt(store, { ...insert, ignoreViewErrors: true }, signal);
  if (again?.kind === 'unavailable') throw again;
  if (again) return again;
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
