import type { ClickHouseClient } from '@clickhouse/client';
import type { SpooledTable } from '../../model/telemetry/spooled-tables.ts';

/**
 * The store as the apps see it: ClickHouse behind its HTTP interface, embedded or not. There is no
 * second code path; what differs is only how a segment's bytes travel.
 */
export interface Store {
  readonly kind: 'embedded' | 'server';
  readonly database: string;
  /** For statements of our own: schema, inserts, system tables. */
  readonly client: ClickHouseClient;
  /** For whatever a user's text went into: `readonly=1` on the server's side. */
  readonly reader: ClickHouseClient;
  /** Inserts one sealed segment file as one deduplicated insert. Throws a StoreError. */
  insertSegment(segment: SegmentInsert, signal?: AbortSignal): Promise<void>;
  /** Stops a statement of ours by its query id; returns when the request to do so was taken. */
  cancel(queryId: string): Promise<void>;
  /** Whether the store answers now, and if not, what to tell a person. */
  health(): Promise<StoreHealth>;
  close(): Promise<void>;
}

export interface StoreHealth {
  readonly status: 'ok' | 'starting' | 'unavailable';
  /** What is wrong and what to do. */
  readonly detail?: string;
  readonly version?: string;
}

/** A file of concatenated Native blocks, all for one table. */
export interface SegmentInsert {
  readonly table: SpooledTable;
  /** Absolute path. The embedded engine reads it by its path, a server gets it as the body. */
  readonly path: string;
  readonly rows: number;
  /** Deduplication token: the same token with the same file never stores rows twice. */
  readonly token: string;
  /**
   * Store the rows although a view on the table fails (`materialized_views_ignore_errors`). The
   * engine has the table's own rows by the time that a view fails, so a repetition with the same
   * token and this set adds nothing to the table and completes the views that work.
   */
  readonly ignoreViewErrors?: boolean;
}

/**
 * Why the store failed, as the caller has to react: `content` will fail again with the same bytes,
 * `unavailable` may pass.
 */
export class StoreError extends Error {
  readonly kind: 'content' | 'unavailable';
  /** ClickHouse's error code, where it answered with one. */
  readonly clickhouseCode: number | undefined;

  constructor(
    kind: 'content' | 'unavailable',
    message: string,
    options: { cause?: unknown; clickhouseCode?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'StoreError';
    this.kind = kind;
    this.clickhouseCode = options.clickhouseCode;
  }
}
