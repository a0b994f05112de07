import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestEngine } from '../../../adapters/clickhouse/testing/test-engine.ts';
import { openState } from '../../../adapters/state/index.ts';
import { NodeRows } from '../state/node-rows.ts';

const program = fileURLToPath(new URL('./testing/writing-child.ts', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'castellan-sample-crash-'));
  const state = await openState(folder);
  const times = { created_ms: 0, changed_ms: 0 };
  await state
    .insertInto('cluster')
    .values({ id: 'c', name: 'c', settings_json: '{}', origin: 'api', ...times })
    .execute();
  const node = { id: 'n', host: 'n', port: 1, hostName: '', version: '', online: true };
  await new NodeRows(state).replace('c', [{ node, seenMs: 5, unreachable: undefined }]);
  await state.destroy();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('kill -9 anywhere between a sample and its counters: no growth is counted twice, none is lost', async () => {
  const run = (samples: number, crashes: string) => {
    const { status, signal, stderr } = spawnSync(
      process.execPath,
      [program, folder, String(samples), crashes],
      { encoding: 'utf8' },
    );
    expect([stderr, crashes === 'never' ? status : signal]).toEqual([
      '',
      crashes === 'never' ? 0 : 'SIGKILL',
    ]);
  };
  for (const crashes of ['put', 'append', 'strike', 'put', 'append', 'never']) run(3, crashes);
  const engine = await startTestEngine();
  try {
    // What the spool holds, as the store will get it.
    const files = join(folder, 'spool', 'metrics', '*', 'fleet_samples*');
    const answer = await engine.text(
      `SELECT count(), uniqExact(Time), sum(ElapsedMs), (max(toUnixTimestamp64Milli(Time)) - min(toUnixTimestamp64Milli(Time))), sum(Increases['Query']) * 15000 FROM file('${files}', Native)`,
    );
    const [rows, times, elapsed, span, grown] = answer.split('\t').map(Number);
    expect(times).toBe(rows);
    expect(rows).toBe(2 * 5 + 3);
    expect([elapsed, grown]).toEqual([span, span]);
  } finally {
    await engine.stop();
  }
});
