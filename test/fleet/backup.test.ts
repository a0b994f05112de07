import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterData } from '../../src/model/fleet/fleet-api.ts';
import { type Castellan, eventually, startCastellan } from '../peers/castellan.ts';
import { monitorPassword } from '../peers/clickhouse-config.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';

const root = mkdtempSync(join(tmpdir(), 'castellan-backup-'));
const archive = join(root, 'backup.tar');
const env = { COLLECTION_INTERVAL: '5' };
let pair: ClickHousePair;
let castellan: Castellan;
beforeAll(async () => {
  [pair, castellan] = await Promise.all([
    startClickHousePair(),
    startCastellan({ dataDir: join(root, 'first'), env }),
  ]);
});
afterAll(async () => {
  await castellan?.stop();
  await pair?.stop();
  rmSync(root, { recursive: true, force: true });
});

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const entry = resolve(import.meta.dirname, '../../src/apps/cli/castellan.ts');
  const child = spawn(process.execPath, [entry, ...words], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

interface Counts {
  raw: string;
  minutes: string;
  increases: number;
}
const counts = async () => {
  const { rows } = await castellan.api<{ rows: Counts[] }>('POST', '/sql', {
    query: `SELECT (SELECT count() FROM fleet_samples) AS raw, (SELECT sum(arraySum(mapValues(Count))) FROM fleet_samples_1m) AS minutes, (SELECT sum(arraySum(mapValues(Increases))) FROM fleet_samples_1h) AS increases`,
  });
  return rows[0]!;
};

test('a backup of a running server comes back elsewhere: clusters, findings, samples, passwords', async () => {
  const [server] = pair.servers;
  const { id } = await castellan.api<ClusterData>('POST', '/clusters', {
    name: 'one',
    host: server.host,
    port: server.httpPort,
    username: 'monitor',
    password: monitorPassword,
    nodes: [{ host: server.host, port: server.httpPort }],
  });
  await eventually(counts, ({ raw }) => Number(raw) >= 3, 60_000);
  await castellan.api('PUT', `/clusters/${id}`, { paused: true });
  // What was collected until then reaches the store.
  const underWay = async () => {
    const metrics = await (await fetch(`${castellan.url}/metrics`)).text();
    const waiting = Number(/^castellan_collector_samples_waiting (\d+)/m.exec(metrics)?.[1]);
    const { spool } = await castellan.api<{ spool: { rows: number } }>('GET', '/status');
    return waiting + spool.rows;
  };
  await eventually(underWay, (rows) => rows === 0);
  const before = await counts();
  const made = await run('backup', archive, '--with-key', '--url', castellan.url);
  expect([made.code, made.err]).toEqual([0, expect.stringMatching(/is written/)]);
  await castellan.stop();

  const second = join(root, 'second');
  const restored = await run('restore', archive, '--data-dir', second);
  expect([restored.code, restored.err]).toEqual([0, expect.stringMatching(/Restored what/)]);
  castellan = await startCastellan({ dataDir: second, env });
  await eventually(
    () => existsSync(join(second, 'restored-samples')),
    (there) => !there,
    60_000,
  );
  expect(await counts()).toEqual(before);
  expect(await castellan.api('GET', `/clusters/${id}`)).toMatchObject({
    name: 'one',
    paused: true,
  });
  await castellan.api('PUT', `/clusters/${id}`, { paused: false });
  await eventually(
    () => castellan.api<ClusterData>('GET', `/clusters/${id}`),
    ({ status }) => status === 'online',
  );
  const busy = await run('restore', archive, '--data-dir', second);
  expect([busy.code, busy.err]).toEqual([6, expect.stringMatching(/in use by another Castellan/)]);
});

test('an archive that is damaged, cut or none changes nothing; a good one moves the old aside', async () => {
  const folder = join(root, 'third');
  expect((await run('restore', archive, '--data-dir', folder)).code).toBe(0);
  const state = readFileSync(join(folder, 'state.sqlite'));
  const check = async (change: (bytes: Buffer) => Buffer, message: RegExp) => {
    const bad = join(root, 'bad.tar');
    writeFileSync(bad, change(readFileSync(archive)));
    const { code, err } = await run('restore', bad, '--data-dir', folder);
    expect([code, err]).toEqual([9, expect.stringMatching(message)]);
    expect(readFileSync(join(folder, 'state.sqlite')).equals(state)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith('before-restore'))).toEqual([]);
  };
  await check(() => Buffer.from('this is no archive'), /is not a backup|is empty|cut/);
  await check((bytes) => bytes.subarray(0, bytes.length / 2), /is not a backup|is cut|is damaged/);
  await check((bytes) => {
    const at = bytes.indexOf('SQLite format 3') + 5_000;
    bytes[at] = bytes[at]! ^ 0xff;
    return bytes;
  }, /is damaged: "state\.sqlite" is not what was backed up/);
  await check(
    (bytes) =>
      Buffer.from(bytes.toString('latin1').replaceAll('state.sqlite', '../../a.sqlite'), 'latin1'),
    /is not a backup, or is damaged/,
  );
  const absent = await run('restore', join(root, 'none.tar'), '--data-dir', folder);
  expect([absent.code, absent.err]).toEqual([
    9,
    expect.stringMatching(/There is no file .*none\.tar/),
  ]);

  const again = await run('restore', archive, '--data-dir', folder);
  expect([again.code, again.err]).toEqual([0, expect.stringMatching(/was there before is in/)]);
  const [aside] = readdirSync(folder).filter((name) => name.startsWith('before-restore'));
  expect(readFileSync(join(folder, aside!, 'state.sqlite')).equals(state)).toBe(true);
});

test('a damaged state is named with what brings it back, and a restore does', async () => {
  const folder = join(root, 'fourth');
  const elsewhere = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'castellan-'));
  const state = join(elsewhere, 'state.sqlite');
  const place = ['--data-dir', folder, '--database-path', state];
  try {
    expect((await run('restore', archive, ...place)).code).toBe(0);
    const good = readFileSync(state);
    writeFileSync(state, 'rubbish'.repeat(1_000));
    const failed = await run('up', ...place, '--port', '0', '--log-format', 'json');
    expect([failed.code, failed.out]).toEqual([
      6,
      expect.stringMatching(/is damaged .* left as it is.*castellan restore FILE/),
    ]);
    expect(readFileSync(state, 'utf8')).toBe('rubbish'.repeat(1_000));
    const restored = await run('restore', archive, ...place);
    expect([restored.code, restored.err]).toEqual([0, expect.stringMatching(/was there before/)]);
    expect(readFileSync(state).equals(good)).toBe(true);
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test('state and key copied by hand, as the runbook says, are a backup too', async () => {
  await castellan.stop();
  const copy = mkdtempSync(join(root, 'copy-'));
  for (const name of ['state.sqlite', '.key'])
    copyFileSync(join(root, 'second', name), join(copy, name));
  castellan = await startCastellan({ dataDir: copy, env });
  const { clusters } = await castellan.api<{ clusters: ClusterData[] }>('GET', '/clusters');
  expect(clusters).toMatchObject([{ name: 'one' }]);
  await eventually(
    () => castellan.api<ClusterData>('GET', `/clusters/${clusters[0]!.id}`),
    ({ status }) => status === 'online',
  );
});
