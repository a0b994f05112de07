import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './castellan.ts';
import { monitorPassword, viewerPassword } from './clickhouse-config.ts';
import { type ClickHousePair, startClickHousePair } from './clickhouse-pair.ts';

let pair: ClickHousePair;
beforeAll(async () => {
  pair = await startClickHousePair();
});
afterAll(() => pair?.stop());

test('the two replicate, log their queries and know three kinds of users', async () => {
  const [first, second] = pair.servers;
  await first.query(
    "CREATE TABLE default.kept ON CLUSTER pair (d Date, k UInt64) ENGINE = ReplicatedMergeTree('/tables/{shard}/kept', '{replica}', d, k, 8192)",
  );
  await first.query('INSERT INTO default.kept SELECT today(), number FROM numbers(1000)');
  await eventually(
    () => second.query('SELECT count() FROM default.kept'),
    (count) => count === '1000',
  );
  for (const table of ['query_log', 'part_log'])
    await eventually(
      () => second.query(`SELECT count() > 0 FROM system.${table}`).catch(() => ''),
      (some) => some === '1',
    );
  const as = (user: string, password: string) => first.query('SELECT 1', { user, password });
  expect(await as('monitor', monitorPassword)).toBe('1');
  await expect(as('monitor', 'wrong')).rejects.toThrow(/Wrong password/);
  await expect(
    first.query('CREATE TABLE default.no (d Date) ENGINE = Memory', {
      user: 'viewer',
      password: viewerPassword,
    }),
  ).rejects.toThrow(/readonly/);
});

test('each can be frozen, killed, and started again where it was', async () => {
  const [first, second] = pair.servers;
  await second.hang();
  const quick = { signal: AbortSignal.timeout(300) };
  await expect(fetch(`${second.url}/ping`, quick)).rejects.toThrow();
  second.resume();
  expect(await second.query('SELECT 1')).toBe('1');
  await second.kill();
  expect(second.running).toBe(false);
  expect(await first.query('SELECT 1')).toBe('1');
  await second.start();
  expect(await second.query('SELECT count() FROM default.kept')).toBe('1000');
  await pair.zookeeper.kill();
  await eventually(
    () => first.query('INSERT INTO default.kept SELECT today(), 1').catch(String),
    (answer) => /ZooKeeper|readonly|Session|Connection loss/i.test(answer),
  );
  await pair.zookeeper.start();
  await eventually(
    () => first.query('SELECT is_readonly, is_session_expired FROM system.replicas'),
    (state) => state === '0\t0',
  );
});

test('servers and folder of a test process that was killed do not stay', async () => {
  const harness = pathToFileURL(join(import.meta.dirname, 'clickhouse-pair.ts')).href;
  const script = `const { startClickHousePair } = await import(${JSON.stringify(harness)});
    const { servers, zookeeper } = await startClickHousePair();
    const pids = [...servers, zookeeper].map((each) => each.pid);
    console.log(JSON.stringify({ pids, folder: servers[0].folder }));
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { pids, folder } = JSON.parse(line) as { pids: number[]; folder: string };
  const alive = () => pids.filter((pid) => existsSync(`/proc/${pid}`));
  expect(alive()).toEqual(pids);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  await eventually(alive, (left) => left.length === 0);
  const next = await startClickHousePair();
  expect(existsSync(folder)).toBe(false);
  await next.stop();
});
