import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCrashCycles } from './crash-cycles.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'castellan-crash-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** `npm run bench -- crash` runs a hundred; each run of the suite a few, at new random moments. */
const cycles = 5;

test('kill -9 of any process at any moment loses nothing and stores nothing twice', async () => {
  const report = await runCrashCycles({ dataDir, cycles, senders: 4 });
  expect(report.acknowledgedRows).toBeGreaterThan(0);
  expect(report).toMatchObject({
    lostRows: 0,
    doubledRows: 0,
    partialRequests: 0,
    rollupsThatDisagree: 0,
  });
});
