import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Running, startCommand } from './testing/run-command.ts';

let dataDir: string;
const started: Running[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'castellan-up-'));
});
afterEach(async () => {
  for (const each of started.splice(0)) {
    each.process.kill('SIGKILL');
    await each.ended;
  }
  rmSync(dataDir, { recursive: true, force: true });
});

function up(env: Record<string, string> = {}): Running {
  const running = startCommand(['up', '--data-dir', dataDir], {
    PORT: '0',
    OTLP_HTTP_PORT: '0',
    OTLP_GRPC_PORT: '0',
    DISK_MIN_FREE_BYTES: '0',
    ...env,
  });
  started.push(running);
  return running;
}

/** The events of the log so far. */
const events = (running: Running): Record<string, unknown>[] =>
  running
    .out()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line));

async function waitFor(running: Running, event: string): Promise<Record<string, unknown>> {
  for (;;) {
    const found = events(running).find((each) => each.event === event);
    if (found) return found;
    if (running.process.exitCode !== null)
      throw new Error(`ended without ${event}: ${running.out()}${running.err()}`);
    await sleep(20);
  }
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('a signal drains; a second server on the folder is refused; the log is JSON', async () => {
  const first = up();
  const summary = await waitFor(first, 'startup_summary');
  expect(summary).toMatchObject({ level: 'info', time: expect.any(String), dataDir, mode: 'open' });
  expect(await waitFor(first, 'open_mode')).toMatchObject({ level: 'warn' });
  const second = up();
  const refused = await second.ended;
  expect(refused.code).toBe(6);
  expect(await waitFor(second, 'start_failed')).toMatchObject({
    detail: expect.stringContaining(`in use by another Castellan (process ${first.process.pid},`),
  });
  const { pid } = (await waitFor(first, 'engine_started')) as { pid: number };
  first.process.kill('SIGTERM');
  const ended = await first.ended;
  expect(ended.code).toBe(0);
  expect(events(first).map((each) => each.event)).toEqual(
    expect.arrayContaining(['stopping', 'stopped']),
  );
  expect(alive(pid)).toBe(false);
  expect(ended.err).toBe('');
});

test('a second signal ends everything at once', async () => {
  const running = up({ CASTELLAN_DRAIN_TIMEOUT: '1h' });
  const { otlpHttpPort } = (await waitFor(running, 'startup_summary')) as { otlpHttpPort: number };
  const { pid } = (await waitFor(running, 'engine_started')) as { pid: number };
  // A request that is half sent holds the drain up.
  const socket = connect(otlpHttpPort, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    'POST /v1/logs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
  );
  await sleep(500);
  running.process.kill('SIGTERM');
  running.process.kill('SIGTERM');
  await waitFor(running, 'stopping');
  await sleep(1_200);
  expect(running.process.exitCode).toBe(null);
  running.process.kill('SIGTERM');
  expect((await running.ended).code).toBe(143);
  for (let tries = 0; tries < 100 && alive(pid); tries += 1) await sleep(50);
  expect(alive(pid)).toBe(false);
});

test('after kill -9 the folder is free again, and a damaged state file is named', async () => {
  const first = up();
  await waitFor(first, 'startup_summary');
  first.process.kill('SIGKILL');
  await first.ended;
  // What it had not moved from the log to the file would mend the file.
  rmSync(join(dataDir, 'state.sqlite-wal'), { force: true });
  rmSync(join(dataDir, 'state.sqlite-shm'), { force: true });
  writeFileSync(join(dataDir, 'state.sqlite'), 'rubbish'.repeat(1_000));
  const second = up();
  const ended = await second.ended;
  expect(ended.code).toBe(6);
  expect(await waitFor(second, 'start_failed')).toMatchObject({
    detail: expect.stringMatching(/state\.sqlite is damaged .* left as it is/),
  });
});
