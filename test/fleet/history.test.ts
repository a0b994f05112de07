import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import type { HistoryData } from '../../src/model/fleet/collecting-api.ts';
import type { ClusterData, SeriesData } from '../../src/model/fleet/fleet-api.ts';
import { type Castellan, eventually, freePorts, startCastellan } from '../peers/castellan.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';

/** What a server of the oldest version logged before it was watched. */
let pair: ClickHousePair;
let castellan: Castellan;
const dataDir = mkdtempSync(join(tmpdir(), 'castellan-history-'));
const patienceMs = 120_000;
const rows = 3_000;
const hour = 3_600;
const day = 24 * hour;

beforeAll(async () => {
  pair = await startClickHousePair();
});
afterAll(async () => {
  await castellan?.stop();
  await pair?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('seven days are read back, the newest first; a kill in the middle counts nothing twice', async () => {
  const [server] = pair.servers;
  await eventually(
    () => server.query('SELECT count() FROM system.query_log').catch(() => '0'),
    (each) => each !== '0',
  );
  // From nine days ago until an hour ago; a fifth failed.
  const when = `toDateTime(now() - ${9 * day} + intDiv(number * ${9 * day - hour}, ${rows}))`;
  await server.query(
    `INSERT INTO system.query_log (type, event_date, event_time, query, read_rows) SELECT if(number % 5 = 0, 4, 2), toDate(${when}), ${when}, 'INSERT INTO past VALUES', 10 FROM system.numbers LIMIT ${rows}`,
  );
  const ports = await freePorts();
  const slowly = { MONITOR_BACKFILL_CPU_SHARE: '0.01%' };
  castellan = await startCastellan({ dataDir, ports, env: slowly });
  const { host, httpPort: port } = server;
  const login = { username: 'default', password: '' };
  const added = { name: 'past', host, port, ...login, nodes: [{ host, port }] };
  const { id } = await castellan.api<ClusterData>('POST', '/clusters', added);
  const history = async () =>
    (await castellan.api<z.infer<typeof HistoryData>>('GET', `/clusters/${id}/history`)).nodes[0];
  const ms = (time: string | null | undefined) => Date.parse(time ?? '');
  const begun = await eventually(history, (each) => ms(each?.readTo) < ms(each?.to), patienceMs);
  expect(begun).toMatchObject({ state: 'reading', tables: ['query_log'], endedAt: null });
  expect(ms(begun?.to) - ms(begun?.from)).toBe(7 * day * 1_000);
  await castellan.kill();

  castellan = await startCastellan({ dataDir, ports });
  const done = await eventually(history, (each) => each?.state === 'done', patienceMs);
  expect(done).toMatchObject({ from: begun?.from, to: begun?.to, problem: null });
  expect(ms(done?.readTo)).toBe(ms(done?.from));
  const seconds = [done?.from, done?.to].map((time) => ms(time) / 1_000);
  // The monitor itself inserts nothing.
  const [logged] = await server.rows<{ inserts: string; failed: string }>(
    `SELECT count() AS inserts, countIf(type > 2) AS failed FROM system.query_log WHERE type > 1 AND query LIKE 'INSERT%' AND event_time >= toDateTime(${seconds[0]}) AND event_time < toDateTime(${seconds[1]})`,
  );
  expect(Number(logged?.inserts)).toBeGreaterThan(rows / 2);
  const stored = async () => {
    const query = `SELECT sum(Increases['InsertQuery']) AS inserts, sum(Increases['FailedInsertQuery']) AS failed FROM fleet_samples_1h WHERE Cluster = '${id}'`;
    const answer = await castellan.api<{ rows: { inserts: number; failed: number }[] }>(
      'POST',
      '/sql',
      { query },
    );
    return answer.rows[0];
  };
  const known = await eventually(
    stored,
    (each) => Number(each?.inserts) >= Number(logged?.inserts),
    patienceMs,
  );
  expect([known?.inserts, known?.failed]).toEqual([
    Number(logged?.inserts),
    Number(logged?.failed),
  ]);
  const from = Date.now() - 6 * day * 1_000;
  const { series } = await castellan.api<z.infer<typeof SeriesData>>(
    'GET',
    `/clusters/${id}/series?metric=rate:InsertQuery&from=${from}&to=${Date.now() - 2 * day * 1_000}`,
  );
  const rates = series[0]?.points.map(([, rate]) => rate) ?? [];
  expect(rates.length).toBeGreaterThan(100);
  expect(rates).not.toContain(null);
});
