import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PageTest, startPageTest } from './page-test.ts';

let at: PageTest;
beforeAll(async () => {
  at = await startPageTest();
});
afterAll(() => at?.close());

test('the snippet as it stands sends the first record, and the page says so', async () => {
  const page = await at.open('send');
  await page.getByText('Waiting for the first record').waitFor();
  await page.getByText(at.castellan.otlpHttp, { exact: false }).first().waitFor();
  const snippet = await page.locator('figure pre').first().textContent();
  const { stdout } = await promisify(execFile)('sh', ['-c', snippet ?? '']);
  expect(JSON.parse(stdout)).toEqual({});
  await page.getByText('Data is arriving').waitFor();
  await page.getByText('1 log record', { exact: true }).waitFor();
  await page.getByText('Hello, Castellan', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Watch it live' }).click();
  await page.locator('[role=row]', { hasText: 'Hello, Castellan' }).waitFor();
});

test('keys: made, shown once, put into the snippets, rotated, revoked', async () => {
  const page = await at.open('send?with=collector');
  await page.getByLabel('Name of the new key').fill('shop');
  await page.getByRole('button', { name: 'Create key' }).click();
  const secret = await page.getByTestId('secret').textContent();
  expect(secret?.length).toBeGreaterThan(20);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByTestId('secret').waitFor({ state: 'detached' });
  await page.getByText(`authorization: Bearer ${secret}`).waitFor();
  await page.reload();
  expect(await page.getByText(secret ?? '').count()).toBe(0);

  await page.getByRole('button', { name: 'Rotate shop' }).click();
  await page.getByRole('dialog').getByText('7 days').click();
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  const second = await page.getByTestId('secret').textContent();
  expect(second).not.toBe(secret);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByText('old secret still works').waitFor();

  await page.getByRole('button', { name: 'Revoke shop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByText('revoked', { exact: true }).waitFor();
});
