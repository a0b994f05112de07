import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Receiver, startReceiver } from '../../src/adapters/notify/testing/local-receiver.ts';
import { type PageTest, startPageTest } from './page-test.ts';
import { openService } from './shop-data.ts';

/** A cluster that is not there, logs that are, and a receiver of messages. */
let at: PageTest;
let receiver: Receiver;
let cluster = '';

/** Checks open after a few readings, rules after their first evaluation. */
const patienceMs = 120_000;

beforeAll(async () => {
  receiver = await startReceiver();
  at = await startPageTest({
    env: { ALERT_ALLOWED_NETWORKS: 'loopback', COLLECTION_INTERVAL: '5' },
  });
  const made = await at.castellan.api<{ id: string }>('POST', '/clusters', {
    name: 'gone',
    host: '127.0.0.1',
    port: 1,
  });
  cluster = made.id;
});
afterAll(async () => {
  await at?.close();
  await receiver?.stop();
});

async function open(path: string): Promise<Page> {
  const page = await at.open(path);
  page.setDefaultTimeout(patienceMs);
  return page;
}

test('a channel: added, tried, named; its secrets are not shown again', async () => {
  const page = await open('settings');
  await page.getByText('Nobody is told yet').waitFor();
  await page.getByRole('button', { name: 'Add channel' }).click();
  await page.getByRole('menuitem', { name: 'Webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('ops');
  await dialog.getByLabel('Address').fill('ftp://nowhere');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Address').fill(`${receiver.url}/hook?key=geheim`);
  await dialog.getByLabel('Headers').fill('x-team: shop');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  const row = page.getByRole('listitem').filter({ hasText: 'ops' });
  await row.getByRole('button', { name: 'Send a test' }).click();
  await row.getByRole('status').waitFor();
  expect(receiver.received.map(({ headers }) => headers['x-team'])).toEqual(['shop']);
  await row.getByText('last message sent').waitFor();

  await row.getByRole('button', { name: 'Edit ops' }).click();
  expect(await dialog.getByLabel('Address').inputValue()).toBe('');
  expect(await page.content()).not.toContain('geheim');
  await dialog.getByLabel('Name').fill('operators');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('operators').waitFor();
});

test('a rule of one’s own: refused where it cannot be, tried over the past, saved', async () => {
  const service = openService(at.castellan, 'checkout');
  for (let i = 0; i < 20; i++) service.log('card declined', { level: 'ERROR' });
  await service.close();
  const page = await open('settings?tab=rules');
  await page.getByRole('button', { name: 'Add rule' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('A name, for the messages').waitFor();
  await dialog.getByLabel('Name', { exact: true }).fill('declined cards');
  await dialog.getByLabel('Search').fill('NoSuchColumn:x');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog
    .getByRole('alert')
    .getByText(/NoSuchColumn/)
    .waitFor();
  await dialog.getByLabel('Search').fill('declined');
  await dialog.getByLabel('Value', { exact: true }).fill('5');
  await dialog.getByRole('button', { name: 'Add a second bound' }).click();
  await dialog.getByLabel('Value', { exact: true }).nth(1).fill('5000');
  await dialog.getByLabel('Every').fill('10s');
  await dialog.getByRole('button', { name: 'Try over the last week' }).click();
  await dialog.getByText(/would (not )?have fired/).waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  const row = page.getByRole('listitem').filter({ hasText: 'declined cards' });
  await row.getByText('rows of declined above 5 and below 5000 in 5m').waitFor();
  // A change of something else keeps both.
  await row.getByRole('button', { name: 'Edit declined cards' }).click();
  expect(await dialog.getByLabel('Value', { exact: true }).nth(1).inputValue()).toBe('5000');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await row.getByText('rows of declined above 5 and below 5000 in 5m').waitFor();
});

test('the inbox: one alert for each cause, acknowledged by name, silenced with a reason', async () => {
  const page = await open('alerts');
  const alert = page.getByRole('listitem').filter({ hasText: 'gone' });
  await alert.first().waitFor();
  await page.getByRole('listitem').filter({ hasText: 'declined cards' }).waitFor();
  await page.getByLabel('Find alerts').fill('declined');
  await expect.poll(() => alert.count(), { timeout: patienceMs }).toBe(0);
  await page.getByLabel('Find alerts').fill('');
  await alert.first().getByRole('link').click();

  await page.getByRole('region', { name: 'Findings' }).getByRole('link').first().waitFor();
  await page.getByRole('region', { name: 'Messages' }).getByText('operators').first().waitFor();
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByLabel('Who looks after it').fill('ada');
  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText('Acknowledged by ada').waitFor();

  await page.getByRole('button', { name: 'Silence' }).click();
  const dialog = page.getByRole('dialog');
  // Who one is, is asked for once.
  expect(await dialog.getByLabel('By').inputValue()).toBe('ada');
  await dialog.getByLabel('Why').fill('it is being moved');
  await dialog.getByRole('button', { name: 'Silence' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.goto(`${at.castellan.url}/alerts?show=silences`);
  await page.getByText('it is being moved').waitFor();
  await page.getByText(/cluster gone/).waitFor();
  await page.getByRole('button', { name: 'End now' }).click();
  await page.getByRole('button', { name: 'End now' }).waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Add silence' }).click();
  await dialog.getByLabel('Check').fill('replica-*');
  await dialog.getByLabel('Until', { exact: false }).fill('soon');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText(/^Write 2026-01-31 14:05, or a length/).waitFor();
  await dialog.getByLabel('Until', { exact: false }).fill('3h');
  await dialog.getByLabel('Why').fill('replicas are moved');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const silence = page.getByRole('row').filter({ hasText: 'replicas are moved' });
  await silence.getByText('check replica-*').waitFor();
  await silence.getByRole('button', { name: 'Change' }).click();
  await dialog.getByLabel('Until', { exact: false }).fill('2030-01-01 00:00');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog
    .getByRole('alert')
    .getByText(/at most 366 days/)
    .waitFor();
  await dialog.getByLabel('Until', { exact: false }).fill('8d');
  await dialog.getByLabel('Why').fill('it takes longer');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('row').filter({ hasText: 'it takes longer' }).waitFor();
  await page.goto(`${at.castellan.url}/alerts/nowhere`);
  await page.getByText('There is no such alert').waitFor();
});

test('planned maintenance, once and by a schedule', async () => {
  const page = await open('settings?tab=maintenance');
  await page.getByText('Nothing is planned').waitFor();
  await page.getByRole('button', { name: 'Plan maintenance' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('weekly');
  await dialog.getByText('Again and again').click();
  await dialog.getByLabel('Starts (cron)').fill('nonsense');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Starts (cron)').fill('0 2 * * 6');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/0 2 \* \* 6 .* for 2 h/).waitFor();
  await page.getByRole('button', { name: 'Edit weekly' }).click();
  await dialog.getByLabel('Lasts').fill('90m');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/0 2 \* \* 6 .* for 1 h 30 min/).waitFor();
  await page.getByRole('button', { name: 'Delete weekly' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('Nothing is planned').waitFor();
});

test('what is over is in the history', async () => {
  await at.castellan.api('DELETE', `/clusters/${cluster}`);
  const page = await open('alerts?show=history');
  const alert = page.getByRole('listitem').filter({ hasText: 'gone' }).first();
  await alert.getByText('over', { exact: true }).waitFor();
  await page.getByPlaceholder('Any time').click();
  await page.getByRole('option', { name: 'Last day' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('since')).toBe('1d');
  await alert.waitFor();
});

test('older alerts come when they are asked for', async () => {
  const page = await open('about:blank');
  // A page of the list is one alert long.
  await page.route('**/api/v1/alerts?*', (route) =>
    route.continue({
      url: route
        .request()
        .url()
        .replace(/limit=\d+/, 'limit=1'),
    }),
  );
  await page.goto(`${at.castellan.url}/alerts?show=history`);
  const rows = page.locator('#content').getByRole('listitem');
  await rows.first().waitFor();
  expect(await rows.count()).toBe(1);
  await page.getByRole('button', { name: 'Older' }).click();
  await expect.poll(() => rows.count(), { timeout: patienceMs }).toBe(2);
  const [first, second] = await rows.getByRole('link').allTextContents();
  expect(first).not.toBe(second);
});
