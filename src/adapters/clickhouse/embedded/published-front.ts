import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { Logger } from '../../../base/log.ts';
import type { EmbeddedConnection } from '../store-connection.ts';
import { EngineError } from './engine-error.ts';
import { frontUser } from './engine-messages.ts';
import { maxHeaderBytes } from './front-request.ts';
import { credentials, listen, readerHeader } from './http-front.ts';

export interface PublishedFrontOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly engine: EmbeddedConnection;
  /** Whether a password is a valid API token. */
  verify(token: string): Promise<boolean>;
  readonly logger: Logger;
}

export interface PublishedFront {
  readonly port: number;
  close(): Promise<void>;
}

/** What of a request reaches the engine; credentials and everything unknown stay here. */
const forwarded = [
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'accept',
  'accept-encoding',
  'user-agent',
  'x-clickhouse-database',
  'x-clickhouse-format',
  'x-clickhouse-query-id',
];
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer']);

/**
 * Publishes the embedded engine to ClickHouse clients (Grafana, HyperDX, clickhouse-client's HTTP
 * relatives): user `castellan`, password = an API token. Everyone who comes this way may only
 * read: each request is marked as a reader's, and the engine's front then enforces `readonly=1`.
 */
export async function startPublishedFront(options: PublishedFrontOptions): Promise<PublishedFront> {
  const server = createServer(
    { keepAliveTimeout: 30_000, maxHeaderSize: maxHeaderBytes },
    (message, response) => {
      serve(options, message, response).catch((error: unknown) => {
        options.logger.error('published_front_failed', { error: String(error) });
        response.destroy();
      });
    },
  );
  const port = await listen(server, options.host, options.port);
  return {
    port,
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  options: PublishedFrontOptions,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(message.url ?? '/', 'http://localhost');
  const open = url.pathname === '/ping' || url.pathname === '/replicas_status';
  if (!open) {
    const { user, password } = credentials(message, url);
    const known = user === frontUser && password !== '' && (await options.verify(password));
    if (!known) return refuse(message, response);
  }
  url.searchParams.delete('user');
  url.searchParams.delete('password');
  forward(options, message, response, url);
}

function refuse(message: IncomingMessage, response: ServerResponse): void {
  message.resume();
  const error = new EngineError(
    `${frontUser}: Authentication failed: the user is ${frontUser}, the password an API token`,
    { code: 516, name: 'AUTHENTICATION_FAILED' },
  );
  response.writeHead(403, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-ClickHouse-Exception-Code': String(error.code),
  });
  response.end(`${error.render('castellan')}\n`);
}

function forward(
  options: PublishedFrontOptions,
  message: IncomingMessage,
  response: ServerResponse,
  url: URL,
): void {
  const { engine } = options;
  const upstream = httpRequest(`${engine.url}${url.pathname}${url.search}`, {
    method: message.method,
    headers: {
      ...pick(message.headers),
      authorization: `Basic ${Buffer.from(`${engine.username}:${engine.password}`).toString('base64')}`,
      [readerHeader]: '1',
    },
  });
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, withoutHops(answer.headers));
    answer.pipe(response, { end: false });
    answer.on('end', () => response.end());
    // Cut where the engine's front cut: the last chunk would make half an answer look whole.
    answer.on('error', () => response.socket?.end());
  });
  upstream.on('error', (error) => {
    if (response.headersSent) return void response.socket?.end();
    response.writeHead(503, { 'Content-Type': 'text/plain', 'Retry-After': '1' });
    response.end(`the engine does not answer (${error.message}); it may be starting\n`);
  });
  response.on('close', () => upstream.destroy());
  message.pipe(upstream);
}

const pick = (headers: IncomingHttpHeaders): OutgoingHttpHeaders =>
  Object.fromEntries(
    forwarded.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );

const withoutHops = (headers: IncomingHttpHeaders): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
