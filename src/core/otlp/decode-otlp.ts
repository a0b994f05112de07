import { err, ok, type Result } from '../../base/result.ts';
import type { DecodedRequest, DecodeOptions, MalformedOtlp } from '../../model/telemetry/block.ts';
import type { Signal } from '../../model/telemetry/tables.ts';
import { BlockList } from './block-writer.ts';
import { protobufOfJson } from './json-request.ts';
import { LogSink, LogTables } from './log-sink.ts';
import { MalformedInput } from './malformed.ts';
import { MetricSink, MetricTables } from './metric-sink.ts';
import type { Refusals } from './refusals.ts';
import { type RecordSink, readRequest } from './request.ts';
import { SpanSink } from './span-sink.ts';
import { SpanTable } from './span-table.ts';
import { WireReader } from './wire-reader.ts';

/** What the blocks of one request may take together, unless an option says otherwise. */
const defaultMaxDecodedBytes = 1 << 30;

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
  const list = new BlockList(options.maxDecodedBytes ?? defaultMaxDecodedBytes);
  try {
    const refusals =
      options.encoding === 'json'
        ? decodeJson(signal, bytes, options, list)
        : decodeProtobuf(signal, new WireReader(bytes), options, list);
    const { blocks, rows } = list;
    return ok({ signal, blocks, accepted: rows, rejections: refusals.list() });
  } catch (error) {
    if (!(error instanceof MalformedInput)) throw error;
    list.blocks.length = 0;
    const { message, offset, tooLarge } = error;
    return err({
      kind: 'malformed',
      message,
      ...(offset !== undefined && { offset }),
      ...(tooLarge && { tooLarge: true as const }),
    });
  }
}

/**
 * The columns of each signal, made once: every request begins them anew and uses their memory
 * again. Decoding is synchronous, so no two requests meet in them.
 */
const kept: { logs?: LogTables; traces?: SpanTable; metrics?: MetricTables } = {};

/** Offsets in the bytes that stand between JSON and the reader would mislead, so they are hidden. */
function decodeJson(
  signal: Signal,
  bytes: Uint8Array,
  options: DecodeOptions,
  list: BlockList,
): Refusals {
  const protobuf = protobufOfJson(signal, bytes);
  const reader = new WireReader(protobuf, 0, protobuf.length, 1, false);
  return decodeProtobuf(signal, reader, options, list);
}

function decodeProtobuf(
  signal: Signal,
  reader: WireReader,
  options: DecodeOptions,
  list: BlockList,
): Refusals {
  if (signal === 'traces') {
    kept.traces ??= new SpanTable();
    return readInto(kept.traces, new SpanSink(kept.traces, options), reader, list);
  }
  if (signal === 'metrics') {
    kept.metrics ??= new MetricTables();
    return readInto(kept.metrics, new MetricSink(kept.metrics, options), reader, list);
  }
  kept.logs ??= new LogTables();
  return readInto(kept.logs, new LogSink(kept.logs, options), reader, list);
}

interface Tables {
  open(list: BlockList): void;
  close(): void;
}

function readInto(
  tables: Tables,
  sink: RecordSink & { readonly refusals: Refusals },
  reader: WireReader,
  list: BlockList,
): Refusals {
  tables.open(list);
  readRequest(reader, sink);
  tables.close();
  return sink.refusals;
}
