import type { Rejection } from '../../model/telemetry/block.ts';
import type { Signal } from '../../model/telemetry/tables.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** Both encodings of OTLP; `json` is UTF-8 text. */
export type Encoding = 'protobuf' | 'json';

const rejectedName: Readonly<Record<Signal, string>> = {
  logs: 'rejectedLogRecords',
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
};

/**
 * An ExportLogsServiceResponse, or that of the other signals: empty, or with a partial success that
 * counts all rejections and names each reason.
 */
export function encodeExportResponse(
  signal: Signal,
  rejections: readonly Rejection[],
  encoding: Encoding,
): Uint8Array {
  let rejected = 0;
  for (const { count } of rejections) rejected += count;
  const message = rejections.map(({ count, reason }) => `${count} refused: ${reason}`).join('; ');
  if (encoding === 'json') {
    // A 64-bit integer is a string in protobuf's JSON.
    const partialSuccess = { [rejectedName[signal]]: String(rejected), errorMessage: message };
    return jsonBytes(rejected > 0 ? { partialSuccess } : {});
  }
  const out = new ProtobufWriter(256);
  if (rejected > 0) {
    const partialSuccess = out.begin(1);
    out.integer(1, BigInt(rejected));
    out.text(2, message);
    out.end(partialSuccess);
  }
  return out.finish();
}

/** A refusal as google.rpc.Status has it. */
export interface StatusBody {
  /** A code of google.rpc.Code, for example 3 INVALID_ARGUMENT or 14 UNAVAILABLE. */
  readonly code: number;
  readonly message: string;
  /** Adds a RetryInfo detail: the client may try again after so long. */
  readonly retryDelayMs?: number;
}

const retryInfoType = 'type.googleapis.com/google.rpc.RetryInfo';

/**
 * A google.rpc.Status: the body of an OTLP/HTTP refusal, and in protobuf the trailer
 * `grpc-status-details-bin` of a gRPC one.
 */
export function encodeStatus(status: StatusBody, encoding: Encoding): Uint8Array {
  const { code, message, retryDelayMs } = status;
  if (encoding === 'json') {
    const details = retryDelayMs !== undefined && [
      { '@type': retryInfoType, retryDelay: durationText(retryDelayMs) },
    ];
    return jsonBytes({ code, message, ...(details && { details }) });
  }
  const out = new ProtobufWriter(256);
  if (code !== 0) out.integer(1, BigInt(code));
  if (message !== '') out.text(2, message);
  if (retryDelayMs !== undefined) {
    const any = out.begin(3);
    out.text(1, retryInfoType);
    const retryInfo = out.begin(2);
    const delay = out.begin(1);
    const { seconds, nanos } = duration(retryDelayMs);
    if (seconds > 0) out.integer(1, BigInt(seconds));
    if (nanos > 0) out.integer(2, BigInt(nanos));
    out.end(delay);
    out.end(retryInfo);
    out.end(any);
  }
  return out.finish();
}

/** A google.protobuf.Duration of at least nothing, in whole milliseconds. */
function duration(ms: number): { seconds: number; nanos: number } {
  const whole = Math.max(0, Math.ceil(ms));
  return { seconds: Math.floor(whole / 1_000), nanos: (whole % 1_000) * 1_000_000 };
}

function durationText(ms: number): string {
  const { seconds, nanos } = duration(ms);
  const millis = nanos / 1_000_000;
  return millis === 0 ? `${seconds}s` : `${seconds}.${String(millis).padStart(3, '0')}s`;
}

const utf8 = new TextEncoder();
const jsonBytes = (value: unknown): Uint8Array => utf8.encode(JSON.stringify(value));
