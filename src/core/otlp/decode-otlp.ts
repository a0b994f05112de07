import { err, ok, type Result } from '../../base/result.ts';
import type { DecodedRequest, DecodeOptions, MalformedOtlp } from '../../model/telemetry/block.ts';
import type { Signal } from '../../model/telemetry/tables.ts';
import { BlockList } from './block-writer.ts';
import { LogSink, LogTables } from './log-sink.ts';
import { MalformedInput } from './malformed.ts';
import type { Refusals } from './refusals.ts';
import { readRequest } from './request.ts';
import { WireReader } from './wire-reader.ts';

/** What the blocks of one request may take together, unless an option says otherwise. */
export const defaultMaxDecodedBytes = 1 << 30;

/**
 * Decodes one export request of a signal into blocks of ClickHouse's Native format.
 *
 * A request that is not OTLP gives a `MalformedOtlp`, and nothing of it is stored. Records that are
 * well-formed but cannot be stored are counted in `rejections`, and the others are in `blocks`; a
 * table may have several blocks.
 */
export function decodeOtlp(
  signal: Signal,
  bytes: Uint8Array,
  options: DecodeOptions,
): Result<DecodedRequest, MalformedOtlp> {
  try {
    const list = new BlockList(defaultMaxDecodedBytes);
    const refusals = decodeProtobuf(signal, bytes, options, list);
    const { blocks, rows } = list;
    return ok({ signal, blocks, accepted: rows, rejections: refusals.list() });
  } catch (error) {
    if (!(error instanceof MalformedInput)) throw error;
    const { message, offset } = error;
    return err({ kind: 'malformed', message, ...(offset !== undefined && { offset }) });
  }
}

function decodeProtobuf(
  _signal: Signal,
  bytes: Uint8Array,
  options: DecodeOptions,
  list: BlockList,
): Refusals {
  const tables = new LogTables();
  tables.open(list);
  const sink = new LogSink(tables, options);
  readRequest(new WireReader(bytes), sink);
  tables.close();
  return sink.refusals;
}
