import type { Store } from '../../../adapters/clickhouse/store.ts';
import type { Part, ReceiverState, StatusData } from '../../../model/api/operation-api.ts';
import type { PipelineState, ReceiverFacts } from './pipeline.ts';
import type { Rates } from './rates.ts';

/** What `GET /status` is collected from. */
export interface StatusSources {
  readonly version: string;
  readonly mode: 'open' | 'password';
  readonly startedAt: string;
  readonly pipeline: PipelineState;
  readonly rates: Rates;
  readonly store: Store;
  readonly storePart: () => Promise<Part>;
}

/** How everything is now. What cannot be asked is null or empty, never an error. */
export async function collectStatus(sources: StatusSources): Promise<StatusData> {
  const { pipeline, store } = sources;
  const receivers = pipeline.running?.receivers();
  const [storing, part, contents] = await Promise.all([
    pipeline.running?.storing().catch(() => undefined),
    sources.storePart(),
    readContents(store),
  ]);
  const spool = storing?.spool;
  return {
    version: sources.version,
    mode: sources.mode,
    startedAt: sources.startedAt,
    receivers: receivers
      ? { otlpHttp: showReceiver(receivers.http), otlpGrpc: showReceiver(receivers.grpc) }
      : null,
    spool: spool
      ? {
          bytes: spool.bytes,
          maxBytes: spool.maxBytes,
          segments: spool.segments,
          rows: spool.rows,
          oldestAgeMs: Math.round(spool.oldestAgeMs),
          diskFreeBytes: spool.diskFreeBytes,
        }
      : null,
    store: { kind: store.kind, ...part, database: store.database, ...contents },
    deadLetters: storing
      ? { count: storing.deadLetters.count, bytes: storing.deadLetters.bytes }
      : null,
    rates: sources.rates.current(),
    refusals: receivers
      ? addUp(receivers.http.totals.refusals, receivers.grpc.totals.refusals)
      : {},
  };
}

function showReceiver(facts: ReceiverFacts): ReceiverState {
  const { load, totals } = facts;
  return {
    status: facts.status,
    ...(facts.detail ? { detail: facts.detail } : {}),
    port: facts.port,
    restarts: facts.restarts,
    requestsInFlight: load.requests,
    connections: load.connections,
    requests: totals.requests,
    records: totals.records,
    rejectedRecords: totals.rejectedRecords,
    bytes: totals.bytes,
    absorbed: totals.absorbed,
    refusals: addUp(totals.refusals),
  };
}

/** Sums by name. */
function addUp(
  ...counts: readonly Readonly<Partial<Record<string, number>>>[]
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const each of counts)
    for (const [name, count] of Object.entries(each)) sums[name] = (sums[name] ?? 0) + (count ?? 0);
  return sums;
}

type Contents = Pick<StatusData['store'], 'tables' | 'disks'>;

/** Rows and bytes by table, and room on the store's disks. */
async function readContents(store: Store): Promise<Contents> {
  const read = async <T>(query: string): Promise<T[]> => {
    const answer = await store.client.query({
      query,
      format: 'JSONEachRow',
      query_params: { database: store.database },
      abort_signal: AbortSignal.timeout(3_000),
    });
    return answer.json<T>();
  };
  try {
    const [tables, disks] = await Promise.all([
      read<{ table: string; rows: string; bytes: string }>(
        'SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = {database:String} GROUP BY table ORDER BY table',
      ),
      read<{ name: string; free: string; total: string }>(
        'SELECT name, free_space AS free, total_space AS total FROM system.disks ORDER BY name',
      ),
    ]);
    return {
      tables: tables.map((each) => ({
        table: each.table,
        rows: Number(each.rows),
        bytes: Number(each.bytes),
      })),
      disks: disks.map((each) => ({
        name: each.name,
        freeBytes: Number(each.free),
        totalBytes: Number(each.total),
      })),
    };
  } catch {
    // The part says why the store does not answer.
    return { tables: [], disks: [] };
  }
}
