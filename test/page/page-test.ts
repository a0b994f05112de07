import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type Castellan, type Ports, startCastellan } from '../peers/castellan.ts';

/** A real Castellan with an empty data folder, and a real browser before its page. */
export interface PageTest {
  readonly castellan: Castellan;
  readonly browser: Browser;
  /** Opens a path of the page, such as `search?q=error`. Faults in the page fail `close`. */
  open(path: string, options?: BrowserContextOptions & { base?: string }): Promise<Page>;
  close(): Promise<void>;
}

/** How long anything on the page may take on a busy machine. */
const patienceMs = 60_000;

export async function startPageTest(
  options: { env?: Record<string, string>; ports?: Ports } = {},
): Promise<PageTest> {
  const dataDir = mkdtempSync(join(tmpdir(), 'castellan-page-'));
  const castellan = await startCastellan({ dataDir, ...options });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const faults: string[] = [];
  return {
    castellan,
    browser,
    async open(path, { base = `${castellan.url}/`, ...more } = {}) {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        permissions: ['clipboard-read', 'clipboard-write'],
        reducedMotion: 'reduce',
        ...more,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(patienceMs);
      page.on('pageerror', (error) => faults.push(`${path}: ${error.message}`));
      page.on('console', (message) => {
        // Refusals are part of some tests; what the page makes of them is what they look at.
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
          faults.push(`${path}: ${message.text()}`);
      });
      await page.goto(new URL(path, base).href);
      return page;
    },
    async close() {
      await browser.close();
      await castellan.stop();
      rmSync(dataDir, { recursive: true, force: true });
      if (faults.length > 0) throw new Error(`The page had faults:\n${faults.join('\n')}`);
    },
  };
}

/** Scrolls to each part of the page, as some ask their servers only then, and waits for it. */
export async function seeAll(page: Page): Promise<void> {
  const busy = page.locator('#content [aria-busy=true]').first();
  await busy.waitFor({ state: 'detached' });
  for (const part of await page.locator('#content section').all()) {
    await part.scrollIntoViewIfNeeded();
    await busy.waitFor({ state: 'detached' });
  }
}
