import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCastellan } from '../peers/castellan.ts';
import { clientFile, renderClient } from './generate-client.ts';

test('the page’s client is that of the API; else run: npm run api', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'castellan-client-'));
  const castellan = await startCastellan({ dataDir, ready: false });
  try {
    const said = (await renderClient(castellan.url)).split('\n');
    const kept = readFileSync(clientFile, 'utf8').split('\n');
    const first = said.findIndex((line, i) => line !== kept[i]);
    expect([first, said[first], said.length]).toEqual([-1, undefined, kept.length]);
  } finally {
    await castellan.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
