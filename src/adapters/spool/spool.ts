import type { TableBlock } from '../../model/telemetry/block.ts';
import type { SpooledTable } from '../../model/telemetry/spooled-tables.ts';
import type { Signal } from '../../model/telemetry/tables.ts';

/**
 * In the place of an ingestion key's id: what Castellan itself writes. It gives an unanswered request
 * again when it starts, however long it was away, so its window begins then.
 */
export const ownKeyId = 'castellan:own';

/** One decoded request on its way to disk. Atomic: all of its blocks are kept, or none. */
export interface SpoolRequest {
  readonly signal: Signal;
  /** Id of the ingestion key, '' in open mode, or `ownKeyId`. */
  readonly keyId: string;
  /** Digest of the decompressed request bytes; equal bytes give equal digests. */
  readonly digest: Uint8Array;
  readonly blocks: readonly TableBlock<SpooledTable>[];
}

/** What became of a request. Only `kept` and `absorbed` may be acknowledged to the client. */
export type SpoolOutcome =
  /** On disk by the fsync policy. */
  | { readonly kind: 'kept'; readonly entry: number }
  /** The retry of an entry that was spooled but never answered; nothing was added. */
  | { readonly kind: 'absorbed'; readonly entry: number }
  | {
      readonly kind: 'refused';
      readonly reason: 'spool_full' | 'disk_low' | 'spool_failed' | 'draining';
      readonly message: string;
      readonly retryAfterMs: number;
    };

/** The disk queue between receiving and storing. */
export interface Spool {
  /** Resolves when the request is on disk, or is refused. Does not throw for full disks. */
  append(request: SpoolRequest): Promise<SpoolOutcome>;
  /** The response for `entry` was flushed to the client: a later equal request is a new one. */
  answered(entry: number): void;
  /** The response could not be delivered: the entry will absorb one equal request. */
  unanswered(entry: number): void;
}
