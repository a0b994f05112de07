import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { type Castellan, type Ports, startCastellan } from '../peers/castellan.ts';

const web = resolve(import.meta.dirname, '../../web');

/** A real Castellan with an empty data folder, and a real browser before its page. */
export interface PageTest {
  readonly castellan: Castellan;
  readonly browser: Browser;
  /** Opens a path of the page, such as `search?q=error`. Faults in the page fail `close`. */
  open(path: string, options?: BrowserContextOptions & { base?: string }): Promise<Page>;
  close(): Promise<void>;
}

/** How long anything on the page may take on a busy machine. */
const patienceMs = 30_000;

export async function startPageTest(
  options: { env?: Record<string, string>; ports?: Ports } = {},
): Promise<PageTest> {
  await buildIfStale();
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

/** The page under test is the one whose source is here. */
async function buildIfStale(): Promise<void> {
  const built = statSync(join(web, 'dist/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(web, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(web, 'dist')))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  if (Math.max(...sources) <= built) return;
  await build({ configFile: join(web, 'vite.config.ts'), logLevel: 'error' });
}
