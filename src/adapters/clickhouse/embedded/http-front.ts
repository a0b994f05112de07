import { randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeBody } from './content-coding.ts';
import { EngineError } from './engine-error.ts';
import type { EngineHost } from './engine-host.ts';
import { frontUser } from './engine-messages.ts';
import {
  type Caller,
  type FrontRequest,
  maxHeaderBytes,
  parseFrontRequest,
} from './front-request.ts';
import { ResponseWriter } from './http-response.ts';
import type { QueryLogEntry } from './query-log.ts';
import { type BodyLimits, RequestBody } from './request-body.ts';
import { SessionStore } from './session-store.ts';
import { planStatement, type StatementPlan } from './statement-plan.ts';
import { answerFormat, noTotals, type Run, runStatement } from './statement-runner.ts';

export interface FrontOptions {
  readonly token: string;
  readonly database: string;
  readonly version: string;
  readonly timezone: string;
  readonly limits: BodyLimits;
  /** Whether a path may be inserted by `X-Castellan-Insert-File`. */
  allowInsertFile(path: string): Promise<boolean>;
  onQuery(entry: QueryLogEntry): void;
}

/** Set by the published front on what it forwards: the caller is a reader. */
export const readerHeader = 'x-castellan-reader';

/** The HTTP interface of the embedded engine, as ClickHouse's own server speaks it. */
export class HttpFront {
  readonly server: Server;
  readonly #host: EngineHost;
  readonly #sessions: SessionStore;
  readonly #options: FrontOptions;
  /** By query id. */
  readonly #active = new Map<string, AbortController>();
  #draining = false;

  constructor(host: EngineHost, options: FrontOptions) {
    this.#host = host;
    this.#options = options;
    this.#sessions = new SessionStore(host);
    this.server = createServer(
      { keepAliveTimeout: 30_000, requestTimeout: 0, maxHeaderSize: maxHeaderBytes },
      (request, response) => {
        this.#serve(request, response).catch((error: unknown) => {
          response.destroy(error instanceof Error ? error : undefined);
        });
      },
    );
  }

  get active(): number {
    return this.#active.size;
  }

  /** Refuses new statements, waits for running ones until the deadline, then stops those. */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    this.server.close();
    const until = Date.now() + deadlineMs;
    while (this.#active.size > 0 && Date.now() < until) await pause(20);
    for (const each of this.#active.values()) each.abort();
    const hardStop = Date.now() + 2_000;
    while (this.#active.size > 0 && Date.now() < hardStop) await pause(20);
    this.server.closeAllConnections();
    await this.#sessions.close();
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(message.url ?? '/', 'http://localhost');
    if (url.pathname === '/ping' || url.pathname === '/replicas_status')
      return plain(response, 200, 'Ok.\n');
    const writer = new ResponseWriter(response, this.#options.version, this.#options.timezone);
    const isQuery = url.pathname === '/' || url.pathname === '/query';
    if (!isQuery)
      return plain(response, 404, `There is no handle ${url.pathname}\nUse / or /ping.\n`);
    const method = message.method ?? 'GET';
    if (method !== 'POST' && method !== 'GET' && method !== 'HEAD')
      return plain(response, 405, `${method} is not available; use GET or POST\n`);
    if (method !== 'POST' && !url.searchParams.has('query')) return plain(response, 200, 'Ok.\n');
    const caller = this.#authenticate(message, url);
    if (!caller) {
      message.resume();
      const text =
        'Authentication failed: password is incorrect, or there is no user with such name';
      return writer.fail(new EngineError(text, { code: 516, name: 'AUTHENTICATION_FAILED' }));
    }
    await this.#query(message, response, url, caller, writer);
  }

  async #query(
    message: IncomingMessage,
    response: ServerResponse,
    url: URL,
    caller: Caller,
    writer: ResponseWriter,
  ): Promise<void> {
    const startedAtMs = Date.now();
    const started = performance.now();
    const parsed = parseFrontRequest(
      message.method ?? 'GET',
      url,
      message.headers,
      caller,
      randomUUID,
    );
    if (!parsed.ok) {
      message.resume();
      return writer.fail(parsed.error);
    }
    const request = this.#inDatabase(parsed.value);
    const abort = new AbortController();
    const onClose = (): void => {
      if (!response.writableFinished) abort.abort();
    };
    response.on('close', onClose);
    writer.begin(request);
    const totals = noTotals();
    const run: Run = {
      totals,
      signal: abort.signal,
      onPiece: (piece) => writer.piece(piece, totals),
    };
    let plan: StatementPlan | undefined;
    let failure: EngineError | undefined;
    try {
      this.#register(request.queryId, abort);
      plan = await this.#plan(message, request);
      writer.setFormat(answerFormat(request, plan), plan.statement.kind === 'read');
      await runStatement(this.#host, this.#sessions, request, plan, run);
      await plan.file?.remove();
      await writer.end(totals);
    } catch (error) {
      failure = asEngineError(error);
      await plan?.file?.remove();
      message.resume();
      await writer.fail(failure);
    } finally {
      if (this.#active.get(request.queryId) === abort) this.#active.delete(request.queryId);
      response.off('close', onClose);
      const durationMs = performance.now() - started;
      this.#options.onQuery(
        logEntry(request, plan, run, failure, startedAtMs, durationMs, message),
      );
    }
  }

  /** Without a database the request works in ours; a reader never in `default`, whose tables are files. */
  #inDatabase(request: FrontRequest): FrontRequest {
    const files = request.caller.access === 'read_only' && request.database === 'default';
    if (request.database !== undefined && !files) return request;
    return { ...request, database: this.#options.database };
  }

  #register(queryId: string, abort: AbortController): void {
    if (this.#active.has(queryId))
      throw new EngineError(`Query with id = ${queryId} is already running`, {
        code: 216,
        name: 'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING',
      });
    this.#active.set(queryId, abort);
  }

  async #plan(message: IncomingMessage, request: FrontRequest): Promise<StatementPlan> {
    if (this.#draining)
      throw new EngineError('the engine is shutting down; try again', {
        code: 236,
        name: 'ABORTED',
      });
    await this.#checkInsertFile(request);
    const plain = decodeBody(message, request.contentEncoding, request.decompressBlocks);
    return planStatement(request, new RequestBody(plain, this.#options.limits));
  }

  async #checkInsertFile(request: FrontRequest): Promise<void> {
    if (request.insertFile === undefined) return;
    const allowed =
      request.caller.access === 'full' && (await this.#options.allowInsertFile(request.insertFile));
    if (!allowed)
      throw new EngineError(`the file ${request.insertFile} is not one that may be inserted`, {
        code: 291,
        name: 'DATABASE_ACCESS_DENIED',
      });
  }

  /** Basic, X-ClickHouse-User and -Key, or user and password in the URL: as ClickHouse takes them. */
  #authenticate(message: IncomingMessage, url: URL): Caller | undefined {
    const { user, password } = credentials(message, url);
    if (user !== frontUser || !sameSecret(password, this.#options.token)) return undefined;
    const reader = message.headers[readerHeader] !== undefined;
    return { user, access: reader ? 'read_only' : 'full' };
  }
}

/** Takes user and password from wherever ClickHouse's interface allows them. */
export function credentials(
  message: IncomingMessage,
  url: URL,
): { user: string; password: string } {
  const [scheme, value] = (message.headers.authorization ?? '').split(' ', 2);
  if (scheme?.toLowerCase() === 'basic' && value) {
    const text = Buffer.from(value, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return { user: text.slice(0, Math.max(colon, 0)), password: text.slice(colon + 1) };
  }
  if (scheme?.toLowerCase() === 'bearer' && value) return { user: frontUser, password: value };
  const header = (name: string): string | undefined => {
    const found = message.headers[name];
    return Array.isArray(found) ? found[0] : found;
  };
  return {
    user: header('x-clickhouse-user') ?? url.searchParams.get('user') ?? 'default',
    password: header('x-clickhouse-key') ?? url.searchParams.get('password') ?? '',
  };
}

function sameSecret(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=UTF-8' }).end(text);
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const cause = error as NodeJS.ErrnoException;
  if (cause.code === 'ENOSPC')
    return new EngineError('no space left on the disk of the data folder', {
      code: 243,
      name: 'NOT_ENOUGH_SPACE',
    });
  if (
    cause.code?.startsWith('Z_') ||
    cause.code?.startsWith('ERR_') ||
    cause.code?.startsWith('ZSTD')
  )
    return new EngineError(`the body cannot be decompressed: ${cause.message}`, {
      code: 354,
      name: 'ZLIB_INFLATE_FAILED',
    });
  return new EngineError(cause.message ?? String(error), { code: 1002, name: 'UNKNOWN_EXCEPTION' });
}

function logEntry(
  request: FrontRequest,
  plan: StatementPlan | undefined,
  run: Run,
  failure: EngineError | undefined,
  startedAtMs: number,
  durationMs: number,
  message: IncomingMessage,
): QueryLogEntry {
  const { totals } = run;
  return {
    type: failure ? (plan ? 'ExceptionWhileProcessing' : 'ExceptionBeforeStart') : 'QueryFinish',
    queryId: request.queryId,
    user: request.caller.user,
    database: request.database ?? '',
    query: plan?.statement.sql ?? request.urlQuery,
    queryKind: plan?.statement.verb ?? '',
    logComment: request.logComment,
    startedAtMs,
    durationMs: Math.round(durationMs),
    ...totals,
    exceptionCode: failure?.code ?? 0,
    exception: failure?.message ?? '',
    address: message.socket.remoteAddress ?? '',
    userAgent: message.headers['user-agent'] ?? '',
    httpMethod: message.method ?? '',
  };
}

/** Resolves when the server listens; rejects with the system's error (EADDRINUSE …). */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen(port, host);
  await new Promise<void>((done, fail) => {
    server.once('listening', done);
    server.once('error', fail);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
