import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Spool } from '../../../adapters/spool/spool.ts';
import { encodeExportResponse } from '../../../core/otlp/index.ts';
import type { Signal } from '../../../model/telemetry/tables.ts';
import { acceptExport, countRefused, type ReceiverParts } from './accept-export.ts';
import { decompress } from './content-coding.ts';
import { excessOfWork } from './excess-of-work.ts';
import { collectBody, noRoom } from './held-body.ts';
import type { HostRule } from './host-rule.ts';
import { answerOnSocket, classifyBrokenRequest } from './http-broken.ts';
import { checkEnvelope, type Envelope } from './http-envelope.ts';
import { answerOptions, answerRefusal, answerText, setCors } from './http-reply.ts';
import { aboutText, mediaType, parseContentType, routeHttp } from './http-route.ts';
import type { Sender } from './key-ring.ts';
import { countConnections, listen, waitUntil } from './listening.ts';
import type { Receiver, ReceiverAddress } from './receiver.ts';
import type { Refusal } from './refusal.ts';

interface HttpReceiver {
  readonly parts: ReceiverParts;
  readonly hostRule: HostRule;
  readonly server: Server;
  /** The request of each connection whose answer is not finished. */
  readonly exchanges: WeakMap<Duplex, Exchange>;
  /** Requests whose answer is not finished. */
  active: number;
  draining: boolean;
}

/** One request with its response. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
}

/** How often Node looks for clients that are too slow. */
const slowCheckMs = 1_000;

/** Starts the OTLP/HTTP receiver. Rejects where it cannot listen. */
export async function startHttpReceiver(
  address: ReceiverAddress,
  parts: ReceiverParts,
  hostRule: HostRule,
): Promise<Receiver> {
  const { limits } = parts;
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionsCheckingInterval: Math.min(slowCheckMs, limits.headersTimeoutMs),
    noDelay: true,
  });
  server.maxConnections = limits.maxConnections;
  const exchanges = new WeakMap<Duplex, Exchange>();
  const receiver: HttpReceiver = { parts, hostRule, server, exchanges, active: 0, draining: false };
  server.on('request', (request, response) =>
    receive(receiver, { request, response, expectsContinue: false }),
  );
  server.on('checkContinue', (request, response) =>
    receive(receiver, { request, response, expectsContinue: true }),
  );
  server.on('clientError', (error, socket) => refuseBroken(receiver, error, socket));
  server.on('drop', () => countRefused(parts.tally, noRoom(limits.overloadRetryMs), undefined));
  const connections = countConnections(server);
  const port = await listen(server, address);
  return {
    port,
    load: () => ({ requests: receiver.active, connections: connections() }),
    drain: (deadlineMs) => drain(receiver, deadlineMs),
  };
}

/** A connection on which nothing more can be read. A complete request before that is answered. */
function refuseBroken({ parts, exchanges }: HttpReceiver, error: Error, socket: Duplex): void {
  const refusal = classifyBrokenRequest(error);
  const current = exchanges.get(socket);
  if (refusal) countRefused(parts.tally, refusal, undefined);
  if (!refusal) socket.destroy();
  else if (!current) answerOnSocket(socket, refusal);
  else if (current.response.headersSent) socket.destroy();
  else if (current.request.complete) current.response.setHeader('Connection', 'close');
  else answerOnSocket(socket, refusal);
}

/** A request's headers have arrived. */
function receive(receiver: HttpReceiver, exchange: Exchange): void {
  const { request, response } = exchange;
  receiver.parts.tally.requests += 1;
  receiver.active += 1;
  response.once('close', () => {
    receiver.active -= 1;
    receiver.exchanges.delete(request.socket);
  });
  receiver.exchanges.set(request.socket, exchange);
  setCors(request, response);
  const route = routeHttp(request.method ?? '', request.url ?? '');
  if (!route.ok) refuseExchange(receiver, exchange, route.error);
  else if (route.value.kind === 'preflight') answerOptions(request, response);
  else if (route.value.kind === 'about') answerText(response, aboutText);
  else receiveExport(receiver, exchange, route.value.signal);
}

function receiveExport(receiver: HttpReceiver, exchange: Exchange, signal: Signal): void {
  const { parts, hostRule } = receiver;
  const rules = { keys: parts.keys, hostRule, maxBodyBytes: parts.limits.maxBodyBytes };
  const envelope = checkEnvelope(exchange.request.headers, signal, rules);
  if (!envelope.ok) {
    refuseExchange(receiver, exchange, envelope.error);
    return;
  }
  const { sender } = envelope.value;
  const excess = parts.keys.excess(sender) ?? excessOfWork(receiver, parts.limits);
  if (excess) {
    refuseExchange(receiver, exchange, excess, sender);
    return;
  }
  if (exchange.expectsContinue) exchange.response.writeContinue();
  takeExport(receiver, exchange, envelope.value).catch((error: unknown) => {
    parts.logger.error('otlp_http_request_failed', { error });
    exchange.response.destroy();
  });
}

/** Reads, decompresses, decodes and spools the request, then answers. */
async function takeExport(
  receiver: HttpReceiver,
  exchange: Exchange,
  { signal, encoding, coding, sender }: Envelope,
): Promise<void> {
  const { parts } = receiver;
  const { limits, budget } = parts;
  const body = await collectBody(exchange.request, limits, budget);
  if (body === undefined) return;
  const maxBytes = encoding === 'json' ? limits.maxJsonBytes : limits.maxDecodedBytes;
  const plain = body.ok ? decompress(coding, body.value.bytes, maxBytes) : body;
  if (body.ok) body.value.release();
  const accepted = plain.ok
    ? await acceptExport(parts, { signal, encoding, bytes: plain.value, sender })
    : plain;
  if (!accepted.ok) {
    refuseExchange(receiver, exchange, accepted.error, sender);
    return;
  }
  const { entry, rejections } = accepted.value;
  if (entry !== undefined) markWhenFlushed(parts.spool, exchange, entry);
  const answer = encodeExportResponse(signal, rejections, encoding);
  exchange.response.writeHead(200, {
    'Content-Type': mediaType[encoding],
    'Content-Length': answer.length,
    ...(receiver.draining ? { Connection: 'close' } : {}),
  });
  exchange.response.end(answer);
}

/** Tells the spool whether the acknowledgement of `entry` left for the client. */
function markWhenFlushed(spool: Spool, { request, response }: Exchange, entry: number): void {
  const { socket } = request;
  if (response.destroyed || socket.destroyed) {
    spool.unanswered(entry);
    return;
  }
  let flushed = false;
  response.once('finish', () => {
    flushed = !socket.destroyed;
    if (flushed) spool.answered(entry);
  });
  response.once('close', () => {
    if (!flushed) spool.unanswered(entry);
  });
}

function refuseExchange(
  { parts }: HttpReceiver,
  { request, response }: Exchange,
  refusal: Refusal,
  sender?: Sender,
): void {
  countRefused(parts.tally, refusal, sender);
  if (response.destroyed) return;
  const type = parseContentType(request.headers['content-type']);
  answerRefusal({ request, response }, refusal, type.ok ? type.value : 'json');
}

/** Stops listening, lets requests in flight finish, and then closes what is left. */
async function drain(receiver: HttpReceiver, deadlineMs: number): Promise<void> {
  receiver.draining = true;
  receiver.server.close();
  receiver.server.closeIdleConnections();
  await waitUntil(() => receiver.active === 0, deadlineMs);
  receiver.server.closeAllConnections();
}
