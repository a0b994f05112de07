/**
 * Log records over HTTP (gzip, protobuf) until they are visible, with the CPU of all processes
 * counted, against a bare Native file() insert of the same rows into the same table:
 * `npm run bench -- end-to-end`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { decodeOtlp } from '../src/core/otlp/index.ts';
import { encodeLogs } from '../test/load/otlp-load.ts';
import { type Castellan, eventually, startCastellan } from '../test/peers/castellan.ts';
import { median, thousands } from './median.ts';
import { measure } from './process-cost.ts';

const runs = 5;
const rowsPerRequest = 1_000;
const requests = 400;
const bareBatchRows = 100_000;
const timeMs = Date.now() - 60_000;

const bodies = Array.from({ length: requests }, (_, seed) =>
  encodeLogs({ rows: rowsPerRequest, seed, timeMs: timeMs + seed }),
);
const compressed = bodies.map((body) => gzipSync(body));

function post(url: URL, agent: Agent, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      url,
      {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
      },
      (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`answered ${response.statusCode}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function countRows(castellan: Castellan): Promise<number> {
  const query = 'SELECT count() AS n FROM otel_logs';
  const { rows } = await castellan.api<{ rows: { n: string }[] }>('POST', '/sql', { query });
  return Number(rows[0]?.n);
}

async function endToEnd(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'castellan-bench-e2e-'));
  const castellan = await startCastellan({ dataDir });
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  try {
    const pid = castellan.process.pid ?? 0;
    const before = measure(pid).cpuSeconds;
    const url = new URL('/v1/logs', castellan.otlpHttp);
    let next = 0;
    const sender = async (): Promise<void> => {
      for (let i = next++; i < compressed.length; i = next++)
        await post(url, agent, compressed[i] as Buffer);
    };
    await Promise.all(Array.from({ length: 4 }, sender));
    await eventually(
      () => countRows(castellan),
      (rows) => rows === requests * rowsPerRequest,
      120_000,
    );
    return (requests * rowsPerRequest) / (measure(pid).cpuSeconds - before);
  } finally {
    agent.destroy();
    await castellan.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function bare(): number {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-bench-bare-'));
  mkdirSync(join(folder, 'files'));
  const perFile = bareBatchRows / rowsPerRequest;
  const blocks = bodies.map((body) => {
    const decoded = decodeOtlp('logs', body, {
      encoding: 'protobuf',
      arrivalNs: BigInt(timeMs) * 1_000_000n,
      severityInference: false,
      jsonBodyExpansion: false,
    });
    if (!decoded.ok) throw new Error(decoded.error.message);
    return decoded.value.blocks[0]?.bytes ?? new Uint8Array();
  });
  for (let i = 0; i < blocks.length; i += perFile)
    writeFileSync(
      join(folder, 'files', `${i}.native`),
      Buffer.concat(blocks.slice(i, i + perFile)),
    );
  const script = join(import.meta.dirname, 'bare-insert.ts');
  const { stdout, stderr } = spawnSync(process.execPath, [script, folder, 'otel_logs'], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true, force: true });
  if (!stdout) throw new Error(stderr);
  const { rows, cpuSeconds } = JSON.parse(stdout) as { rows: number; cpuSeconds: number };
  return rows / cpuSeconds;
}

const ours: number[] = [];
const limit: number[] = [];
for (let run = 0; run < runs; run += 1) {
  limit.push(bare());
  ours.push(await endToEnd());
  console.log(
    `run ${run + 1}: end to end ${thousands(ours[run] ?? 0)}, bare insert ${thousands(limit[run] ?? 0)} rows per core-second`,
  );
}
console.log(
  `median: end to end ${thousands(median(ours))} rows per core-second, ${(median(ours) / median(limit)).toFixed(2)} of a bare Native file() insert (${thousands(median(limit))})`,
);
