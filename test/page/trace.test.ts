import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PageTest, startPageTest } from './page-test.ts';
import { type Shop, sendShop } from './shop-data.ts';

let at: PageTest;
let shop: Shop;
beforeAll(async () => {
  at = await startPageTest();
  shop = await sendShop(at.castellan);
});
afterAll(() => at?.close());

const lines = (page: Page) => page.getByRole('treeitem');
const texts = async (page: Page) =>
  (await lines(page).allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());

test('a log leads to its trace: nested spans with logs, whole time, errors marked', async () => {
  const page = await at.open('search?q=declined');
  await page.locator('[role=row][aria-rowindex="1"]').click();
  await page.getByRole('link', { name: 'Open trace' }).click();
  await page.getByRole('heading', { name: 'POST /order' }).waitFor();
  await page.getByText('350 ms').first().waitFor();
  for (const figure of ['4 spans', '3 services', '3 logs', '2 errors'])
    await page.getByText(figure, { exact: true }).waitFor();
  expect(await texts(page)).toEqual([
    'POST /order frontend 350 ms',
    'INFO order received',
    'WARN order failed',
    'reserve items cart 60 ms',
    'POST /charge payment 210 ms',
    'gateway call payment 180 ms',
    'ERROR card declined by issuer',
  ]);
  expect(await page.getByLabel('Error', { exact: true }).count()).toBe(2);
  // The log named its span: it is open.
  const panel = page.getByRole('complementary', { name: 'Span' });
  await panel.getByText('Example Bank').waitFor();
  await panel.getByText('51 % of the trace').waitFor();
  await panel.getByRole('tab', { name: 'Events (1)' }).click();
  await panel.getByText('+160 ms').waitFor();
  await panel.getByRole('tab', { name: 'Logs (1)' }).click();
  await panel.getByText('card declined by issuer').waitFor();
});

test('keys move, fold and open; a search dims the rest', async () => {
  const page = await at.open(`trace/${shop.traceId}`);
  await lines(page).first().waitFor();
  await page.getByRole('tree').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => texts(page)).toHaveLength(5);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => texts(page)).toHaveLength(7);
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: 'Span' });
  await panel.getByText('POST /charge').waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await page.keyboard.press('/');
  await page.keyboard.type('Example Bank');
  await page.getByText('1 of 7 lines').waitFor();
  expect(await page.locator('[role=treeitem][data-dimmed]').count()).toBe(6);
});

test('a link to a span opens it, and what is like it is one click away', async () => {
  const page = await at.open(`trace/${shop.traceId}?span=${shop.failedSpanId}`);
  const panel = page.getByRole('complementary', { name: 'Span' });
  await panel.getByText('card declined').first().waitFor();
  await panel.getByRole('link', { name: 'Spans like this one' }).click();
  await page.getByText('1 span', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('q')).toBe(
    'ServiceName:"payment" SpanName:"gateway call"',
  );
});

test('the logs of a trace in one table, and a trace that is not there', async () => {
  const page = await at.open(`trace/${shop.traceId}?tab=logs`);
  await page.getByRole('grid').getByText('order received').waitFor();
  expect(await page.locator('[role=row][aria-rowindex]').count()).toBe(3);
  await page.getByRole('grid').getByText('card declined by issuer').click();
  await page.getByRole('complementary', { name: 'Span' }).getByText('gateway call').waitFor();
  const missing = await at.open(`trace/${'0'.repeat(31)}1`);
  await missing.getByText('No span or log of this trace is stored').waitFor();
});
