/**
 * What watching costs a server with 1,000 tables and 50,000 parts, in steady state, with 0 and with 20
 * viewers: `npm run bench -- monitor-cost [minutes of each phase] [tables]`. Counted by the kernel
 * (processor time of the server, less what it takes unwatched) and by the server's own query log.
 * Aims: at most 10 statements a minute, as many with viewers as without, under 0.5 % of a core.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterData } from '../src/model/fleet/fleet-api.ts';
import { startCastellan } from '../test/peers/castellan.ts';
import { startClickHousePair } from '../test/peers/clickhouse-pair.ts';
import { measure } from './process-cost.ts';
import { startViewers } from './viewers.ts';

const minutes = Number(process.argv[2] ?? 10);
const tables = Number(process.argv[3] ?? 1_000);
const partsOfTable = 50;
const viewerCount = 20;
/** The first readings of everything, and what they wake. */
const settleMs = 150_000;

const dataDir = mkdtempSync(join(tmpdir(), 'castellan-bench-cost-'));
const pair = await startClickHousePair();
const [server, other] = pair.servers;
try {
  await other.stop();
  await fill();
  console.log(
    `${tables} tables, ${await server.query("SELECT count() FROM system.parts WHERE active AND database = 'bench'")} parts`,
  );
  await sleep(15_000);
  const unwatched = await phase('unwatched', 0);
  const castellan = await startCastellan({ dataDir, env: { MONITOR_BACKFILL: '0' } });
  try {
    const { host, httpPort: port } = server;
    const { id } = await castellan.api<ClusterData>('POST', '/clusters', {
      name: 'cost',
      host,
      port,
      username: 'default',
      password: '',
      nodes: [{ host, port }],
    });
    await sleep(settleMs);
    await phase('watched, 0 viewers', unwatched);
    const viewers = startViewers(castellan, id, viewerCount);
    await phase(`watched, ${viewerCount} viewers`, unwatched);
    console.log(`${await viewers.stop()} requests of viewers`);
    const { nodes } = await castellan.api<{ nodes: object[] }>('GET', `/clusters/${id}/cost`);
    console.log('by its own account:', nodes[0]);
  } finally {
    await castellan.stop();
  }
} finally {
  await pair.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Each table gets its parts by one insert: a part for each partition, so that none can be merged. */
async function fill(): Promise<void> {
  await server.query('CREATE DATABASE bench');
  for (let table = 0; table < tables; table++) {
    const name = `bench.t${table}`;
    await server.query(
      `CREATE TABLE ${name} (p UInt8, k UInt64) ENGINE = MergeTree PARTITION BY p ORDER BY k`,
    );
    await server.query(
      `INSERT INTO ${name} SELECT toUInt8(number % ${partsOfTable}), number FROM system.numbers LIMIT ${partsOfTable * 2}`,
    );
  }
}

/** Prints what a few minutes cost; gives the share of a core that the server took. */
async function phase(name: string, unwatchedShare: number): Promise<number> {
  const pid = server.pid ?? 0;
  const [from, begunMs, before] = [await clock(), performance.now(), measure(pid).cpuSeconds];
  await sleep(minutes * 60_000);
  const share = (measure(pid).cpuSeconds - before) / ((performance.now() - begunMs) / 1_000);
  const to = await clock();
  console.log(`\n${name}: the server took ${percent(share)} of a core`);
  if (unwatchedShare > 0) console.log(`  ${percent(share - unwatchedShare)} more than unwatched`);
  await sleep(2_000);
  const own = await server.rows<Record<'kind' | 'n' | 'rows' | 'bytes' | 'cpu' | 'ms', string>>(
    `SELECT extract(query_id, '^castellan-monitor-([a-z]+)-') AS kind, count() AS n, sum(read_rows) AS rows, sum(read_bytes) AS bytes, sum(query_duration_ms) AS ms, sum(arraySum((name, value) -> if(name IN ('UserTimeMicroseconds', 'SystemTimeMicroseconds'), value, 0), ProfileEvents.Names, ProfileEvents.Values)) AS cpu FROM system.query_log WHERE type > 1 AND query_id LIKE 'castellan-monitor-%' AND event_time >= toDateTime(${from}) AND event_time < toDateTime(${to}) GROUP BY kind ORDER BY kind`,
  );
  const sum = (read: (row: (typeof own)[number]) => string) =>
    own.reduce((total, row) => total + Number(read(row)), 0);
  if (own.length === 0) return share;
  const kinds = own.map(
    ({ kind, n, cpu }) => `${kind || 'other'} ${n} (${(Number(cpu) / 1_000).toFixed(0)} ms)`,
  );
  const seconds = to - from;
  console.log(
    `  ${(sum(({ n }) => n) / minutes).toFixed(1)} statements a minute, ${(sum(({ rows }) => rows) / minutes).toFixed(0)} rows and ${(sum(({ bytes }) => bytes) / minutes / 1e6).toFixed(2)} MB read a minute`,
  );
  console.log(`  ${percent(sum(({ cpu }) => cpu) / 1e6 / seconds)} of a core by its query log`);
  console.log(`  ${kinds.join(', ')}`);
  return share;
}

/** The server's, in epoch seconds. */
async function clock(): Promise<number> {
  return Number(await server.query('SELECT toUInt32(now())'));
}

function percent(value: number): string {
  return `${(value * 100).toFixed(2)} %`;
}
