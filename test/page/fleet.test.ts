import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../peers/castellan.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';
import { type PageTest, seeAll, startPageTest } from './page-test.ts';

/** A real pair of the oldest ClickHouse, and Castellan's own embedded engine of a new one. */
let at: PageTest;
let pair: ClickHousePair;
let enginePort = 0;
let token = '';

/** Collecting takes its time on a busy machine. */
const patienceMs = 90_000;

beforeAll(async () => {
  enginePort = (await freePorts()).page;
  pair = await startClickHousePair();
  const [first] = pair.servers;
  await first.query(
    "CREATE TABLE default.events ON CLUSTER pair (d Date, k UInt64) ENGINE = ReplicatedMergeTree('/tables/{shard}/events', '{replica}', d, k, 8192)",
  );
  await first.query('INSERT INTO default.events SELECT today(), number FROM numbers(1000)');
  at = await startPageTest({
    env: { CASTELLAN_CLICKHOUSE_PORT: String(enginePort), COLLECTION_INTERVAL: '5' },
  });
  const made = await at.castellan.api<{ secret: string }>('POST', '/tokens', { name: 'monitor' });
  token = made.secret;
});
afterAll(async () => {
  await at?.close();
  await pair?.stop();
});

interface ClusterAnswer {
  readonly id: string;
  readonly name: string;
  readonly coverage: { readonly total: number };
}

/** The cluster of a name, once it was read and checked. */
async function checked(name: string): Promise<ClusterAnswer> {
  let found: ClusterAnswer | undefined;
  await expect
    .poll(
      async () => {
        const { clusters } = await at.castellan.api<{ clusters: ClusterAnswer[] }>(
          'GET',
          '/clusters',
        );
        found = clusters.find((cluster) => cluster.name === name);
        return found?.coverage.total ?? 0;
      },
      { timeout: patienceMs, interval: 500 },
    )
    .toBeGreaterThan(0);
  return found!;
}

async function open(path: string): Promise<Page> {
  const page = await at.open(path);
  page.setDefaultTimeout(patienceMs);
  return page;
}

const add = (body: object) => at.castellan.api<{ id: string }>('POST', '/clusters', body);
const engine = () => ({
  name: 'engine',
  host: '127.0.0.1',
  port: enginePort,
  username: 'castellan',
  password: token,
});
const params = (page: Page) => new URL(page.url()).searchParams;

test('from nothing to a watched cluster: what fails says where, what works is saved', async () => {
  const [first, second] = pair.servers;
  const page = await open('clusters');
  await page.getByText('No cluster is watched yet').waitFor();
  await page.getByRole('link', { name: 'Add cluster' }).first().click();

  await page.getByLabel('Host', { exact: true }).fill(`127.0.0.1:${second.nativePort}`);
  await page.getByLabel('Username').fill('default');
  expect(await page.getByLabel('HTTP port').inputValue()).toBe(String(second.nativePort));
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Test connection' }).click();
  const result = page.getByRole('region', { name: 'Test of the connection' });
  await result.getByRole('status').waitFor();
  await page.getByRole('button', { name: 'Save anyway' }).waitFor();

  await page.getByLabel('Host', { exact: true }).fill(`http://127.0.0.1:${first.httpPort}/`);
  await page.getByText('Last test, before what was changed since').waitFor();
  await page.getByText('Labels, nodes and Keepers').click();
  await page.getByLabel('Labels').fill('nonsense');
  await page.getByRole('button', { name: 'Test connection' }).click();
  await page.getByText('“nonsense” is not a label: write key=value').waitFor();
  await page.getByLabel('Labels').fill('env=test');
  await page.getByLabel('Name', { exact: true }).fill('old pair');
  await page.getByRole('button', { name: 'Test connection' }).click();
  const topology = result.getByLabel('Topology');
  await topology.waitFor();
  expect(await topology.textContent()).toContain(
    'Shards1Replicas2Keeper nodes1ClusterpairVersion18.16',
  );
  await result.getByText(/What this user may do: \d+ of \d+/).waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { name: 'old pair' }).waitFor();

  await page.getByRole('link', { name: 'All clusters' }).click();
  const card = page.getByRole('article').filter({ hasText: 'old pair' });
  await card.getByText('Online').waitFor();
  await card.getByText('2 nodes').waitFor();
  await card.getByText(/^18\.16/).waitFor();
  await page.getByRole('button', { name: /^env=test/ }).click();
  await expect.poll(() => params(page).get('label')).toBe('env=test');
  await page.getByLabel('Find clusters').fill('nowhere');
  await page.getByText('No cluster fits the filter').waitFor();
});

test('the grants for a monitoring user follow the name that is typed', async () => {
  const page = await open('clusters/new');
  await page.getByLabel('Username').fill('watcher');
  const builder = page.getByRole('region', { name: 'User for monitoring' });
  await builder.getByText(/GRANT .*SHOW TABLES.* TO `?watcher/).waitFor();
  await builder.getByText(/users.xml/).click();
  await builder.getByText('<watcher>').waitFor();
});

test('health: score with reasons, findings to open, marks to set and take back', async () => {
  const { id } = await add(engine());
  await checked('engine');
  const page = await open(`clusters/${id}`);
  await page
    .getByRole('region', { name: 'Score' })
    .getByText(/\d+ of \d+ checks/)
    .waitFor();
  await page.getByRole('region', { name: 'Nodes' }).getByText(`127.0.0.1:${enginePort}`).waitFor();
  const list = page.getByRole('region', { name: 'Findings' });
  await list.getByRole('link').first().waitFor();
  const title = (await list.getByRole('link').first().textContent()) ?? '';
  await list.getByRole('link').first().click();
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  await page.getByRole('heading', { name: 'Why it matters' }).waitFor();
  await page.getByRole('region', { name: 'History' }).getByText('still open').waitFor();

  await page.getByRole('button', { name: 'Intended' }).click();
  await page.getByLabel('Why').fill('as we want it');
  await page.getByRole('button', { name: 'Mark as intended' }).click();
  await page.getByText('as we want it').waitFor();
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByText('as we want it').waitFor({ state: 'detached' });
});

test('what has no answer is one line, and the Monitor tab says what it lacks', async () => {
  const { id } = await checked('engine');
  const page = await open(`clusters/${id}`);
  await page.getByRole('button', { name: /checks? ha(s|ve) no answer/ }).click();
  await expect.poll(() => params(page).get('standing')).toBe('unknown');
  await page.getByRole('tab', { name: 'Monitor' }).click();
  await page.getByRole('region', { name: 'Cost' }).getByText(`127.0.0.1:${enginePort}`).waitFor();
  await page.getByRole('button', { name: 'Test connection' }).click();
  await page.getByText(/What this user may do/).waitFor();
  await page.getByRole('region', { name: 'Coverage' }).getByRole('link').first().click();
  await page.getByText('When it speaks up').waitFor();
});

test('charts: a line for each node, a shared moment, a logarithmic scale in the address', async () => {
  const { id } = await checked('old pair');
  const page = await open(`clusters/${id}?tab=charts&last=15m`);
  const panel = page.getByRole('article', { name: 'Queries', exact: true });
  await panel.locator('canvas').waitFor();
  await panel.getByText(/\d\/s$/).waitFor();
  await panel.getByRole('button', { name: 'Show SQL of Queries' }).click();
  await page.getByRole('dialog').getByText('system.events').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('switch', { name: 'Log scale' }).click();
  await expect.poll(() => params(page).get('log')).toBe('1');
  const node = `127.0.0.1:${pair.servers[1].httpPort}`;
  await page.getByRole('button', { name: node }).click();
  await expect.poll(() => params(page).get('node')).toBe(node);
  // 18.16 does not know it: the panel says so instead of staying blank.
  const none = page.getByRole('article', { name: 'Free memory of the system' });
  await none.scrollIntoViewIfNeeded();
  await none.getByText(/no metric OSMemoryAvailable/).waitFor();
});

test('tables: rows of all nodes, sorted and searched; what was not read says why', async () => {
  const { id } = await checked('old pair');
  const page = await open(`clusters/${id}?tab=tables&table=replicas`);
  const rows = page.locator('[role=grid] [role=row][aria-rowindex]');
  await expect.poll(() => rows.count(), { timeout: patienceMs }).toBe(2);
  await page.getByRole('columnheader', { name: /^Absolute delay/ }).click();
  await expect.poll(() => params(page).get('sort')).toBe('-absoluteDelaySeconds');
  await page.getByLabel('Find in the rows').fill(String(pair.servers[0].httpPort));
  await expect.poll(() => rows.count()).toBe(1);
  await page.getByRole('button', { name: 'Show SQL' }).click();
  await page.getByRole('dialog').getByText('replicas', { exact: false }).first().waitFor();
  await page.goto(`${at.castellan.url}/clusters/${id}?tab=tables&table=crashes`);
  await page.getByText('Not there').waitFor();
});

test('on a phone nothing overflows', async () => {
  const { id } = await checked('old pair');
  const page = await at.open('clusters', {
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
  });
  const tabs = ['', '?tab=charts', '?tab=tables', '?tab=monitor'].map(
    (tab) => `clusters/${id}${tab}`,
  );
  for (const path of ['clusters', 'clusters/new', 'checks', ...tabs]) {
    await page.goto(`${at.castellan.url}/${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await seeAll(page);
    const over = await page
      .locator('#content')
      .evaluate((content) => content.scrollWidth - content.clientWidth);
    expect(over, path).toBe(0);
  }
});

test('a node that is gone: degraded, the finding first, its causes folded below', async () => {
  const { id } = await checked('old pair');
  const page = await open(`clusters/${id}`);
  await pair.servers[1].kill();
  await page.getByText('Degraded').first().waitFor();
  const list = page.getByRole('region', { name: 'Findings' });
  await list
    .getByText(/^The node (does not answer|missed)/)
    .first()
    .waitFor();
  await list
    .getByRole('button', { name: /^explains \d+ finding/ })
    .first()
    .click();
  await page.getByRole('region', { name: 'Nodes' }).getByText('Offline').waitFor();
  await pair.servers[1].start();
  await page.getByText('Online').first().waitFor();
});

test('pause, rename, delete: each says what it means', async () => {
  const { id } = await checked('engine');
  const page = await open(`clusters/${id}`);
  const menu = async (item: string) => {
    await page.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await menu('Pause');
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
  await page.getByText(/^Paused: nothing is read/).waitFor();
  await menu('Resume');
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
  await page.getByText(/^Paused: nothing is read/).waitFor({ state: 'detached' });

  await menu('Edit');
  await page.getByLabel('Name', { exact: true }).fill('renamed');
  // The password stays as it is stored.
  await page.getByRole('button', { name: 'Test connection' }).click();
  await page.getByRole('region', { name: 'Test of the connection' }).getByText(/^26\./).waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { name: 'renamed' }).waitFor();

  await menu('Delete');
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/Samples that were taken stay in the store/).waitFor();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('article').filter({ hasText: 'old pair' }).waitFor();
  expect(await page.getByText('renamed').count()).toBe(0);
  await page.goto(`${at.castellan.url}/clusters/${id}`);
  await page.getByText('There is no such cluster').waitFor();
});

test('the catalogue of checks: found, opened, linked to', async () => {
  const page = await open('checks');
  await page.getByLabel('Find checks').fill('replica-lag');
  await page
    .getByRole('button', { name: /replication/ })
    .first()
    .click();
  await page.getByText('When it speaks up').waitFor();
  expect(params(page).get('check')).not.toBe(null);
  await page.reload();
  await page.getByText('When it speaks up').waitFor();
});
