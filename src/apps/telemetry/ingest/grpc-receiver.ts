import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createTcpServer } from 'node:net';
import { encodeExportResponse } from '../../../core/otlp/index.ts';
import type { Signal } from '../../../model/telemetry/tables.ts';
import { acceptExport, countRefused, type ReceiverParts } from './accept-export.ts';
import { excessOfWork } from './excess-of-work.ts';
import { checkCall, type GrpcCall, isGrpc, routeGrpc } from './grpc-call.ts';
import { admitConnection } from './grpc-connection.ts';
import { prefixBytes, readMessage } from './grpc-frame.ts';
import { answerMessage, answerNotGrpc, answerRefusedCall } from './grpc-reply.ts';
import { collectBody, noRoom } from './held-body.ts';
import type { HostRule } from './host-rule.ts';
import type { Sender } from './key-ring.ts';
import { countConnections, listen, waitUntil } from './listening.ts';
import type { Receiver, ReceiverAddress } from './receiver.ts';
import type { ReceiverLimits } from './receiver-limits.ts';
import { type Refusal, refuse } from './refusal.ts';

interface GrpcReceiver {
  readonly parts: ReceiverParts;
  readonly hostRule: HostRule;
  readonly sessions: Set<ServerHttp2Session>;
  /** Calls whose stream is open. */
  active: number;
  draining: boolean;
}

/** One call with the stream that it came on. */
interface Exchange {
  readonly stream: ServerHttp2Stream;
  answered: boolean;
}

const serving = Uint8Array.of(0x08, 1);
const notServing = Uint8Array.of(0x08, 2);

/** Starts the OTLP/gRPC receiver (HTTP/2 without TLS). Rejects where it cannot listen. */
export async function startGrpcReceiver(
  address: ReceiverAddress,
  parts: ReceiverParts,
  hostRule: HostRule,
): Promise<Receiver> {
  const { limits } = parts;
  const receiver: GrpcReceiver = {
    parts,
    hostRule,
    sessions: new Set(),
    active: 0,
    draining: false,
  };
  const http2 = createHttp2(limits);
  http2.on('session', (session) => receiveSession(receiver, session));
  http2.on('stream', (stream, headers) => receiveStream(receiver, stream, headers));
  http2.on('sessionError', ({ message }) =>
    countRefused(parts.tally, refuse('bad_framing', message), undefined),
  );
  const tcp = createTcpServer({ noDelay: true }, (socket) =>
    admitConnection(socket, http2, limits.headersTimeoutMs),
  );
  tcp.maxConnections = limits.maxConnections;
  tcp.on('drop', () => countRefused(parts.tally, noRoom(limits.overloadRetryMs), undefined));
  const connections = countConnections(tcp);
  const port = await listen(tcp, address);
  return {
    port,
    load: () => ({ requests: receiver.active, connections: connections() }),
    async drain(deadlineMs) {
      receiver.draining = true;
      tcp.close();
      for (const session of receiver.sessions) session.close();
      await waitUntil(() => receiver.active === 0 && connections() === 0, deadlineMs);
      for (const session of receiver.sessions) cutOff(session);
    },
  };
}

/**
 * Limits of the protocol. Windows are larger than the standard's 64 KiB so that one batch takes
 * one round trip; the limits on resets and bad frames bound what a hostile client can make us do
 * (rapid reset, CVE-2023-44487) far above what exporters need.
 */
const createHttp2 = (limits: ReceiverLimits): Http2Server =>
  createServer({
    settings: {
      initialWindowSize: 1_048_576,
      maxConcurrentStreams: limits.maxStreamsPerConnection,
      maxHeaderListSize: limits.maxHeaderBytes,
      enablePush: false,
    },
    maxHeaderListPairs: 64,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
    maxSettings: 32,
    streamResetBurst: 200,
    streamResetRate: 20,
  });

/** Bytes that one connection may have under way. */
const sessionWindowBytes = 4 * 1_048_576;
/** How long a connection may take to end after it was told to. */
const goodbyeMs = 5_000;

/** Ends a connection now; streams that are not finished close with CANCEL. */
const cutOff = (session: ServerHttp2Session): void =>
  session.destroy(undefined, constants.NGHTTP2_CANCEL);

function receiveSession({ sessions, parts }: GrpcReceiver, session: ServerHttp2Session): void {
  sessions.add(session);
  session.once('close', () => sessions.delete(session));
  session.setLocalWindowSize(sessionWindowBytes);
  session.setTimeout(parts.limits.idleTimeoutMs, () => {
    session.close();
    setTimeout(() => cutOff(session), goodbyeMs).unref();
  });
}

function receiveStream(
  receiver: GrpcReceiver,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): void {
  const { parts } = receiver;
  parts.tally.requests += 1;
  receiver.active += 1;
  stream.once('close', () => {
    receiver.active -= 1;
  });
  // A stream that fails also closes, and that is what counts; unheard, the error would end us.
  stream.on('error', () => undefined);
  const exchange: Exchange = { stream, answered: false };
  if (!isGrpc(headers)) {
    countRefused(parts.tally, refuse('unsupported_type', ''), undefined);
    answerNotGrpc(stream, headers[':method']);
    return;
  }
  const method = routeGrpc(headers[':path'] ?? '');
  if (!method.ok) refuseCall(receiver, exchange, method.error);
  else if (method.value.kind === 'health') {
    stream.resume();
    answerMessage(stream, receiver.draining ? notServing : serving);
  } else receiveExport(receiver, exchange, headers, method.value.signal);
}

function receiveExport(
  receiver: GrpcReceiver,
  exchange: Exchange,
  headers: IncomingHttpHeaders,
  signal: Signal,
): void {
  const call = checkCall(headers, receiver.parts.keys, receiver.hostRule);
  if (!call.ok) {
    refuseCall(receiver, exchange, call.error);
    return;
  }
  const { sender } = call.value;
  const excess =
    receiver.parts.keys.excess(sender) ?? excessOfWork(receiver, receiver.parts.limits);
  if (excess) {
    refuseCall(receiver, exchange, excess, sender);
    return;
  }
  takeExport(receiver, exchange, signal, call.value).catch((error: unknown) => {
    receiver.parts.logger.error('otlp_grpc_call_failed', { error });
    exchange.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  });
}

/** Reads, decompresses, decodes and spools the message, then answers. */
async function takeExport(
  receiver: GrpcReceiver,
  exchange: Exchange,
  signal: Signal,
  { coding, sender, timeoutMs }: GrpcCall,
): Promise<void> {
  const { parts } = receiver;
  const { limits, budget } = parts;
  const { stream } = exchange;
  const refuseLate = (what: string) => () =>
    refuseCall(receiver, exchange, refuse('too_slow', what), sender);
  const slow = setTimeout(
    refuseLate(`The message did not arrive within ${limits.requestTimeoutMs} ms.`),
    limits.requestTimeoutMs,
  );
  const deadline =
    timeoutMs === undefined
      ? undefined
      : setTimeout(refuseLate(`The deadline of ${timeoutMs} ms has passed.`), timeoutMs);
  stream.once('close', () => {
    clearTimeout(slow);
    clearTimeout(deadline);
  });
  const maxBodyBytes = limits.maxBodyBytes + prefixBytes;
  const body = await collectBody(stream, { ...limits, maxBodyBytes }, budget);
  clearTimeout(slow);
  if (body === undefined) return;
  const message = body.ok ? readMessage(body.value.bytes, coding, limits) : body;
  if (body.ok) body.value.release();
  const accepted = message.ok
    ? await acceptExport(parts, { signal, encoding: 'protobuf', bytes: message.value, sender })
    : message;
  if (!accepted.ok) {
    refuseCall(receiver, exchange, accepted.error, sender);
    return;
  }
  const { entry, rejections } = accepted.value;
  if (isOver(exchange)) {
    if (entry !== undefined) parts.spool.unanswered(entry);
    return;
  }
  if (entry !== undefined) markWhenFlushed(receiver, stream, entry);
  exchange.answered = true;
  answerMessage(stream, encodeExportResponse(signal, rejections, 'protobuf'));
}

const isOver = ({ stream, answered }: Exchange): boolean =>
  answered || stream.destroyed || stream.closed || stream.headersSent;

/**
 * Tells the spool whether the acknowledgement of `entry` left for the client. A stream closes
 * without an error once its trailers were written; a lost connection closes it with CANCEL.
 */
function markWhenFlushed({ parts }: GrpcReceiver, stream: ServerHttp2Stream, entry: number): void {
  stream.once('close', () => {
    const left = stream.rstCode === constants.NGHTTP2_NO_ERROR && stream.sentTrailers !== undefined;
    if (left) parts.spool.answered(entry);
    else parts.spool.unanswered(entry);
  });
}

function refuseCall(
  { parts }: GrpcReceiver,
  exchange: Exchange,
  refusal: Refusal,
  sender?: Sender,
): void {
  if (exchange.answered) return;
  exchange.answered = true;
  countRefused(parts.tally, refusal, sender);
  if (exchange.stream.destroyed || exchange.stream.closed) return;
  answerRefusedCall(exchange.stream, refusal);
}
