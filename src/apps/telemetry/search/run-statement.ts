import { randomUUID } from 'node:crypto';
import {
  type ClickHouseClient,
  ClickHouseError,
  type ClickHouseSettings,
} from '@clickhouse/client';
import type { Store } from '../../../adapters/clickhouse/store.ts';
import { type AnswerColumn, answerSettings } from '../../../core/search/answer-format.ts';
import { EventQueue } from './event-queue.ts';
import type { SearchContext } from './search-context.ts';

/** What a running statement reports. Rows are arrays in column order, as ClickHouse sent them. */
export type StatementEvent =
  | { readonly kind: 'columns'; readonly columns: readonly AnswerColumn[] }
  | {
      readonly kind: 'rows';
      readonly rows: readonly (readonly unknown[])[];
      readonly rowBytes: readonly number[];
    }
  | { readonly kind: 'progress'; readonly rowsRead: number; readonly bytesRead: number };

export interface Statement {
  readonly query: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly settings?: ClickHouseSettings;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  /**
   * Nothing of it comes from a user. It then runs with rights of our own: readers may not look into
   * indexes.
   */
  readonly ours?: boolean;
  /** Longest row, in bytes; a longer one is an error rather than unbounded memory. */
  readonly rowBytes: number;
}

const format = 'JSONCompactEachRowWithProgress';

/**
 * Runs one read-only statement and yields what it reports while it runs: this format carries
 * columns with their types, rows, and progress also when no row is found. The store is read as fast
 * as it writes, up to `rowBytes` ahead, so that a slow client holds no place in it. Leaving the
 * loop, or `signal`, cancels the statement in the store. Throws what the client throws.
 */
export async function* runStatement(
  { gate, store }: Pick<SearchContext, 'gate' | 'store'>,
  statement: Statement,
  signal: AbortSignal,
): AsyncGenerator<StatementEvent> {
  const leave = await gate.enter(signal);
  const queue = new EventQueue<StatementEvent>(statement.rowBytes);
  const unwanted = new AbortController();
  const stop = AbortSignal.any([signal, unwanted.signal]);
  const pump = async () => {
    try {
      for await (const event of runNow(store, statement, stop)) {
        const bytes =
          event.kind === 'rows' ? event.rowBytes.reduce((sum, each) => sum + each, 0) : 0;
        await queue.push(event, bytes);
        if (stop.aborted) break;
      }
      queue.end();
    } catch (error) {
      queue.end({ error });
    } finally {
      leave();
    }
  };
  void pump();
  try {
    yield* queue.drain();
  } finally {
    unwanted.abort(new Error('no more of the answer is wanted'));
  }
}

async function* runNow(
  store: Store,
  statement: Statement,
  signal: AbortSignal,
): AsyncGenerator<StatementEvent> {
  const queryId = randomUUID();
  let finished = false;
  const cancel = () => {
    if (!finished) store.cancel(queryId).catch(() => undefined);
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const { stream } = await start(
      statement.ours ? store.client : store.reader,
      statement,
      queryId,
      signal,
    );
    try {
      yield* readEvents(stream, statement.rowBytes);
      finished = true;
    } finally {
      if (!finished) stream.destroy();
    }
  } catch (error) {
    // What ClickHouse answered with an error has ended there.
    if (error instanceof ClickHouseError) finished = true;
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    if (!signal.aborted) cancel();
  }
}

const start = (
  client: ClickHouseClient,
  statement: Statement,
  queryId: string,
  signal: AbortSignal,
) =>
  client.exec({
    query: statement.query,
    query_id: queryId,
    abort_signal: signal,
    ...(statement.params ? { query_params: { ...statement.params } } : {}),
    clickhouse_settings: {
      ...answerSettings,
      max_execution_time: Math.max(0.1, statement.timeoutMs / 1_000),
      max_memory_usage: String(statement.memoryBytes),
      cancel_http_readonly_queries_on_client_close: 1,
      ...statement.settings,
    },
    http_headers: { 'X-ClickHouse-Format': format },
  });

async function* readEvents(
  stream: AsyncIterable<Buffer>,
  rowBytes: number,
): AsyncGenerator<StatementEvent> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of stream) {
    const end = chunk.lastIndexOf(10);
    if (end < 0) {
      pending.push(chunk);
      pendingBytes += chunk.length;
      if (pendingBytes > rowBytes)
        throw new RangeError(`a row of the answer is larger than ${rowBytes} bytes`);
      continue;
    }
    const text = Buffer.concat([...pending, chunk.subarray(0, end)]);
    pending = [chunk.subarray(end + 1)];
    pendingBytes = chunk.length - end - 1;
    yield* eventsOf(text);
  }
  yield* eventsOf(Buffer.concat(pending));
}

function* eventsOf(lines: Buffer): Generator<StatementEvent> {
  const rows: unknown[][] = [];
  const rowBytes: number[] = [];
  for (const line of lines.toString().split('\n')) {
    if (line.trim() === '') continue;
    if (!line.startsWith('{')) throw midStreamError(line, lines.toString());
    const parsed = JSON.parse(line) as Record<string, unknown>;
    if ('row' in parsed) {
      rows.push(parsed.row as unknown[]);
      rowBytes.push(line.length);
      continue;
    }
    const event = eventOf(parsed);
    if (event) yield event;
  }
  if (rows.length > 0) yield { kind: 'rows', rows, rowBytes };
}

function eventOf(line: Record<string, unknown>): StatementEvent | undefined {
  if ('exception' in line) throw midStreamError(String(line.exception), '');
  if ('meta' in line) return { kind: 'columns', columns: line.meta as AnswerColumn[] };
  if (!('progress' in line)) return undefined;
  const { read_rows, read_bytes } = line.progress as { read_rows?: string; read_bytes?: string };
  return { kind: 'progress', rowsRead: Number(read_rows ?? 0), bytesRead: Number(read_bytes ?? 0) };
}

/** An error after rows were sent: ClickHouse then writes it into the body. */
function midStreamError(line: string, rest: string): ClickHouseError {
  const text = line.includes('Code:') ? line : rest;
  const match = /Code: (\d+)\. DB::Exception: (.*?)(?: \(([A-Z_0-9]+)\))?(?: \(version .*)?$/s.exec(
    text.slice(Math.max(0, text.indexOf('Code:'))),
  );
  const message = match?.[2] ?? text.slice(0, 500);
  const type = match?.[3];
  return new ClickHouseError({ message, code: match?.[1] ?? '0', ...(type ? { type } : {}) });
}
