import { libchdbPath } from 'chdb/libchdb';
import ffi, { type JsExternal } from 'ffi-rs';
import { EngineError } from './engine-error.ts';

/** What one statement, or one piece of a stream, gave. Counts are of this piece alone. */
export interface EngineResult {
  readonly bytes: Buffer;
  readonly resultRows: number;
  readonly readRows: number;
  readonly readBytes: number;
  /** Rows of materialized views included, as ClickHouse counts them. */
  readonly writtenRows: number;
  readonly writtenBytes: number;
}

/** One connection to the engine of this process. Serial: one statement at a time. */
export interface EngineConnection {
  /** Runs SQL to its end and returns its whole result. Throws an EngineError. */
  query(sql: string, format: string): Promise<EngineResult>;
  /** Runs one SELECT and yields its result piece by piece. Throws an EngineError. */
  stream(sql: string, format: string): AsyncGenerator<EngineResult>;
  close(): Promise<void>;
}

const { DataType, load, createExternalBuffer, isNullPointer, unwrapPointer } = ffi;
const library = 'chdb';
const { External, U64, String: CString, U8Array, I32, StringArray, Void, Boolean: Bool } = DataType;

type Signature = readonly [returns: ffi.DataType, ...takes: ffi.DataType[]];

/** libchdb's C interface (programs/local/chdb.h of chdb-core), the part that is used. */
const signatures = {
  chdb_connect: [External, I32, StringArray],
  chdb_close_conn: [Void, External],
  chdb_query_n: [External, External, U8Array, U64, CString, U64],
  chdb_stream_query_n: [External, External, U8Array, U64, CString, U64],
  chdb_stream_fetch_result: [External, External, External],
  chdb_stream_cancel_query: [Void, External, External],
  chdb_destroy_query_result: [Void, External],
  chdb_result_buffer: [External, External],
  chdb_result_length: [U64, External],
  chdb_result_rows_read: [U64, External],
  chdb_result_storage_rows_read: [U64, External],
  chdb_result_storage_bytes_read: [U64, External],
  chdb_result_rows_written: [U64, External],
  chdb_result_bytes_written: [U64, External],
  chdb_result_error: [External, External],
  chdb_set_signal_handlers_enabled: [Void, Bool],
} satisfies Record<string, Signature>;
type CName = keyof typeof signatures;

function call<T>(name: CName, ...values: unknown[]): T {
  const [retType, ...paramsType] = signatures[name];
  return load({ library, funcName: name, retType, paramsType, paramsValue: values }) as T;
}

/** On a thread of libuv's pool: whatever can take time. */
function callAsync<T>(name: CName, ...values: unknown[]): Promise<T> {
  const [retType, ...paramsType] = signatures[name];
  const params = { library, funcName: name, retType, paramsType, paramsValue: values };
  return load({ ...params, runInNewThread: true }) as unknown as Promise<T>;
}

/**
 * Loads the engine into this process. libchdb is called directly: its Node binding reports
 * neither rows read nor rows written and starts streams on the main thread.
 */
export function loadEngine(): void {
  ffi.open({ library, path: libchdbPath() });
  call('chdb_set_signal_handlers_enabled', false);
}

/**
 * Opens a connection; the first one of a process starts the engine on the folder, which is then
 * this process's only one; `options` are those of clickhouse-local. Takes about a millisecond
 * afterwards. Throws when it cannot; the
 * engine's own message is then on stderr.
 */
export async function openConnection(
  dataDir: string,
  options: readonly string[] = [],
): Promise<EngineConnection> {
  const args = ['clickhouse', `--path=${dataDir}`, ...options];
  const holder = await callAsync<JsExternal>('chdb_connect', args.length, args);
  if (isNullPointer(holder)) throw new EngineError(`the engine could not open ${dataDir}`);
  const [connection] = unwrapPointer([holder]) as [JsExternal];
  return {
    query: async (sql, format) => {
      const text = Buffer.from(sql);
      const result = await callAsync<JsExternal>(
        'chdb_query_n',
        connection,
        text,
        text.length,
        format,
        format.length,
      );
      return takeResult(result);
    },
    stream: (sql, format) => streamResult(connection, sql, format),
    close: () => callAsync('chdb_close_conn', holder),
  };
}

async function* streamResult(
  connection: JsExternal,
  sql: string,
  format: string,
): AsyncGenerator<EngineResult> {
  const text = Buffer.from(sql);
  const stream = await callAsync<JsExternal>(
    'chdb_stream_query_n',
    connection,
    text,
    text.length,
    format,
    format.length,
  );
  let ended = false;
  try {
    throwIfFailed(stream);
    while (!ended) {
      const piece = takeResult(await callAsync('chdb_stream_fetch_result', connection, stream));
      ended = piece.bytes.length === 0 && piece.resultRows === 0;
      if (!ended) yield piece;
    }
  } catch (error) {
    ended = true;
    throw error;
  } finally {
    if (!ended) await callAsync('chdb_stream_cancel_query', connection, stream);
    call('chdb_destroy_query_result', stream);
  }
}

/** Copies a result out of the engine's memory and frees it. */
function takeResult(result: JsExternal): EngineResult {
  try {
    throwIfFailed(result);
    const length = call<number>('chdb_result_length', result);
    const bytes =
      length === 0
        ? Buffer.alloc(0)
        : Buffer.from(createExternalBuffer(call('chdb_result_buffer', result), length));
    return {
      bytes,
      resultRows: call('chdb_result_rows_read', result),
      readRows: call('chdb_result_storage_rows_read', result),
      readBytes: call('chdb_result_storage_bytes_read', result),
      writtenRows: call('chdb_result_rows_written', result),
      writtenBytes: call('chdb_result_bytes_written', result),
    };
  } finally {
    call('chdb_destroy_query_result', result);
  }
}

function throwIfFailed(result: JsExternal): void {
  const message = call<JsExternal>('chdb_result_error', result);
  if (isNullPointer(message)) return;
  const [text] = ffi.restorePointer({
    retType: [CString],
    paramsValue: ffi.wrapPointer([message]),
  });
  throw new EngineError(String(text));
}
