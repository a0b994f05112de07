import { sqlName, sqlString } from '../../../base/sql-text.ts';
import { EngineError } from './engine-error.ts';
import type { EngineHost } from './engine-host.ts';
import type { EngineConnection, EngineResult } from './engine-library.ts';
import type { FrontRequest } from './front-request.ts';
import { isStreamable } from './output-formats.ts';
import type { SessionStore } from './session-store.ts';
import { readerLimits } from './setting-rules.ts';
import type { StatementPlan } from './statement-plan.ts';

/** What a statement has done so far. */
export interface RunTotals {
  readRows: number;
  readBytes: number;
  writtenRows: number;
  writtenBytes: number;
  resultRows: number;
  resultBytes: number;
}

export const noTotals = (): RunTotals => ({
  readRows: 0,
  readBytes: 0,
  writtenRows: 0,
  writtenBytes: 0,
  resultRows: 0,
  resultBytes: 0,
});

/** One statement under way. */
export interface Run {
  readonly totals: RunTotals;
  /** Takes each piece of the result; the engine waits until it resolves. */
  onPiece(piece: Buffer): Promise<void>;
  /** Aborted when nobody wants the result any more. */
  readonly signal: AbortSignal;
}

/** How often a statement is asked to stop until it does. */
const killIntervalMs = 200;
/** A buffered answer larger than this is refused where the request sets no limit of its own. */
const maxBufferedResultBytes = 2 ** 30;
const streamVerbs = new Set(['SELECT', 'WITH', 'FROM', '(']);

/**
 * Runs one statement on one connection: USE, one SET of everything the request brings (its limits
 * last, so that nothing lifts them), the statement. Throws an EngineError.
 */
export async function runStatement(
  host: EngineHost,
  sessions: SessionStore,
  request: FrontRequest,
  plan: StatementPlan,
  run: Run,
): Promise<void> {
  const slot = await host.acquire();
  let lease: Awaited<ReturnType<SessionStore['lease']>> | undefined;
  let broken = true;
  const stopKilling = killWhenAborted(host, request.queryId, run.signal);
  try {
    throwIfAborted(run.signal);
    lease = await sessions.lease(request.readOnly === 1 ? undefined : request.session);
    const names = await prepare(lease.connection, request);
    throwIfAborted(run.signal);
    await execute(lease.connection, request, plan, run);
    if (request.session) await restore(lease.connection, names);
    broken = false;
  } catch (error) {
    // A failed single statement leaves a session as it was, temporary tables included.
    broken = !(error instanceof EngineError) || run.signal.aborted;
    throw run.signal.aborted ? cancelled() : error;
  } finally {
    stopKilling();
    await lease?.done(broken);
    slot.release();
  }
}

async function execute(
  connection: EngineConnection,
  request: FrontRequest,
  plan: StatementPlan,
  run: Run,
): Promise<void> {
  const format = answerFormat(request, plan);
  const streams =
    plan.statement.kind === 'read' &&
    streamVerbs.has(plan.statement.verb) &&
    isStreamable(format) &&
    !request.waitForEnd;
  if (!streams) return take(await connection.query(plan.sql, format), run);
  for await (const piece of connection.stream(plan.sql, format)) {
    await take(piece, run);
    throwIfAborted(run.signal);
  }
}

/** The FORMAT clause, or the request's default. */
export const answerFormat = (request: FrontRequest, plan: StatementPlan): string =>
  plan.statement.format ?? request.defaultFormat;

async function take(piece: EngineResult, run: Run): Promise<void> {
  const { totals } = run;
  totals.readRows += piece.readRows;
  totals.readBytes += piece.readBytes;
  totals.writtenRows += piece.writtenRows;
  totals.writtenBytes += piece.writtenBytes;
  totals.resultRows += piece.resultRows;
  totals.resultBytes += piece.bytes.length;
  await run.onPiece(piece.bytes);
}

/** Returns the names that were set, for a session to forget. */
async function prepare(connection: EngineConnection, request: FrontRequest): Promise<string[]> {
  if (request.database !== undefined)
    await connection.query(`USE ${sqlName(request.database)}`, 'Null');
  const pairs: [string, string][] = [
    ['max_result_bytes', String(maxBufferedResultBytes)],
    // The library reads `1 + 1` as a SELECT; a server does not.
    ['implicit_select', '0'],
  ];
  if (request.caller.access === 'read_only') pairs.push(...readerDefaults());
  if (request.waitForEnd || request.readOnly === 1) pairs.push(['result_overflow_mode', 'throw']);
  for (const [name, value] of request.settings) pairs.push([name, value]);
  for (const [name, value] of request.params) pairs.push([`param_${name}`, value]);
  // By this a running statement is found again: the engine's own query ids cannot be chosen.
  pairs.push(['log_comment', request.queryId]);
  if (request.readOnly !== 0) pairs.push(['readonly', String(request.readOnly)]);
  const unique = new Map(pairs);
  const assignments = [...unique].map(([name, value]) => `${name} = ${sqlString(value)}`);
  await connection.query(`SET ${assignments.join(', ')}`, 'Null');
  return [...unique.keys()].filter((name) => !name.startsWith('param_'));
}

/** Limits of a reader who names none. */
const readerDefaults = (): [string, string][] => [
  ['allow_introspection_functions', '0'],
  ...[...readerLimits]
    .filter(([, limit]) => limit < Number.MAX_SAFE_INTEGER)
    .map(([name, limit]): [string, string] => [name, String(limit)]),
];

/** Settings of a request are its own: the next one of the session starts from the defaults. */
async function restore(connection: EngineConnection, names: readonly string[]): Promise<void> {
  const assignments = names.map((name) => `${name} = DEFAULT`);
  await connection.query(`SET ${assignments.join(', ')}`, 'Null');
}

/** Asks until the statement has ended: it may not have begun when the first request to stop came. */
function killWhenAborted(host: EngineHost, mark: string, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const ask = (): void => {
    host.kill(mark).catch(() => undefined);
  };
  const begin = (): void => {
    ask();
    timer = setInterval(ask, killIntervalMs);
  };
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return () => {
    signal.removeEventListener('abort', begin);
    clearInterval(timer);
  };
}

const cancelled = (): EngineError =>
  new EngineError('Query was cancelled', { code: 394, name: 'QUERY_WAS_CANCELLED' });

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}
