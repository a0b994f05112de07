import { randomUUID } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { Client, Pool } from 'undici';
import { monitorQueryPrefix } from '../../../core/health/readings/monitor-query.ts';
import { type ServerCertificate, socketConnector } from './connect-socket.ts';
import { exchange, type HttpAnswer, wasReset } from './http-exchange.ts';
import { readAnswer, readCost, type StatementCost } from './node-answer.ts';
import { NodeError } from './node-error.ts';
import { addressText, defaultNodeLimits, type NodeLimits, type NodeTarget } from './node-target.ts';

/** What a node answered to one statement. */
export interface NodeAnswer {
  readonly queryId: string;
  readonly columns: readonly string[];
  /** Cells as JSON has them: 64-bit integers are text on most servers. */
  readonly rows: readonly (readonly unknown[])[];
  readonly elapsedMs: number;
  /** Until the answer began, which is when the server was done with it. */
  readonly waitedMs: number;
  readonly bodyBytes: number;
  /** What it cost the server; absent on servers that do not tell (before 20.x). */
  readonly cost?: StatementCost;
  /** How far the server's clock is ahead of ours, give or take a second. */
  readonly clockAheadMs?: number;
}

export interface RunOptions {
  /** A word that the query id has after the prefix, so that logs tell what the statement was for. */
  readonly kind?: string;
  /** Limits for this statement where they differ. */
  readonly limits?: Partial<NodeLimits>;
  readonly signal?: AbortSignal;
}

/** The HTTP interface of one node. */
export interface NodeClient {
  readonly target: NodeTarget;
  /** Of the newest connection; undefined without TLS or before the first. */
  readonly certificate: ServerCertificate | undefined;
  /**
   * Runs one SELECT without a FORMAT clause and without settings, so that it works for users with
   * `readonly = 1`. Never hangs: throws a NodeError by the limits at the latest.
   */
  run(sql: string, options?: RunOptions): Promise<NodeAnswer>;
  /** Asks `/ping`, without credentials. Resolves with the milliseconds until the answer began. */
  ping(options?: RunOptions): Promise<number>;
  /** Ends its connections and what runs on them. */
  close(): Promise<void>;
}

export interface NodeClientOptions {
  readonly limits?: Partial<NodeLimits>;
  /** Connections at most; more requests at a time wait for one. Default 4. */
  readonly connections?: number;
  /** How long an idle connection is kept at most. Default 60 s, less where the server says so. */
  readonly idleMs?: number;
  readonly lookup?: LookupFunction;
}

/** Prepares a client; no connection is opened before the first request. */
export function connectNode(target: NodeTarget, options: NodeClientOptions = {}): NodeClient {
  const limits = { ...defaultNodeLimits, ...options.limits };
  let certificate: ServerCertificate | undefined;
  const origin = originOf(target);
  const settings = {
    connect: socketConnector({
      target,
      connectMs: connectMs(limits),
      onCertificate: (seen) => {
        certificate = seen;
      },
      ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
    }),
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: options.idleMs ?? 60_000,
    pipelining: 1,
  };
  const pool = new Pool(origin, { ...settings, connections: options.connections ?? 4 });

  /** An idle connection may be closed just as it is used: that says nothing of the server. */
  const ask = async (request: Request, own: NodeLimits): Promise<HttpAnswer> => {
    const startMs = performance.now();
    const parameters = { target, limits: own, ...request };
    try {
      return await exchange(pool, parameters);
    } catch (error) {
      if (!wasReset(error)) throw error;
      const totalMs = own.totalMs - (performance.now() - startMs);
      const once = new Client(origin, settings);
      try {
        return await exchange(once, { ...parameters, limits: { ...own, totalMs } });
      } finally {
        void once.destroy();
      }
    }
  };

  return {
    target,
    get certificate() {
      return certificate;
    },
    async run(sql, each = {}) {
      const own = { ...limits, ...each.limits };
      const kind = each.kind === undefined ? '' : `${each.kind}-`;
      const queryId = `${monitorQueryPrefix}${kind}${randomUUID()}`;
      const startMs = performance.now();
      const answer = await ask(
        {
          method: 'POST',
          path: statementPath(queryId, own.answerBytes),
          body: `${sql} FORMAT JSONCompact`,
          signal: each.signal,
        },
        own,
      );
      const { columns, rows } = readAnswer(answer, target, own);
      const cost = readCost(answer.headers['x-clickhouse-summary']);
      return {
        queryId,
        columns,
        rows,
        elapsedMs: performance.now() - startMs,
        waitedMs: answer.waitedMs,
        bodyBytes: answer.body.length,
        ...(cost === undefined ? {} : { cost }),
        ...(answer.clockAheadMs === undefined ? {} : { clockAheadMs: answer.clockAheadMs }),
      };
    },
    async ping(each = {}) {
      const own = { ...limits, ...each.limits, answerBytes: 64 * 1024 };
      const answer = await ask({ method: 'GET', path: '/ping', signal: each.signal }, own);
      if (answer.status !== 200 || !answer.body.toString('latin1').startsWith('Ok.'))
        throw new NodeError(
          'protocol',
          `${addressText(target)} answers /ping with HTTP ${answer.status} instead of "Ok."`,
          { hint: 'This is not the HTTP interface of ClickHouse, or a proxy stands before it.' },
        );
      return answer.waitedMs;
    },
    close: () => pool.destroy(),
  };
}

/**
 * What the Host header says. A server may tell any text as the name of another one; where that is no
 * part of a URL, opening the connection fails, and says so.
 */
function originOf(target: NodeTarget): string {
  const scheme = target.secure ? 'https' : 'http';
  const origin = `${scheme}://${addressText(target)}`;
  const parsed = URL.parse(origin);
  const isWhole = parsed?.pathname === '/' && parsed.search === '' && parsed.hash === '';
  return isWhole && parsed.username === '' ? origin : `${scheme}://invalid`;
}

/** Ends before the other limits, so that the error tells which step of connecting it was. */
const connectMs = (limits: NodeLimits): number =>
  Math.min(limits.connectMs, 0.8 * Math.min(limits.responseMs, limits.totalMs));

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The answer is kept on the server until it is whole, in memory: an error then comes with its
 * status instead of behind some rows. These are parameters of the HTTP interface and no settings.
 */
const statementPath = (queryId: string, answerBytes: number): string =>
  `/?query_id=${queryId}&wait_end_of_query=1&buffer_size=${answerBytes}`;
