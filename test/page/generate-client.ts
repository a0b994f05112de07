import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { startCastellan } from '../peers/castellan.ts';

/** The types of the page's client: made from what a running Castellan says of its API. */
export const clientFile = resolve(import.meta.dirname, '../../web/api/schema.d.ts');

export async function renderClient(url: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/openapi.json`);
  if (!response.ok) throw new Error(`openapi.json: ${response.status} ${await response.text()}`);
  return COMMENT_HEADER + astToString(await openapiTS(await response.text()));
}

if (import.meta.main) {
  const dataDir = mkdtempSync(join(tmpdir(), 'castellan-client-'));
  const castellan = await startCastellan({ dataDir, ready: false });
  try {
    writeFileSync(clientFile, await renderClient(castellan.url));
  } finally {
    await castellan.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
