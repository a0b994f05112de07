/**
 * Ten minutes at half of the top rate: memory at minute 2 and at the end, and how long an
 * acknowledgement takes: `npm run bench -- soak [minutes]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { encodeLogs } from '../test/load/otlp-load.ts';
import { startCastellan } from '../test/peers/castellan.ts';
import { quantile, thousands } from './median.ts';
import { measure } from './process-cost.ts';

const minutes = Number(process.argv[2] ?? 10);
const rowsPerRequest = 1_000;
const dataDir = mkdtempSync(join(tmpdir(), 'castellan-bench-soak-'));
const castellan = await startCastellan({ dataDir });
const pid = castellan.process.pid ?? 0;
const bodies = Array.from({ length: 60 }, (_, seed) =>
  gzipSync(encodeLogs({ rows: rowsPerRequest, seed, timeMs: Date.now() })),
);

/** Acknowledgement in milliseconds, or undefined where the request was refused. */
async function post(body: Buffer<ArrayBuffer>): Promise<number | undefined> {
  const begin = performance.now();
  const response = await fetch(`${castellan.otlpHttp}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
    body,
  });
  await response.arrayBuffer();
  return response.ok ? performance.now() - begin : undefined;
}

/** Rows that wait in the spool. */
async function backlog(): Promise<number> {
  return (await castellan.api<{ spool: { rows: number } }>('GET', '/status')).spool.rows;
}

/** Rows a second that are stored as fast as they come, with four connections. */
async function topRate(seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1_000;
  const begin = performance.now();
  let rows = 0;
  const sender = async (): Promise<void> => {
    while (performance.now() < until)
      if (await post(bodies[rows % bodies.length] as Buffer<ArrayBuffer>)) rows += rowsPerRequest;
  };
  await Promise.all(Array.from({ length: 4 }, sender));
  while ((await backlog()) > 0) await sleep(100);
  return rows / ((performance.now() - begin) / 1_000);
}

const mebibytes = (): number => measure(pid).residentBytes / 2 ** 20;
const top = await topRate(20);
const pauseMs = (rowsPerRequest / (top / 2)) * 1_000;
console.log(`top rate ${thousands(top)} rows/s stored; soak at half of it for ${minutes} minutes`);
const begin = performance.now();
const latencies: number[] = [];
let refused = 0;
let atMinute2 = Number.NaN;
const pending = new Set<Promise<void>>();
for (let i = 0; performance.now() - begin < minutes * 60_000; i += 1) {
  const one = post(bodies[i % bodies.length] as Buffer<ArrayBuffer>).then((ms) => {
    if (ms === undefined) refused += 1;
    else latencies.push(ms);
  });
  pending.add(one);
  one.finally(() => pending.delete(one));
  if (Number.isNaN(atMinute2) && performance.now() - begin > 120_000) atMinute2 = mebibytes();
  await sleep(Math.max(0, begin + (i + 1) * pauseMs - performance.now()));
}
await Promise.all(pending);
const atEnd = mebibytes();
console.log(
  `memory: ${atMinute2.toFixed(0)} MiB at minute 2, ${atEnd.toFixed(0)} MiB at minute ${minutes}, ratio ${(atEnd / atMinute2).toFixed(2)}`,
);
console.log(
  `acknowledgement: p50 ${quantile(latencies, 0.5).toFixed(1)} ms, p99 ${quantile(latencies, 0.99).toFixed(1)} ms, ${latencies.length} requests of ${rowsPerRequest} rows, ${refused} refused`,
);
await castellan.stop();
rmSync(dataDir, { recursive: true, force: true });
