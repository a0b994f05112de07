import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../peers/castellan.ts';
import { type PageTest, startPageTest } from './page-test.ts';

/**
 * A password, and a proxy that serves Castellan below a path: `/castellan/x` reaches it as `/x`, as
 * most proxies do, or unchanged, as some do.
 */
const password = 'correct horse battery staple';
let at: PageTest;
let proxy: Server;
let base = '';
let strips = true;

beforeAll(async () => {
  const ports = await freePorts();
  proxy = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    if (!path.startsWith('/castellan')) {
      outgoing.writeHead(404).end('not below the path');
      return;
    }
    const onward = request(
      {
        port: ports.page,
        host: '127.0.0.1',
        method: incoming.method,
        path: strips ? path.slice('/castellan'.length) || '/' : path,
        headers: incoming.headers,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await new Promise((done) => proxy.once('listening', done));
  base = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/castellan/`;
  at = await startPageTest({
    ports,
    env: { CASTELLAN_PASSWORD: password, CASTELLAN_PUBLIC_URL: base.slice(0, -1) },
  });
});
afterAll(async () => {
  await at?.close();
  proxy?.closeAllConnections();
  proxy?.close();
});

test.each([true, false])('log in and out below a path; the proxy strips it: %s', async (strip) => {
  strips = strip;
  const page = await at.open('search?q=error&last=1h', { base });
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('That is not the password.').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await page.getByText('No log records in the last hour').waitFor();
  expect(page.url()).toBe(`${base}search?q=error&last=1h`);
  expect(await page.getByText('Open mode.').count()).toBe(0);

  await page.getByRole('navigation').getByRole('link', { name: 'Send data' }).click();
  expect(page.url()).toBe(`${base}send`);
  await page.getByText('YOUR-INGESTION-KEY').first().waitFor();
  await page.goto(`${base}trace/${'0'.repeat(31)}1`);
  await page.getByText('No span or log of this trace is stored').waitFor();

  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('heading', { name: 'Log in to Castellan' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Log in to Castellan' }).waitFor();
});

test('API tokens: made, shown once, accepted, deleted, refused', async () => {
  strips = true;
  const page = await at.open('access', { base });
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await page.getByLabel('Name of the new token').fill('report');
  await page.getByRole('button', { name: 'Create token' }).click();
  const secret = await page.getByTestId('secret').textContent();
  const ask = async () =>
    (await fetch(`${base}api/v1/search/fields`, { headers: { authorization: `Bearer ${secret}` } }))
      .status;
  expect(await ask()).toBe(200);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('button', { name: 'Delete report' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('There is none yet.').waitFor();
  expect(await ask()).toBe(401);
});
