import type { SpooledTable } from './spooled-tables.ts';
import type { Signal, TelemetryTable } from './tables.ts';

/**
 * Rows of one table as one block of ClickHouse's Native format (client protocol revision 0: no
 * block info, no custom serialization), with `insertedColumns` of the table in order and their
 * `wireType`s. Blocks of one table may be concatenated.
 */
export interface TableBlock<Table extends SpooledTable = TelemetryTable> {
  readonly table: Table;
  readonly rows: number;
  readonly bytes: Uint8Array;
  /**
   * What the rows take in the store's memory, where that is not as many bytes: a block holds each
   * text of a dictionary once, so that a few bytes can stand for many rows of long texts.
   */
  readonly unfoldedBytes?: number;
}

/** Records that cannot be stored (time out of range, older than retention), for partial success. */
export interface Rejection {
  readonly reason: string;
  readonly count: number;
}

/** One OTLP request, decoded. `blocks` is empty when it carries no record that can be stored. */
export interface DecodedRequest {
  readonly signal: Signal;
  readonly blocks: readonly TableBlock[];
  /** Log records, spans or data points stored. */
  readonly accepted: number;
  readonly rejections: readonly Rejection[];
}

/** Input that is not OTLP. `offset` is in bytes of the decompressed body, where known. */
export interface MalformedOtlp {
  readonly kind: 'malformed';
  readonly message: string;
  readonly offset?: number;
  /** It is OTLP, but unfolds past `maxDecodedBytes`: a smaller request may pass. */
  readonly tooLarge?: true;
}

/** How to decode: everything that is not in the bytes. Times are nanoseconds since the epoch. */
export interface DecodeOptions {
  readonly encoding: 'protobuf' | 'json';
  /** Used where a record carries neither a time nor an observed time. */
  readonly arrivalNs: bigint;
  /** Records before this are refused; absent = kept for ever. Sessions have their own limit. */
  readonly oldestNs?: bigint;
  readonly oldestSessionNs?: bigint;
  readonly severityInference: boolean;
  readonly jsonBodyExpansion: boolean;
  /**
   * What the blocks of one request may take together, since each row repeats its resource.
   * Default 1 GiB.
   */
  readonly maxDecodedBytes?: number;
}
