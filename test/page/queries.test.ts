import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../peers/castellan.ts';
import { monitorPassword } from '../peers/clickhouse-config.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';
import { type PageTest, startPageTest } from './page-test.ts';

/** A real pair of the oldest ClickHouse with real queries in its logs. */
let at: PageTest;
let pair: ClickHousePair;
let id = '';

/** Reading takes its time on a busy machine. */
const patienceMs = 90_000;

beforeAll(async () => {
  pair = await startClickHousePair();
  const [first, second] = pair.servers;
  await first.query(
    "CREATE TABLE default.orders ON CLUSTER pair (d Date, k UInt64) ENGINE = ReplicatedMergeTree('/tables/{shard}/orders', '{replica}', d, k, 8192)",
  );
  for (const server of [first, second])
    for (const k of [1, 2, 3])
      await server.query(`SELECT count() FROM default.orders WHERE k = ${k}`);
  await first.query('INSERT INTO default.orders SELECT today(), number FROM numbers(50)');
  await first.query('SELECT nothing FROM default.orders').catch(() => undefined);
  at = await startPageTest({
    env: { COLLECTION_INTERVAL: '5', CACHE_TTL: '0', CASTELLAN_KILL_QUERIES: 'on' },
  });
  ({ id } = await at.castellan.api<{ id: string }>('POST', '/clusters', {
    name: 'old pair',
    host: first.host,
    port: first.httpPort,
    username: 'monitor',
    password: monitorPassword,
    nodes: pair.servers.map(({ host, httpPort }) => ({ host, port: httpPort })),
  }));
  const counted = () =>
    at.castellan.api<{ totals: { runs: number } }>(
      'GET',
      `/clusters/${id}/queries?table=default.orders`,
    );
  await eventually(counted, ({ totals }) => totals.runs === 9, patienceMs);
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
/** Typing waits for a pause before a server is asked. */
const polling = { timeout: patienceMs };
const params = (page: Page) => new URL(page.url()).searchParams;
const counting = 'SELECT count() FROM default.orders WHERE k = ?';
const groups = (page: Page) => page.getByRole('region', { name: 'Groups' });

test('from the cluster to its queries, sorted, grouped and filtered in the address', async () => {
  const page = await open(`clusters/${id}`);
  await page.getByRole('link', { name: 'Queries' }).click();
  await groups(page).getByRole('link', { name: counting }).waitFor();
  await page.getByLabel('Numbers').getByText('Failed').waitFor();
  await page.getByRole('region', { name: 'Latency' }).locator('canvas').waitFor();

  await page.getByRole('button', { name: 'Runs' }).click();
  await expect.poll(() => params(page).get('sort'), polling).toBe('runs');
  await page
    .getByRole('columnheader', { name: 'Runs' })
    .and(page.locator('[aria-sort=descending]'))
    .waitFor();
  await page.getByLabel('Grouped by').first().click();
  await page.getByRole('option', { name: 'By table' }).click();
  await expect.poll(() => params(page).get('by'), polling).toBe('table');
  await groups(page).getByRole('button', { name: 'default.orders' }).click();
  await expect
    .poll(() => [params(page).get('by'), params(page).get('table')], polling)
    .toEqual([null, 'default.orders']);
  await page.getByLabel('Kind', { exact: true }).fill('insert');
  await expect.poll(() => params(page).get('kind'), polling).toBe('insert');
  await groups(page)
    .getByRole('link', { name: /^INSERT INTO default.orders/ })
    .waitFor();
  await groups(page).getByRole('link', { name: counting }).waitFor({ state: 'detached' });
  // A link brings somebody else to the same.
  const other = await open(`clusters/${id}/queries${new URL(page.url()).search}`);
  await groups(other)
    .getByRole('link', { name: /^INSERT INTO/ })
    .waitFor();
  expect(await other.getByLabel('Kind', { exact: true }).inputValue()).toBe('insert');

  await page.getByLabel('User', { exact: true }).fill('nobody');
  await page.getByText('No queries', { exact: true }).waitFor();
  await page.getByText(/none of them fits the filter/).waitFor();
  await page.getByRole('button', { name: 'Clear all filters' }).click();
  await groups(page).getByRole('link', { name: counting }).waitFor();
  await page.getByRole('button', { name: 'Show SQL' }).click();
  await page
    .getByRole('dialog')
    .getByText(/too old to take literals out/)
    .waitFor();
});

test('one fingerprint: text, numbers, who, where, errors and its runs, by keyboard', async () => {
  const page = await open(`clusters/${id}/queries`);
  await groups(page).getByRole('link', { name: counting }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /^Query \d+/ }).waitFor();
  await page.getByRole('region', { name: 'Text' }).getByText('default.orders').waitFor();
  const nodes = page.getByRole('region', { name: 'Nodes' });
  for (const { host, httpPort } of pair.servers)
    await nodes.getByText(`${host}:${httpPort}`).waitFor();
  await page.getByRole('region', { name: 'Users' }).getByText('default').waitFor();
  await page.getByRole('region', { name: 'Tables' }).getByText('default.orders').waitFor();
  await page.getByText('None of its runs failed.').waitFor();
  const runs = page.getByRole('region', { name: 'Latest executions' }).getByRole('row');
  await expect.poll(() => runs.count(), polling).toBe(7);
  await page.getByRole('link', { name: 'Queries' }).click();
  await groups(page)
    .getByRole('link', { name: /^SELECT nothing/ })
    .click();
  await page.getByRole('region', { name: 'Errors' }).getByText('47 UNKNOWN_IDENTIFIER').waitFor();
  await page.goto(`${at.castellan.url}/clusters/${id}/queries/1`);
  await page.getByText('No queries', { exact: true }).waitFor();
});

test('a running query is killed only after its id was written once more, and that is kept', async () => {
  const [first] = pair.servers;
  const sql = 'SELECT count() FROM system.numbers WHERE number % 3 = 5';
  const ended = fetch(`${first.url}/?query_id=endless-page`, { method: 'POST', body: sql }).then(
    (response) => response.text(),
  );
  const page = await open(`clusters/${id}/queries?view=running`);
  await page.getByRole('button', { name: 'Kill endless-page' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/KILL QUERY WHERE/).waitFor();
  const confirm = dialog.getByLabel('Its id, once more');
  await confirm.fill('endless');
  await dialog.getByRole('button', { name: 'Kill query' }).click();
  await confirm.fill('other');
  await dialog.getByText('This is not the id').waitFor();
  const running = await first.rows('SELECT query_id FROM system.processes');
  expect(running.some((row) => row.query_id === 'endless-page')).toBe(true);
  await confirm.fill('endless-page');
  await dialog.getByRole('button', { name: 'Kill query' }).click();
  await dialog.getByText('The query has ended.').waitFor();
  expect(await ended).toMatch(/Query was cancelled/);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('tab', { name: 'Killed' }).click();
  const kept = page.getByRole('region', { name: 'Tries to kill a query' });
  await kept.getByText('Killed', { exact: true }).waitFor();
  await kept.getByText('SELECT count() FROM system.numbers WHERE number % ? = ?').waitFor();
});

test('on a phone nothing overflows; what does not exist says so', async () => {
  const page = await at.open(`clusters/${id}/queries`, {
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
  });
  page.setDefaultTimeout(patienceMs);
  for (const path of ['', '?by=user', '?view=running', '?view=kills', '/1']) {
    await page.goto(`${at.castellan.url}/clusters/${id}/queries${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
    const over = await page
      .locator('#content')
      .evaluate((content) => content.scrollWidth - content.clientWidth);
    expect(over, path).toBe(0);
  }
  await page.goto(`${at.castellan.url}/clusters/none/queries`);
  await page.getByText('There is no such cluster').waitFor();
});
