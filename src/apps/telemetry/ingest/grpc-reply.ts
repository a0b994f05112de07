import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { encodeStatus } from '../../../core/otlp/index.ts';
import { contentCodings } from './content-coding.ts';
import { frameMessage } from './grpc-frame.ts';
import { type Refusal, refusalCodes } from './refusal.ts';

const replyHeaders: OutgoingHttpHeaders = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-accept-encoding': contentCodings.join(','),
};

/** Percent-encodes a grpc-message: everything but printable ASCII, and `%`, as UTF-8. */
export const encodeGrpcMessage = (message: string): string =>
  Array.from(new TextEncoder().encode(message), (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');

/** Answers with one message and status OK. */
export function answerMessage(stream: ServerHttp2Stream, message: Uint8Array): void {
  stream.respond(replyHeaders, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(frameMessage(message));
}

/**
 * Answers with a status alone, and tells the client to stop sending where it still does. What
 * passes carries a RetryInfo, without which clients take RESOURCE_EXHAUSTED for final.
 */
export function answerRefusedCall(
  stream: ServerHttp2Stream,
  { reason, message, retryAfterMs }: Refusal,
): void {
  const code = refusalCodes[reason].grpc;
  const details =
    retryAfterMs === undefined
      ? undefined
      : encodeStatus({ code, message, retryDelayMs: retryAfterMs }, 'protobuf');
  stream.respond(
    {
      ...replyHeaders,
      'grpc-status': String(code),
      'grpc-message': encodeGrpcMessage(message),
      ...(details ? { 'grpc-status-details-bin': Buffer.from(details).toString('base64') } : {}),
    },
    { endStream: true },
  );
  stopSending(stream);
}

/** Answers a request that is not gRPC, as HTTP. */
export function answerNotGrpc(stream: ServerHttp2Stream, method: string | undefined): void {
  const status = method === 'POST' ? 415 : 405;
  stream.respond({ ':status': status, 'content-type': 'text/plain; charset=utf-8' });
  stream.end(
    'This is the OTLP/gRPC port: it takes POST with content type application/grpc. OTLP/HTTP has a port of its own (4318 by default).\n',
  );
  stopSending(stream);
}

/** RFC 9113, 8.1: after a complete answer, a reset with NO_ERROR asks to send no more. */
function stopSending(stream: ServerHttp2Stream): void {
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
}
