import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Castellan, eventually, freePorts, startCastellan } from '../peers/castellan.ts';
import { type MarkedRequest, type Sent, send } from './crash-load.ts';

/** What became of the rows, counted by unique id. All but `acknowledged` and `kills` must be 0. */
export interface CrashReport {
  readonly cycles: number;
  readonly kills: { parent: number; engine: number; both: number };
  readonly acknowledgedRequests: number;
  readonly acknowledgedRows: number;
  readonly lostRows: number;
  readonly doubledRows: number;
  /** Requests that were never acknowledged and are stored in part. */
  readonly partialRequests: number;
  /** Roll-up keys whose count differs from the table's. */
  readonly rollupsThatDisagree: number;
}

/** Loads Castellan from several clients and kills its processes at random moments. */
export async function runCrashCycles(options: {
  dataDir: string;
  cycles: number;
  senders: number;
  onCycle?: (cycle: number, victim: string) => void;
}): Promise<CrashReport> {
  const ports = await freePorts();
  let castellan = await startCastellan({ dataDir: options.dataDir, ports });
  const kills = { parent: 0, engine: 0, both: 0 };
  const sent: Sent = { acknowledged: [], unanswered: [] };
  try {
    for (let cycle = 0; cycle < options.cycles; cycle += 1) {
      const stop = new AbortController();
      let acknowledged = 0;
      const more = (count: number) => {
        const goal = acknowledged + count;
        return eventually(
          () => acknowledged,
          (now) => now >= goal,
          60_000,
        );
      };
      const senders = Array.from({ length: options.senders }, (_, i) =>
        send(castellan.otlpHttp, `c${cycle}s${i}`, stop.signal, () => {
          acknowledged += 1;
        }),
      );
      await more(1);
      await sleep(randomInt(2_500));
      const victim = (['parent', 'engine', 'both'] as const)[randomInt(3)] ?? 'both';
      kills[victim] += 1;
      options.onCycle?.(cycle, victim);
      const engine = enginePid(castellan);
      if (victim !== 'parent' && engine) process.kill(engine, 'SIGKILL');
      if (victim !== 'engine') {
        await castellan.kill();
        castellan = await startCastellan({ dataDir: options.dataDir, ports, ready: false });
      }
      // Until the retries of what was cut off are through, and some more.
      await more(options.senders);
      await sleep(randomInt(500));
      stop.abort();
      for (const part of await Promise.all(senders)) {
        sent.acknowledged.push(...part.acknowledged);
        sent.unanswered.push(...part.unanswered);
      }
    }
    await eventually(
      () => pendingRows(castellan),
      (rows) => rows === 0,
      120_000,
    );
    return { cycles: options.cycles, kills, ...(await count(castellan, sent)) };
  } finally {
    await castellan.stop();
  }
}

/** The embedded engine is the only child process of the parent. */
function enginePid(castellan: Castellan): number | undefined {
  try {
    const output = execFileSync('pgrep', ['-P', String(castellan.process.pid)], {
      encoding: 'utf8',
    });
    return Number(output.trim().split('\n')[0]);
  } catch {
    // pgrep found none: the engine is between two lives.
    return undefined;
  }
}

async function pendingRows(castellan: Castellan): Promise<number> {
  try {
    const status = await castellan.api<{ spool: { rows: number } }>('GET', '/status');
    return status.spool.rows;
  } catch {
    return Number.NaN;
  }
}

const tables = {
  logs: { table: 'otel_logs', map: 'LogAttributes', rollup: 'otel_logs_kv_rollup_15m' },
  traces: { table: 'otel_traces', map: 'SpanAttributes', rollup: 'otel_traces_kv_rollup_15m' },
} as const;

async function sql<T>(castellan: Castellan, query: string): Promise<T[]> {
  return (await castellan.api<{ rows: T[] }>('POST', '/sql', { query, limit: 10_000 })).rows;
}

async function count(castellan: Castellan, sent: Sent) {
  const totals = { lostRows: 0, doubledRows: 0, partialRequests: 0, rollupsThatDisagree: 0 };
  for (const signal of ['logs', 'traces'] as const) {
    const { table, map, rollup } = tables[signal];
    const stored = new Map<string, { rows: number; unique: number }>();
    // By prefix, so that each answer stays below the API's limit of rows.
    const prefixes = new Set(
      [...sent.acknowledged, ...sent.unanswered].map(({ req }) => req.split('-')[0]),
    );
    for (const prefix of prefixes)
      for (const row of await sql<{ req: string; rows: string; unique: string }>(
        castellan,
        `SELECT ${map}['req'] AS req, count() AS rows, uniqExact(${map}['row']) AS unique FROM ${table} WHERE startsWith(req, '${prefix}-') GROUP BY req`,
      ))
        stored.set(row.req, { rows: Number(row.rows), unique: Number(row.unique) });
    const ours = (list: MarkedRequest[]) => list.filter((each) => each.signal === signal);
    for (const { req, rows } of ours(sent.acknowledged)) {
      const found = stored.get(req) ?? { rows: 0, unique: 0 };
      totals.lostRows += rows - found.unique;
      totals.doubledRows += found.rows - found.unique;
    }
    for (const { req, rows } of ours(sent.unanswered)) {
      const found = stored.get(req) ?? { rows: 0, unique: 0 };
      totals.doubledRows += found.rows - found.unique;
      if (found.unique !== 0 && found.unique !== rows) totals.partialRequests += 1;
    }
    const [disagree] = await sql<{ n: string }>(
      castellan,
      `SELECT count() AS n FROM (SELECT ServiceName AS value, count() AS rows FROM ${table} WHERE value != '' GROUP BY value) AS t
       FULL OUTER JOIN (SELECT Value AS value, sum(count) AS rows FROM ${rollup} WHERE Key = 'ServiceName' GROUP BY value) AS r USING value
       WHERE t.rows != r.rows`,
    );
    totals.rollupsThatDisagree += Number(disagree?.n);
  }
  return {
    acknowledgedRequests: sent.acknowledged.length,
    acknowledgedRows: sent.acknowledged.reduce((sum, { rows }) => sum + rows, 0),
    ...totals,
  };
}
