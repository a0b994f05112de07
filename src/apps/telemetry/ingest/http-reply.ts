import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { encodeStatus } from '../../../core/otlp/index.ts';
import { mediaType, type OtlpEncoding } from './http-route.ts';
import { type Refusal, refusalCodes } from './refusal.ts';

/** How much of a refused body is read to its end, so that the client gets to see the answer. */
interface LingerLimits {
  readonly bytes: number;
  readonly timeoutMs: number;
}
const linger: LingerLimits = { bytes: 4 * 1_048_576, timeoutMs: 2_000 };

const corsMaxAgeSeconds = '7200';

/**
 * CORS: any origin. The origin is named and credentials are allowed, because browsers' sendBeacon
 * (which the OpenTelemetry web exporters use) always sends them; nothing here reads cookies.
 */
export function setCors(request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
  response.setHeader('Vary', 'Origin');
}

/** Answers a preflight, and every other OPTIONS. */
export function answerOptions(request: IncomingMessage, response: ServerResponse): void {
  const asked = request.headers['access-control-request-headers'];
  response.writeHead(204, {
    Allow: 'POST, OPTIONS',
    'Access-Control-Allow-Methods': 'POST, OPTIONS',
    'Access-Control-Allow-Headers': asked ?? 'authorization, content-type, content-encoding',
    'Access-Control-Max-Age': corsMaxAgeSeconds,
    'Content-Length': 0,
  });
  response.end();
}

/** Answers with text for people. */
export function answerText(response: ServerResponse, text: string): void {
  response.writeHead(200, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}

/** The refusal as a google.rpc.Status with the headers that belong to it. */
export function answerRefusal(
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  refusal: Refusal,
  encoding: OtlpEncoding,
): void {
  const codes = refusalCodes[refusal.reason];
  const body = encodeStatus(
    {
      code: codes.grpc,
      message: refusal.message,
      ...(refusal.retryAfterMs === undefined ? {} : { retryDelayMs: refusal.retryAfterMs }),
    },
    encoding,
  );
  const keepOpen = restIsSmall(request);
  response.writeHead(codes.http, {
    ...headersOf(refusal),
    'Content-Type': mediaType[encoding],
    'Content-Length': body.length,
    ...(keepOpen ? {} : { Connection: 'close' }),
  });
  if (keepOpen) {
    response.end(body);
    request.resume();
    return;
  }
  response.write(body);
  endWhenRead(request, response);
}

/** Whether what is still to come of the body is little enough to be read to its end. */
function restIsSmall(request: IncomingMessage): boolean {
  if (request.complete) return true;
  const { headers } = request;
  if (headers['transfer-encoding'] !== undefined || headers.expect !== undefined) return false;
  return Number(headers['content-length'] ?? 0) <= linger.bytes;
}

function headersOf({ reason, retryAfterMs }: Refusal): OutgoingHttpHeaders {
  return {
    ...(retryAfterMs === undefined
      ? {}
      : { 'Retry-After': Math.max(1, Math.ceil(retryAfterMs / 1_000)) }),
    ...(reason === 'unauthenticated' ? { 'WWW-Authenticate': 'Bearer realm="OTLP"' } : {}),
    ...(reason === 'wrong_method' ? { Allow: 'POST, OPTIONS' } : {}),
    ...(reason === 'unsupported_coding' ? { 'Accept-Encoding': 'gzip, deflate, zstd' } : {}),
    ...(reason === 'unsupported_type'
      ? { 'Accept-Post': 'application/x-protobuf, application/json' }
      : {}),
  };
}

/**
 * Closing a connection while the client still sends makes its kernel drop the answer (a reset), so
 * what it sends is read and thrown away for a while first.
 */
function endWhenRead(request: IncomingMessage, response: ServerResponse): void {
  let leftBytes = linger.bytes;
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, linger.timeoutMs);
  request.on('data', (chunk: Buffer) => {
    leftBytes -= chunk.length;
    if (leftBytes < 0) end();
  });
  request.on('end', end).on('close', end).on('error', end);
  request.resume();
}
