/**
 * From Save to the first score, and to the history of seven days: `npm run bench -- history [rows]`.
 * A real server gets so many back-dated rows of query_log (five million); then it is added. Aims:
 * 5 s and 2 minutes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterData } from '../src/model/fleet/fleet-api.ts';
import { eventually, startCastellan } from '../test/peers/castellan.ts';
import { startClickHousePair } from '../test/peers/clickhouse-pair.ts';
import { measure } from './process-cost.ts';

const rows = Number(process.argv[2] ?? 5_000_000);
const days = 7;
const patienceMs = 1_800_000;
const rowsAtATime = 250_000;

interface History {
  readonly state: string;
  readonly readTo: string | null;
  readonly samples: number;
  readonly problem: string | null;
}

const dataDir = mkdtempSync(join(tmpdir(), 'castellan-bench-history-'));
const pair = await startClickHousePair();
const [server] = pair.servers;
const castellan = await startCastellan({ dataDir });
try {
  await seed();
  await eventually(
    () => server.query('SELECT count() FROM system.merges'),
    (merges) => merges === '0',
    patienceMs,
  );
  console.log(`${await server.query('SELECT count() FROM system.query_log')} rows in query_log`);
  const cpuBefore = measure(castellan.process.pid ?? 0).cpuSeconds;
  const begunMs = performance.now();
  const seconds = () => ((performance.now() - begunMs) / 1_000).toFixed(1);
  const { id } = await castellan.api<ClusterData>('POST', '/clusters', {
    name: 'history',
    host: server.host,
    port: server.httpPort,
    username: 'default',
    password: '',
    nodes: [{ host: server.host, port: server.httpPort }],
  });
  const scored = await eventually(
    () => castellan.api<ClusterData>('GET', `/clusters/${id}`),
    ({ coverage }) => coverage.answered > 0,
    patienceMs,
  );
  const { answered, total } = scored.coverage;
  const score = scored.score === null ? 'none, too few are answered' : scored.score.toFixed(0);
  console.log(`${seconds()} s to the first score: ${score} (${answered} of ${total} checks)`);
  const historyOf = async () =>
    (await castellan.api<{ nodes: History[] }>('GET', `/clusters/${id}/history`)).nodes[0];
  const day = Date.now() - 86_400_000;
  await eventually(historyOf, (each) => Date.parse(each?.readTo ?? '') <= day, patienceMs);
  console.log(`${seconds()} s to the history of the newest day`);
  const done = await eventually(historyOf, (each) => each?.state === 'done', patienceMs);
  console.log(`${seconds()} s to all of it: ${done?.samples} samples`);
  // Some are older than seven days by now: seeding took its time.
  const stored = await eventually(storedQueries, (each) => each >= rows * 0.98, patienceMs);
  console.log(`${seconds()} s until the store has it: ${stored} queries`);
  const cpu = measure(castellan.process.pid ?? 0).cpuSeconds - cpuBefore;
  console.log(`${cpu.toFixed(1)} s of processor time of Castellan, its store included`);
  await tellOwnCost();
} finally {
  await castellan.stop();
  await pair.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Rows over the last days, evenly, newest last; a tenth failed, a third are inserts. */
async function seed(): Promise<void> {
  await eventually(
    () => server.query('SELECT count() FROM system.query_log').catch(() => '0'),
    (each) => each !== '0',
  );
  const columns = {
    type: 'if(n % 10 = 0, 4, 2)',
    event_date: 'toDate(t)',
    event_time: 't',
    query_start_time: 't',
    query_duration_ms: 'n % 300',
    read_rows: 'n % 100000',
    read_bytes: '(n % 100000) * 40',
    written_rows: 'if(n % 3 = 0, 1000, 0)',
    query:
      "concat(if(n % 3 = 0, 'INSERT INTO shop.orders (id, total, note) VALUES (', 'SELECT customer, sum(total) FROM shop.orders WHERE id > '), toString(cityHash64(n)), arrayStringConcat(arrayMap(x -> ' AND total > 10', range(1 + n % 12))))",
    user: "concat('user', toString(n % 20))",
    query_id: 'toString(cityHash64(n, 1))',
  };
  const spanSeconds = days * 86_400;
  for (let from = 0; from < rows; from += rowsAtATime) {
    const source = `SELECT number + ${from} AS n, toDateTime(now() - ${spanSeconds} + intDiv((number + ${from}) * ${spanSeconds}, ${rows})) AS t FROM system.numbers LIMIT ${Math.min(rowsAtATime, rows - from)}`;
    await server.query(
      `INSERT INTO system.query_log (${Object.keys(columns).join(', ')}) SELECT ${Object.values(columns).join(', ')} FROM (${source})`,
    );
  }
}

/** In the roll-up that keeps all of it. */
async function storedQueries(): Promise<number> {
  const { rows: answer } = await castellan.api<{ rows: { queries: string }[] }>('POST', '/sql', {
    query: "SELECT sum(Increases['Query']) AS queries FROM fleet_samples_1h",
  });
  return Number(answer[0]?.queries);
}

/** What the server says of the statements that read its history. */
async function tellOwnCost(): Promise<void> {
  await sleep(2_000);
  const [own] = await server.rows<{ n: string; ms: string; most: string; rows: string }>(
    "SELECT count() AS n, sum(query_duration_ms) AS ms, max(query_duration_ms) AS most, sum(read_rows) AS rows FROM system.query_log WHERE type = 2 AND query_id LIKE 'castellan-monitor-history-%'",
  );
  console.log(
    `${own?.n} statements took the server ${own?.ms} ms, the longest ${own?.most} ms; ${own?.rows} rows read`,
  );
}
