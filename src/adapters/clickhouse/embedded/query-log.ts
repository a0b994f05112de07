import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlString } from '../../../base/sql-text.ts';
import type { EngineHost } from './engine-host.ts';
import type { EngineConnection } from './engine-library.ts';

/** What the front knows of one query, in the terms of system.query_log. */
export interface QueryLogEntry {
  readonly type: 'QueryFinish' | 'ExceptionBeforeStart' | 'ExceptionWhileProcessing';
  readonly queryId: string;
  readonly user: string;
  readonly database: string;
  readonly query: string;
  readonly queryKind: string;
  readonly logComment: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly readRows: number;
  readonly readBytes: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
  readonly resultRows: number;
  readonly resultBytes: number;
  readonly exceptionCode: number;
  readonly exception: string;
  readonly address: string;
  readonly userAgent: string;
  readonly httpMethod: string;
}

/** A database of its own: dropping the telemetry database leaves the log. */
const database = 'castellan_internal';
const flushIntervalMs = 1_000;
/** Entries held between two writes; more are dropped, as a log must not hold up queries. */
const maxPending = 10_000;
const maxQueryChars = 64 * 1024;
const keptDays = 3;
/** Beyond this the oldest hours go. Checked every `flushesPerCheck` writes. */
const maxRows = 500_000;
const flushesPerCheck = 60;

const table = `${database}.query_log`;
const tableSql = `CREATE TABLE IF NOT EXISTS ${table} (
  type LowCardinality(String), query_id String, user LowCardinality(String),
  current_database LowCardinality(String), query String CODEC(ZSTD(1)),
  query_kind LowCardinality(String), log_comment String, started_at_ms Int64,
  query_duration_ms UInt64, read_rows UInt64, read_bytes UInt64, written_rows UInt64,
  written_bytes UInt64, result_rows UInt64, result_bytes UInt64, exception_code Int32,
  exception String CODEC(ZSTD(1)), address String, http_user_agent LowCardinality(String),
  http_method UInt8, event_time DateTime64(3)
    MATERIALIZED fromUnixTimestamp64Milli(started_at_ms + toInt64(query_duration_ms))
) ENGINE = MergeTree PARTITION BY toStartOfHour(event_time) ORDER BY event_time
TTL toDateTime(event_time) + INTERVAL ${keptDays} DAY SETTINGS ttl_only_drop_parts = 1`;

/** ClickHouse's own names; what nobody here knows is empty. */
const viewSql = `CREATE VIEW system.query_log AS SELECT
  hostName() AS hostname,
  CAST(type, 'Enum8(''QueryStart'' = 1, ''QueryFinish'' = 2, ''ExceptionBeforeStart'' = 3, ''ExceptionWhileProcessing'' = 4)') AS type,
  toDate(t.event_time) AS event_date, toDateTime(t.event_time) AS event_time,
  toDateTime64(t.event_time, 6) AS event_time_microseconds,
  toDateTime(fromUnixTimestamp64Milli(started_at_ms)) AS query_start_time,
  toDateTime64(fromUnixTimestamp64Milli(started_at_ms), 6) AS query_start_time_microseconds,
  query_duration_ms, read_rows, read_bytes, written_rows, written_bytes, result_rows, result_bytes,
  toUInt64(0) AS memory_usage, current_database, query, '' AS formatted_query,
  normalizedQueryHash(query) AS normalized_query_hash, query_kind,
  CAST([], 'Array(LowCardinality(String))') AS databases,
  CAST([], 'Array(LowCardinality(String))') AS tables,
  CAST([], 'Array(LowCardinality(String))') AS columns,
  exception_code, exception, '' AS stack_trace, toUInt8(1) AS is_initial_query, user, query_id,
  toIPv6OrDefault(address) AS address, toUInt16(0) AS port, user AS initial_user,
  query_id AS initial_query_id, toIPv6OrDefault(address) AS initial_address,
  toUInt16(0) AS initial_port, query_start_time AS initial_query_start_time,
  toUInt8(2) AS interface, http_method, http_user_agent, '' AS client_name, log_comment,
  CAST(map(), 'Map(LowCardinality(String), UInt64)') AS ProfileEvents,
  CAST(map(), 'Map(LowCardinality(String), LowCardinality(String))') AS Settings
FROM ${table} AS t`;

/**
 * `system.query_log` for an engine that has none: what the front saw of each query, written in
 * batches behind its back. A failing write loses log entries and nothing else.
 */
export class QueryLog {
  readonly #host: EngineHost;
  readonly #folder: string;
  readonly #onFailure: (message: string) => void;
  #pending: QueryLogEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #flushes = 0;

  constructor(host: EngineHost, folder: string, onFailure: (message: string) => void) {
    this.#host = host;
    this.#folder = folder;
    this.#onFailure = onFailure;
  }

  /** Creates the table, and the view anew: views in `system` do not outlive the process. */
  async open(): Promise<void> {
    await this.#host.control(`CREATE DATABASE IF NOT EXISTS ${database}`);
    await this.#host.control(tableSql);
    await this.#host.control('DROP VIEW IF EXISTS system.query_log');
    await this.#host.control(viewSql);
  }

  record(entry: QueryLogEntry): void {
    if (this.#pending.length >= maxPending) return;
    this.#pending.push(entry);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, flushIntervalMs);
  }

  /** Writes what is pending; also at the end. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = this.#pending;
    this.#pending = [];
    if (entries.length > 0) this.#writing = this.#writing.then(() => this.#write(entries));
    return this.#writing;
  }

  async #write(entries: readonly QueryLogEntry[]): Promise<void> {
    const path = join(this.#folder, `query-log-${randomUUID()}`);
    try {
      await writeFile(path, entries.map(renderEntry).join(''), { mode: 0o600 });
      const connection = await this.#host.connect();
      try {
        const from = `file(${sqlString(path)}, 'JSONEachRow', 'auto', 'none')`;
        await connection.query(`INSERT INTO ${table} SELECT * FROM ${from}`, 'Null');
        this.#flushes += 1;
        if (this.#flushes % flushesPerCheck === 0) await this.#trim(connection);
      } finally {
        await connection.close();
      }
    } catch (error) {
      this.#onFailure(error instanceof Error ? error.message : String(error));
    } finally {
      await rm(path, { force: true });
    }
  }

  /** Drops the oldest hours while there are too many rows. */
  async #trim(connection: EngineConnection): Promise<void> {
    const answer = await connection.query(
      `SELECT partition_id, sum(rows) FROM system.parts WHERE database = '${database}'
       AND table = 'query_log' AND active GROUP BY partition_id ORDER BY partition_id DESC`,
      'TabSeparated',
    );
    let rows = 0;
    for (const line of answer.bytes.toString('utf8').trim().split('\n')) {
      const [id = '', count = '0'] = line.split('\t');
      rows += Number(count);
      if (rows > maxRows && /^\w+$/.test(id))
        await connection.query(`ALTER TABLE ${table} DROP PARTITION ID '${id}'`, 'Null');
    }
  }
}

/** HTTP methods as ClickHouse numbers them. */
const methodNumbers: Record<string, number> = { GET: 1, POST: 2 };

function renderEntry(entry: QueryLogEntry): string {
  const row = {
    type: entry.type,
    query_id: entry.queryId,
    user: entry.user,
    current_database: entry.database,
    query: entry.query.slice(0, maxQueryChars),
    query_kind: queryKind(entry.queryKind),
    log_comment: entry.logComment,
    started_at_ms: entry.startedAtMs,
    query_duration_ms: entry.durationMs,
    read_rows: entry.readRows,
    read_bytes: entry.readBytes,
    written_rows: entry.writtenRows,
    written_bytes: entry.writtenBytes,
    result_rows: entry.resultRows,
    result_bytes: entry.resultBytes,
    exception_code: entry.exceptionCode,
    exception: entry.exception,
    address: entry.address,
    http_user_agent: entry.userAgent,
    http_method: methodNumbers[entry.httpMethod] ?? 0,
  };
  return `${JSON.stringify(row)}\n`;
}

/** `Select`, `Insert`, `Create`: as query_kind has it. */
function queryKind(verb: string): string {
  if (verb === 'WITH' || verb === 'FROM' || verb === '(') return 'Select';
  if (verb === 'DESC' || verb === 'DESCRIBE') return 'Describe';
  if (verb === 'KILL') return 'KillQuery';
  return verb === '' ? '' : verb[0] + verb.slice(1).toLowerCase();
}
