import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const web = resolve(import.meta.dirname, '../../web');

/** Before any test of the page, and once for all: the page under test is the one whose source is here. */
export default async function buildIfStale(): Promise<void> {
  const built = statSync(join(web, 'dist/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(web, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(web, 'dist')))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  if (Math.max(...sources) <= built) return;
  await build({ configFile: join(web, 'vite.config.ts'), logLevel: 'error' });
}
