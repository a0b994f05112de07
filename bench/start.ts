/**
 * From start to ready, and idle memory: `npm run bench -- start`. Warm: the data folder exists. The
 * ratio is against `node -e 0` in the same run, so that machines can be compared.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCastellan } from '../test/peers/castellan.ts';
import { median } from './median.ts';
import { measure } from './process-cost.ts';

const runs = 5;
const dataDir = mkdtempSync(join(tmpdir(), 'castellan-bench-start-'));
try {
  await (await startCastellan({ dataDir })).stop();
  const readyMs: number[] = [];
  const idleMiB: number[] = [];
  const bareMs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const bare = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    bareMs.push(performance.now() - bare);
    const begin = performance.now();
    const castellan = await startCastellan({ dataDir });
    readyMs.push(performance.now() - begin);
    await sleep(10_000);
    idleMiB.push(measure(castellan.process.pid ?? 0).residentBytes / 2 ** 20);
    await castellan.stop();
  }
  const ready = median(readyMs);
  console.log(
    `start to ready (warm): ${(ready / 1_000).toFixed(2)} s, ${(ready / median(bareMs)).toFixed(0)} times a bare node; median of ${runs}`,
  );
  console.log(
    `idle memory of all processes: ${median(idleMiB).toFixed(0)} MiB after 10 s; median of ${runs}`,
  );
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
