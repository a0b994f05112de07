import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodePanels } from '../../src/core/health/panels/node-panels.ts';
import { tablePanelNames } from '../../src/core/health/panels/table-panels.ts';
import { type Castellan, startCastellan } from '../peers/castellan.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';

/** What the pages of nodes and tables ask, of a real pair of the oldest ClickHouse. */
let pair: ClickHousePair;
let castellan: Castellan;
let at = '';
const dataDir = mkdtempSync(join(tmpdir(), 'castellan-panels-'));

interface Panel {
  readonly nodes: readonly {
    readonly rows: readonly Record<string, unknown>[];
    readonly gap?: { readonly reason: string; readonly detail: string };
  }[];
}

beforeAll(async () => {
  pair = await startClickHousePair();
  const [first] = pair.servers;
  await first.query(
    "CREATE TABLE default.events ON CLUSTER pair (d Date, k UInt64) ENGINE = ReplicatedMergeTree('/tables/{shard}/events', '{replica}') PARTITION BY toYYYYMM(d) ORDER BY k",
  );
  await first.query('INSERT INTO default.events SELECT today(), number FROM numbers(5000)');
  castellan = await startCastellan({ dataDir, env: { COLLECTION_INTERVAL: '5', CACHE_TTL: '0' } });
  const settings = { name: 'pair', host: first.host, port: first.httpPort, username: 'default' };
  const { id } = await castellan.api<{ id: string }>('POST', '/clusters', settings);
  at = `/clusters/${id}`;
  await castellan.api('POST', `${at}/collect`);
});
afterAll(async () => {
  await castellan?.stop();
  await pair?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const events = 'database=default&table=events';
const panel = (path: string) => castellan.api<Panel>('GET', `${at}/${path}`);

test('every panel is answered, or says what this version does not have', async () => {
  const node = `127.0.0.1:${pair.servers[0].httpPort}`;
  const paths = [
    ...[...Object.keys(nodePanels), 'settings'].map((name) => `nodes/${node}/panels/${name}`),
    ...tablePanelNames.map((name) => `table/panels/${name}?${events}`),
    'panels/compression',
    'panels/detached',
  ];
  const gaps = new Map<string, string>();
  for (const path of paths)
    for (const { gap } of (await panel(path)).nodes)
      if (gap) gaps.set(path.replace(/^.*panels\//, '').replace(/\?.*/, ''), gap.reason);
  expect(Object.fromEntries(gaps)).toEqual({ disks: 'table', errors: 'table', detached: 'table' });
});

test('a table: one node says what it is, each says what it has', async () => {
  const rows = async (name: string, more = '') =>
    (await panel(`table/panels/${name}?${events}${more}`)).nodes.map((each) => each.rows);
  expect(await rows('definition')).toMatchObject([
    [{ engine: 'ReplicatedMergeTree', sortingKey: 'k', partitionKey: 'toYYYYMM(d)' }],
  ]);
  expect(await rows('replicas')).toMatchObject([
    [{ replica: 'r1', totalReplicas: 2, delaySeconds: 0 }],
    [{ replica: 'r2', totalReplicas: 2 }],
  ]);
  const partitions = async () => (await rows('partitions')).map(([row]) => row?.rows);
  await expect.poll(partitions, { timeout: 60_000 }).toEqual([5_000, 5_000]);
  const one = `&node=127.0.0.1:${pair.servers[1].httpPort}`;
  expect((await rows('replicas', one)).flat()).toMatchObject([{ replica: 'r2' }]);
});

test('the size of a table goes back to before it was filled', async () => {
  const size = () =>
    castellan.api<{ series: { node: string; points: [number, number][] }[] }>(
      'GET',
      `${at}/table/size?${events}&from=${Date.now() - 3_600_000}&to=${Date.now() + 1_000}`,
    );
  await expect
    .poll(
      async () =>
        (await size()).series.map(({ points }) => [points[0]?.[1], (points.at(-1)?.[1] ?? 0) > 0]),
      { timeout: 60_000 },
    )
    .toEqual([
      [0, true],
      [0, true],
    ]);
});
