import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Engine, startEngine } from '../src/adapters/clickhouse/embedded/engine.ts';
import type { Logger } from '../src/base/log.ts';
import { type Castellan, eventually, startCastellan } from './peers/castellan.ts';

/** A store of one's own: CASTELLAN_STORE_URL, here a ClickHouse engine of another process. */
const silent = (): void => undefined;
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent };
const storeDir = mkdtempSync(join(tmpdir(), 'castellan-store-'));
const dataDir = mkdtempSync(join(tmpdir(), 'castellan-data-'));
let engine: Engine;
let castellan: Castellan;
beforeAll(async () => {
  engine = await startEngine({ dataDir: storeDir, database: 'default_of_engine', logger });
  const url = new URL(engine.connection.url);
  url.username = 'castellan';
  url.password = engine.connection.password;
  castellan = await startCastellan({
    dataDir,
    env: { CASTELLAN_STORE_URL: url.href, CASTELLAN_DATABASE: 'telemetry' },
  });
});
afterAll(async () => {
  await castellan.stop();
  await engine.stop(5_000);
  for (const folder of [storeDir, dataDir]) rmSync(folder, { recursive: true, force: true });
});

async function sendLogs(marks: readonly string[]): Promise<number> {
  const response = await fetch(`${castellan.otlpHttp}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceLogs: [
        { scopeLogs: [{ logRecords: marks.map((mark) => ({ body: { stringValue: mark } })) }] },
      ],
    }),
  });
  await response.arrayBuffer();
  return response.status;
}

async function stored(): Promise<string[]> {
  try {
    const query = 'SELECT Body FROM otel_logs ORDER BY Body';
    const { rows } = await castellan.api<{ rows: { Body: string }[] }>('POST', '/sql', { query });
    return rows.map(({ Body }) => Body);
  } catch {
    // The store is away: that is what is tested.
    return [];
  }
}

test('rows reach the tables of the server, in the database that was named', async () => {
  expect(await sendLogs(['a1', 'a2'])).toBe(200);
  await eventually(stored, (bodies) => bodies.join() === 'a1,a2');
  const { store } = await castellan.api<{ store: Record<string, unknown> }>('GET', '/status');
  expect(store).toMatchObject({ kind: 'server', database: 'telemetry' });
});

test('while the server is away requests are taken, and stored once when it is back', async () => {
  const status = engine.status();
  if (status.state !== 'running') throw new Error('the engine does not run');
  process.kill(status.pid, 'SIGSTOP');
  try {
    for (let i = 0; i < 5; i += 1) expect(await sendLogs([`b${i}`])).toBe(200);
    // Long enough for the first attempts to be made and to hang.
    await sleep(2_500);
  } finally {
    process.kill(status.pid, 'SIGKILL');
  }
  const bodies = await eventually(stored, (found) => found.length >= 7, 60_000);
  expect(bodies).toEqual(['a1', 'a2', 'b0', 'b1', 'b2', 'b3', 'b4']);
});
