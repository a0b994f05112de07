import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../peers/castellan.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';
import { type PageTest, seeAll, startPageTest } from './page-test.ts';

/** Nodes and tables of a real pair of the oldest ClickHouse, and of an engine of a new one. */
let at: PageTest;
let pair: ClickHousePair;
let enginePort = 0;

/** Collecting takes its time on a busy machine. */
const patienceMs = 90_000;

/** A name that an address, a statement and a page must all carry unharmed. */
const hostile = "or'd/e?r&s`x";

beforeAll(async () => {
  enginePort = (await freePorts()).page;
  pair = await startClickHousePair();
  const [first] = pair.servers;
  await first.query(
    "CREATE TABLE default.events ON CLUSTER pair (d Date, k UInt64) ENGINE = ReplicatedMergeTree('/tables/{shard}/events', '{replica}') PARTITION BY toYYYYMM(d) ORDER BY k",
  );
  await first.query(
    'INSERT INTO default.events SELECT today() - number % 60, number FROM numbers(5000)',
  );
  await first.query('ALTER TABLE default.events DELETE WHERE k = 17');
  await first.query('CREATE DATABASE shop');
  const quoted = `shop.\`${hostile.replaceAll('`', '\\`')}\``;
  await first.query(`CREATE TABLE ${quoted} (d Date, k UInt64) ENGINE = MergeTree ORDER BY k`);
  await first.query(`INSERT INTO ${quoted} SELECT today(), number FROM numbers(10)`);
  at = await startPageTest({
    env: {
      CASTELLAN_CLICKHOUSE_PORT: String(enginePort),
      COLLECTION_INTERVAL: '5',
      CACHE_TTL: '1',
    },
  });
});
afterAll(async () => {
  await at?.close();
  await pair?.stop();
});

async function open(path: string): Promise<Page> {
  const page = await at.open(path);
  page.setDefaultTimeout(patienceMs);
  return page;
}

/** Added, read and checked. */
async function watched(body: object): Promise<string> {
  const { id } = await at.castellan.api<{ id: string }>('POST', '/clusters', body);
  const checks = async () => {
    const { coverage, nodes } = await at.castellan.api<{
      coverage: { total: number };
      nodes: { online: boolean }[];
    }>('GET', `/clusters/${id}`);
    return nodes.every(({ online }) => online) ? coverage.total : 0;
  };
  await expect.poll(checks, { timeout: patienceMs, interval: 500 }).toBeGreaterThan(0);
  return id;
}

let cluster: Promise<string> | undefined;
/** The pair as a cluster: added by the first test that needs it. */
function oldPair(): Promise<string> {
  const port = pair.servers[0].httpPort;
  cluster ??= watched({ name: 'old pair', host: '127.0.0.1', port, username: 'default' });
  return cluster;
}
const node = (index: 0 | 1) => `127.0.0.1:${pair.servers[index].httpPort}`;
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const params = (page: Page) => new URL(page.url()).searchParams;

test('the start is a choice while there is nothing, and the fleet once a cluster is watched', async () => {
  const page = await open('');
  await page.getByText('What shall Castellan look after?').waitFor();
  await page.getByRole('link', { name: /^Watch a ClickHouse cluster/ }).waitFor();
  await oldPair();
  await page.goto(`${at.castellan.url}/`);
  await page.getByRole('article').filter({ hasText: 'old pair' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/clusters');
});

test('by keys from the fleet to a cluster, a node and a table, and back by the crumbs', async () => {
  await oldPair();
  const page = await open('clusters');
  const follow = async (name: string | RegExp) => {
    await page.locator('#content').getByRole('link', { name, exact: true }).first().focus();
    await page.keyboard.press('Enter');
  };
  await follow('old pair');
  await follow(node(0));
  await page.getByRole('heading', { name: node(0), level: 1 }).waitFor();
  await page.getByText('ClickHouse 18.16.1').waitFor();
  await page.getByText(/^up .*, since .* UTC/).waitFor();
  await page.getByRole('tab', { name: 'Health' }).focus();
  for (const tab of ['charts', 'work', 'storage']) {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect.poll(() => params(page).get('tab')).toBe(tab);
  }
  await region(page, 'Tables and their parts').getByRole('link', { name: hostile }).waitFor();
  await follow(hostile);
  await page.getByRole('heading', { name: `shop.${hostile}`, level: 1 }).waitFor();
  await region(page, 'Definition').getByText('MergeTree', { exact: true }).waitFor();
  // The address alone is enough.
  await page.reload();
  await page.getByRole('heading', { name: `shop.${hostile}`, level: 1 }).waitFor();
  const crumbs = page.getByRole('navigation', { name: 'Where this is' });
  await crumbs.getByRole('link', { name: 'old pair' }).click();
  await region(page, 'Nodes')
    .getByRole('link', { name: node(1) })
    .waitFor();
});

test('a node: what is found and checked of it, and why something has no answer', async () => {
  const page = await open(`clusters/${await oldPair()}/nodes/${node(0)}`);
  const checks = region(page, 'Checks');
  await checks.getByText(/\d+ unknown, \d+ ok/).waitFor();
  await checks
    .getByText(/This server has no system\.disks/)
    .first()
    .waitFor();
  await checks.getByText(/^All \d+ checks of this node/).click();
  await checks.getByRole('cell', { name: 'not applicable' }).first().waitFor();

  await page.getByRole('tab', { name: 'Work' }).click();
  await region(page, 'Unfinished mutations').getByText('Every mutation is done').waitFor();
  await region(page, 'Unfinished mutations').getByText('Healthy').waitFor();
  await page.getByRole('button', { name: 'Show SQL of Unfinished mutations' }).click();
  await page.getByRole('dialog').getByText('mutations', { exact: false }).first().waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('tab', { name: 'Server' }).click();
  await region(page, 'Errors since the server started').getByText('Not there').waitFor();
  await region(page, 'Settings that differ from the other nodes').getByText('Healthy').waitFor();
  await region(page, 'Cost').getByText(node(0)).waitFor();
  await page.getByRole('tab', { name: 'Charts' }).click();
  const chart = page.getByRole('article', { name: 'Queries', exact: true });
  await chart.locator('canvas').waitFor();
  const healthy = page.getByRole('article', { name: 'Free memory of the system' });
  await healthy.scrollIntoViewIfNeeded();
  await healthy.getByText('Not enabled, or not there').waitFor();
  await page.goto(`${at.castellan.url}/clusters/${await oldPair()}/nodes/nowhere:1`);
  await page.getByText('There is no such node').waitFor();
});

test('a table: replicas, size, definition, columns, parts and mutations', async () => {
  const page = await open(
    `clusters/${await oldPair()}/table?database=default&table=events&last=1h`,
  );
  const replicas = region(page, 'Replicas');
  await replicas.getByRole('link', { name: node(1) }).waitFor();
  expect(await replicas.getByRole('row').count()).toBe(3);
  await region(page, 'Size').locator('canvas').waitFor();
  const definition = region(page, 'Definition');
  await definition.getByText('toYYYYMM(d)', { exact: true }).waitFor();
  await definition.getByText('ReplicatedMergeTree', { exact: false }).first().waitFor();
  await definition.getByRole('button', { name: 'Copy DDL' }).click();
  const copied = () => page.evaluate<string>('navigator.clipboard.readText()');
  await expect.poll(copied, { timeout: 20_000 }).toContain('\nENGINE = ReplicatedMergeTree(');

  await page.getByRole('tab', { name: 'Columns' }).click();
  await region(page, 'Columns').getByRole('cell', { name: 'UInt64' }).waitFor();
  await page.getByRole('tab', { name: 'Parts' }).click();
  const parts = region(page, 'Parts by partition');
  await parts.getByRole('button', { name: 'Rows', exact: true }).click();
  await expect
    .poll(() => parts.getByRole('columnheader', { name: 'Rows' }).getAttribute('aria-sort'))
    .toBe('descending');
  await page.getByRole('tab', { name: 'Work' }).click();
  await region(page, 'Mutations').getByText('DELETE WHERE k = 17').first().waitFor();

  // One node only, in the address.
  await page.getByPlaceholder('All nodes').click();
  await page.getByRole('option', { name: node(1) }).click();
  await expect.poll(() => params(page).get('node')).toBe(node(1));
  await expect
    .poll(() => region(page, 'Mutations').getByRole('columnheader', { name: 'Node' }).count())
    .toBe(0);
  await page.goto(
    `${at.castellan.url}/clusters/${await oldPair()}/table?database=default&table=none`,
  );
  await region(page, 'Definition')
    .getByText(/There is no such table here/)
    .waitFor();
  await page.goto(`${at.castellan.url}/clusters/${await oldPair()}/table`);
  await page.getByText('This address names no table').waitFor();
});

test('a new server: errors with the time of the last; what the user may not read says the grant', async () => {
  const { secret } = await at.castellan.api<{ secret: string }>('POST', '/tokens', { name: 'm' });
  const id = await watched({
    name: 'engine',
    host: '127.0.0.1',
    port: enginePort,
    username: 'castellan',
    password: secret,
  });
  const page = await open(`clusters/${id}/nodes/127.0.0.1:${enginePort}?tab=server`);
  const errors = region(page, 'Errors since the server started');
  await errors.getByRole('columnheader', { name: /^Last \(/ }).waitFor();
  await region(page, 'Settings that differ from the other nodes')
    .getByText('There is no other node')
    .waitFor();
  await page.getByRole('tab', { name: 'Storage' }).click();
  await region(page, 'Disks').getByRole('columnheader', { name: 'Total' }).waitFor();
  await page.goto(`${at.castellan.url}/clusters/${id}?tab=charts`);
  const compression = region(page, 'Compression');
  await compression.scrollIntoViewIfNeeded();
  await compression.getByRole('columnheader', { name: 'Ratio' }).waitFor();
});

test('a node that does not answer keeps what was known, and is asked nothing', async () => {
  const page = await open(`clusters/${await oldPair()}/nodes/${node(1)}?tab=work`);
  await region(page, 'Running merges').getByText('Healthy').waitFor();
  await pair.servers[1].kill();
  await page.getByText(/^It does not answer/).waitFor();
  await page.getByText('ClickHouse 18.16.1').waitFor();
  await region(page, 'Running merges')
    .getByText(/^Failed/)
    .waitFor();
  await pair.servers[1].start();
  await page.getByText(/^It does not answer/).waitFor({ state: 'detached' });
});

test('on a phone nothing overflows', async () => {
  const page = await at.open('', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  const id = await oldPair();
  const tabs = (of: string, names: readonly string[], sign: string) =>
    names.map((tab) => `clusters/${id}/${of}${sign}tab=${tab}`);
  const paths = [
    ...tabs(`nodes/${node(0)}`, ['health', 'charts', 'work', 'storage', 'server'], '?'),
    ...tabs('table?database=default&table=events', ['overview', 'columns', 'parts', 'work'], '&'),
    'alerts?show=silences',
    'settings?tab=maintenance',
  ];
  for (const path of paths) {
    await page.goto(`${at.castellan.url}/${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await seeAll(page);
    const over = await page
      .locator('#content')
      .evaluate((content) => content.scrollWidth - content.clientWidth);
    expect(over, path).toBe(0);
  }
});
