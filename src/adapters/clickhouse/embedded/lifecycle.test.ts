import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { collectingLogger, startTestEngine, type TestEngine } from '../testing/test-engine.ts';
import { type EngineStatus, startEngine } from './engine.ts';

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await holds()) return;
    await pause(25);
  }
  throw new Error(`waited in vain: ${what}`);
}

const pidOf = (status: EngineStatus): number => (status.state === 'running' ? status.pid : 0);

/** A process that ended and waits to be collected by its new parent is not alive. */
function isAlive(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}

const endless = 'SELECT count() FROM numbers(1000000000000)';
const running = (engine: TestEngine): Promise<string> =>
  engine.text(
    "SELECT count() FROM system.processes WHERE query LIKE '%1000000000000%' AND query NOT LIKE '%processes%'",
  );

test('a killed engine comes back on the same port with its data', async () => {
  const engine = await startTestEngine();
  try {
    await engine.client.command({
      query: 'CREATE TABLE k (a UInt32) ENGINE = MergeTree ORDER BY a',
    });
    await engine.client.command({ query: 'INSERT INTO k SELECT number FROM numbers(1000)' });
    const { url } = engine.engine.connection;
    const states: string[] = [];
    engine.engine.onState((status) => states.push(status.state));
    for (let round = 0; round < 2; round += 1) {
      const pid = pidOf(engine.engine.status());
      process.kill(pid, 'SIGKILL');
      await until('a new child', () => ![0, pid].includes(pidOf(engine.engine.status())));
      expect(await engine.text('SELECT count() FROM k')).toBe('1000');
    }
    expect(engine.engine.connection.url).toBe(url);
    expect(states).toEqual(['down', 'starting', 'running', 'down', 'starting', 'running']);
    expect(engine.events.filter((event) => event === 'engine_ended').length).toBe(2);
  } finally {
    await engine.stop();
  }
});

test('the engine ends with its parent, even when that is killed, a query running', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'castellan-parent-'));
  const script = new URL('../testing/parent-process.ts', import.meta.url).pathname;
  const parent = spawn(process.execPath, [script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(parent.stdout, 'data');
    const { status, connection } = JSON.parse(String(line));
    const pid = pidOf(status);
    const busy = fetch(`${connection.url}/?user=castellan&password=${connection.password}`, {
      method: 'POST',
      body: endless,
    }).catch(() => undefined);
    await pause(300);
    parent.kill('SIGKILL');
    // A successor that starts at once gets the folder.
    const again = await startTestEngine({ dataDir });
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(`/dev/shm/castellan-${pid}`)).toBe(false);
    await busy;
    await again.stop();
  } finally {
    parent.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('a folder that cannot be used is refused with what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-folder-'));
  const { logger } = collectingLogger();
  const check = async (dataDir: string, expected: RegExp) => {
    await expect(
      startEngine({ dataDir, database: 'castellan', logger, folderWaitMs: 500 }),
    ).rejects.toThrow(expected);
  };
  const first = await startTestEngine({ dataDir: join(folder, 'used') });
  try {
    await check(join(folder, 'used'), /in use by another process; stop that one or choose another/);
    writeFileSync(join(folder, 'file'), '');
    await check(join(folder, 'file'), /cannot be used \((ENOTDIR|EEXIST)\)/);
    await check(join(folder, 'with{braces}'), /has one of/);
    // Nobody may write there, not even root.
    await check(
      '/sys/castellan',
      /cannot be used \((EPERM|EACCES|EROFS)\): (this user may|its disk)/,
    );
    expect(await first.text('SELECT 1')).toBe('1');
  } finally {
    await first.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a client that leaves stops its query', async () => {
  const engine = await startTestEngine();
  try {
    for (const format of ['JSONEachRow', 'JSON', 'Null']) {
      const abort = new AbortController();
      const asked = engine.client
        .query({ query: endless, format: format as 'JSON', abort_signal: abort.signal })
        .catch((error: Error) => error.message);
      await until('it runs', async () => (await running(engine)) === '1');
      abort.abort();
      expect(await asked).toMatch(/aborted/);
      await until('it ends', async () => (await running(engine)) === '0');
    }
    const stream = await engine.client.query({
      query: 'SELECT number FROM numbers(1000000000000)',
      format: 'JSONEachRow',
    });
    for await (const rows of stream.stream()) {
      expect(rows.length).toBeGreaterThan(0);
      break;
    }
    stream.close();
    await until('the stream ends', async () => (await running(engine)) === '0');
  } finally {
    await engine.stop();
  }
});

test('stopping lets short queries finish and stops long ones at the deadline', async () => {
  const engine = await startTestEngine();
  const pid = pidOf(engine.engine.status());
  const short = engine.text('SELECT sleep(1)');
  const long = engine.client
    .query({ query: endless, format: 'JSON' })
    .catch((error: { code?: string }) => error.code);
  await until('both run', async () => (await running(engine)) === '1');
  const stopped = engine.engine.stop(2_000);
  expect(await short).toBe('0');
  expect(await long).toBe('394');
  await stopped;
  expect(isAlive(pid)).toBe(false);
  expect(engine.engine.status().state).toBe('stopped');
  await engine.stop();
});

test('more requests than places wait for their turn', async () => {
  const engine = await startTestEngine({ maxConcurrentQueries: 2 });
  try {
    let most = 0;
    const watch = setInterval(async () => {
      const count = await engine
        .text(
          "SELECT count() FROM system.processes WHERE query LIKE '%sleepEachRow%' AND query NOT LIKE '%processes%'",
        )
        .catch(() => '0');
      most = Math.max(most, Number(count));
    }, 100);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => engine.text('SELECT sleepEachRow(0.3)')),
    );
    clearInterval(watch);
    expect(answers).toEqual(Array(6).fill('0'));
    expect(most).toBeLessThanOrEqual(2);
  } finally {
    await engine.stop();
  }
});

test('no body stays behind, whether its insert works, fails or is cut', async () => {
  const engine = await startTestEngine({ memoryBodyBytes: 1_000 });
  try {
    await engine.client.command({
      query: 'CREATE TABLE b (a String) ENGINE = MergeTree ORDER BY a',
    });
    const rows = `${'"x"\n'.repeat(5_000)}`;
    expect(
      (await engine.http({ url: { query: 'INSERT INTO b FORMAT CSV' }, body: rows })).status,
    ).toBe(200);
    expect(
      (await engine.http({ url: { query: 'INSERT INTO b FORMAT CSV' }, body: '"y"' })).status,
    ).toBe(200);
    expect(
      (await engine.http({ url: { query: 'INSERT INTO b FORMAT JSONEachRow' }, body: rows }))
        .status,
    ).toBe(400);
    expect(
      (await engine.http({ url: { query: 'INSERT INTO nosuch FORMAT CSV' }, body: rows })).status,
    ).toBe(404);
    const abort = new AbortController();
    const { url, password } = engine.engine.connection;
    const endlessBody = new ReadableStream({
      pull: async (sink) => {
        await pause(5);
        sink.enqueue(Buffer.from('"cut"\n'.repeat(500)));
      },
    });
    const cut = fetch(
      `${url}/?user=castellan&password=${password}&query=INSERT+INTO+b+FORMAT+CSV`,
      { method: 'POST', body: endlessBody, duplex: 'half', signal: abort.signal } as RequestInit,
    ).catch(() => 'cut');
    await pause(500);
    abort.abort();
    expect(await cut).toBe('cut');
    const left = () =>
      readdirSync(join(engine.dataDir, 'tmp')).filter((name) => name.startsWith('body-'));
    await until('the folder is empty', () => left().length === 0);
    expect(await engine.text('SELECT a, count() FROM b GROUP BY a ORDER BY a')).toBe(
      'x\t5000\ny\t1',
    );
  } finally {
    await engine.stop();
  }
});

test('a body beyond the limit is refused, compressed ones by what they become', async () => {
  const engine = await startTestEngine({ maxBodyBytes: 100_000 });
  try {
    await engine.client.command({
      query: 'CREATE TABLE b (a String) ENGINE = MergeTree ORDER BY a',
    });
    const answer = await engine.http({
      url: { query: 'INSERT INTO b FORMAT CSV' },
      body: '"x"\n'.repeat(50_000),
    });
    expect([answer.status, answer.text]).toEqual([413, expect.stringContaining('maxBodyBytes')]);
    const statement = await engine.http({ body: `SELECT '${'x'.repeat(300_000)}'`, url: {} });
    expect(statement.text).toMatch(/Code: (62|223)/);
    expect(await engine.text('SELECT count() FROM b')).toBe('0');
  } finally {
    await engine.stop();
  }
});
