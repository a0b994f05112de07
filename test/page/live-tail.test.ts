import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PageTest, startPageTest } from './page-test.ts';
import { openService } from './shop-data.ts';

let at: PageTest;
let service: ReturnType<typeof openService>;
beforeAll(async () => {
  at = await startPageTest();
  service = openService(at.castellan, 'ticker');
});
afterAll(async () => {
  await service?.close();
  await at?.close();
});

test('following shows what arrives, pauses while one reads, and goes on', async () => {
  service.log('before the tail');
  const page = await at.open('search');
  const row = (text: string) => page.locator('[role=row]', { hasText: text });
  await expect
    .poll(
      async () => {
        await page.getByRole('button', { name: 'Search again' }).click();
        return row('before the tail').count();
      },
      { timeout: 30_000, interval: 1_000 },
    )
    .toBe(1);
  await page.getByRole('button', { name: 'Live', exact: true }).click();
  await page.getByText('Following what arrives').waitFor();
  expect(new URL(page.url()).searchParams.get('live')).toBe('1');

  service.log('first tick');
  await row('first tick').waitFor();
  await row('first tick').click();
  await page.getByText(/^Paused/).waitFor();
  service.log('second tick');
  await page.getByText('Paused. 1 new row waiting.').waitFor();
  expect(await row('second tick').count()).toBe(0);
  await page.getByRole('button', { name: 'Go on' }).click();
  await row('second tick').waitFor();
  // Nothing is shown twice, neither from the tail nor from the search before it.
  for (const text of ['before the tail', 'first tick', 'second tick'])
    expect(await row(text).count(), text).toBe(1);
});

test('a tail for a query shows only what fits', async () => {
  const page = await at.open('search?live=1&q=wanted');
  await page.getByText('Following what arrives').waitFor();
  const row = (text: string) => page.locator('[role=row]', { hasText: text });
  await expect
    .poll(
      async () => {
        service.log('unwelcome');
        service.log('wanted');
        return row('wanted').count();
      },
      { timeout: 30_000, interval: 1_000 },
    )
    .toBeGreaterThan(0);
  expect(await row('unwelcome').count()).toBe(0);
});
