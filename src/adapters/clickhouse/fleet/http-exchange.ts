import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, errors } from 'undici';
import { codeOf, isTlsCode, reasonOf } from './connect-failure.ts';
import { brokeAfterUse } from './connect-socket.ts';
import { NodeError } from './node-error.ts';
import { addressText, type NodeLimits, type NodeTarget } from './node-target.ts';

/** A whole answer, within its limits. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** From the request to the head. */
  readonly waitedMs: number;
  readonly clockAheadMs?: number;
}

interface Exchange {
  readonly target: NodeTarget;
  readonly limits: NodeLimits;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/** One request and its whole answer. Redirects are not followed. Throws a NodeError. */
export async function exchange(dispatcher: Dispatcher, request: Exchange): Promise<HttpAnswer> {
  const { target, limits } = request;
  const where = addressText(target);
  const stop = new AbortController();
  const late = (ms: number, what: string): NodeJS.Timeout =>
    setTimeout(
      () =>
        stop.abort(
          new NodeError('timeout', `${where} ${what} within ${Math.round(ms)} ms`, {
            hint: 'The server hangs or is overloaded, or the connection is very slow.',
          }),
        ),
      Math.max(0, ms),
    );
  const whole = late(limits.totalMs, 'did not finish its answer');
  const head = late(limits.responseMs, 'did not begin to answer');
  const giveUp = (): void => stop.abort(request.signal?.reason);
  if (request.signal?.aborted) giveUp();
  request.signal?.addEventListener('abort', giveUp, { once: true });
  const sentMs = Date.now();
  const startMs = performance.now();
  let started = false;
  try {
    const response = await dispatcher.request({
      method: request.method,
      path: request.path,
      headers: requestHeaders(request),
      ...(request.body === undefined ? {} : { body: request.body }),
      signal: stop.signal,
    });
    started = true;
    clearTimeout(head);
    const headMs = Date.now();
    const waitedMs = performance.now() - startMs;
    const body = await readBody(response.body, limits.answerBytes, where);
    const clockAheadMs = clockAhead(response.headers.date, sentMs, headMs);
    return {
      status: response.statusCode,
      headers: response.headers,
      body,
      waitedMs,
      ...(clockAheadMs === undefined ? {} : { clockAheadMs }),
    };
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    throw asExchangeError(stop.signal.aborted ? stop.signal.reason : error, started, target);
  } finally {
    clearTimeout(whole);
    clearTimeout(head);
    request.signal?.removeEventListener('abort', giveUp);
  }
}

async function readBody(
  body: Dispatcher.ResponseData['body'],
  limitBytes: number,
  where: string,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes)
      throw new NodeError('protocol', `${where} answers with more than ${limitBytes} bytes`, {
        hint: 'The answer was cut off and is not used; is this really ClickHouse?',
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The head's Date has whole seconds: half a second is added as the likeliest rest. */
function clockAhead(
  date: string | readonly string[] | undefined,
  sentMs: number,
  headMs: number,
): number | undefined {
  const theirsMs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(theirsMs) ? undefined : theirsMs + 500 - (sentMs + headMs) / 2;
}

/** Text beyond Latin-1 travels as UTF-8; Basic credentials cannot hold a user with a colon. */
function requestHeaders({ method, target }: Exchange): Record<string, string> {
  const shared = { 'user-agent': 'castellan-monitor' };
  if (method === 'GET') return shared;
  const { username, password } = target;
  if (!username.includes(':')) {
    const pair = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
    return { ...shared, authorization: `Basic ${pair}` };
  }
  const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
  return { ...shared, 'x-clickhouse-user': bytes(username), 'x-clickhouse-key': bytes(password) };
}

/**
 * Whether a connection that had answered before was closed without an answer this time: it may
 * have been closed just as it was used, which says nothing of the server.
 */
export const wasReset = (error: unknown): boolean =>
  error instanceof NodeError && error.layer === 'tcp' && brokeAfterUse(error.cause);

function asExchangeError(error: unknown, started: boolean, target: NodeTarget): NodeError {
  if (error instanceof NodeError) return error;
  const where = addressText(target);
  const code = codeOf(error);
  const text = reasonOf(error);
  const misread =
    code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
  if (error instanceof errors.HTTPParserError || (misread && !started))
    return new NodeError('protocol', `${where} does not answer in HTTP: ${text || code}`, {
      hint: 'This is not an HTTP port, or it speaks TLS: 8123 is the usual port, 8443 with TLS.',
      cause: error,
    });
  if (code === 'UND_ERR_INVALID_ARG')
    return new NodeError('authentication', `user or password cannot be sent: ${text}`, {
      hint: 'They hold characters that no HTTP header may hold, such as a line break.',
      cause: error,
    });
  if (isTlsCode(code))
    return new NodeError('tls', `${where}: TLS failed: ${text}`, {
      hint: 'The server may ask for a client certificate, or does not trust the one given.',
      cause: error,
    });
  if (started)
    return new NodeError('http', `${where} closed the connection in the middle of its answer`, {
      hint: 'The server may have been stopped or killed just then, or a proxy gave up.',
      cause: error,
    });
  return new NodeError(
    'tcp',
    `${where} closed the connection without an answer (${code || text})`,
    {
      hint: target.secure
        ? 'The server may be restarting, or it asks for a client certificate.'
        : 'The server may be restarting, or the port speaks another protocol (TLS, native).',
      cause: error,
    },
  );
}
