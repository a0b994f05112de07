import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openSpool } from '../src/adapters/spool/disk-spool.ts';
import type { FsyncPolicy } from '../src/adapters/spool/segment.ts';
import { defaultSpoolOptions } from '../src/adapters/spool/spool-options.ts';

/**
 * What the spool costs beside writing the same bytes to one file with one fdatasync for each
 * group: `node bench/spool.ts [folder] [requests] [rows per request] [bytes per row]`. CPU is that
 * of the whole process, median of five rounds.
 */
const [folder = '.', requests = '2000', rows = '1000', rowBytes = '280'] = process.argv.slice(2);
const count = Number(requests);
const rowsEach = Number(rows);
const block = Buffer.alloc(rowsEach * Number(rowBytes), 'telemetry ');
const together = 16;
const rounds = 5;
const root = mkdtempSync(join(resolve(folder), 'bench-spool-'));
const silent = { debug() {}, info() {}, warn: console.warn, error: console.error };

interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

async function measure(work: () => Promise<void> | void): Promise<Cost> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1_000, wallMs: performance.now() - start };
}

function plain(): void {
  const path = join(root, 'plain');
  const file = openSync(path, 'w');
  for (let sent = 0; sent < count; sent += 1) {
    writeSync(file, block);
    if (sent % together === together - 1) fdatasyncSync(file);
  }
  fdatasyncSync(file);
  closeSync(file);
  rmSync(path);
}

async function spooled(fsync: FsyncPolicy, round: number): Promise<void> {
  const options = { ...defaultSpoolOptions, fsync, diskMinFreeBytes: 0 };
  const spool = await openSpool(
    { ...options, folder: join(root, `${fsync}-${round}`), maxBytes: 2 ** 40 },
    silent,
  );
  let next = 0;
  const send = async () => {
    while (next < count) {
      next += 1;
      const digest = Buffer.alloc(32);
      digest.writeUInt32LE(next);
      const outcome = await spool.append({
        signal: 'logs',
        keyId: 'bench',
        digest,
        blocks: [{ table: 'otel_logs', rows: rowsEach, bytes: block }],
      });
      if (outcome.kind !== 'kept') throw new Error(JSON.stringify(outcome));
      spool.answered(outcome.entry);
    }
  };
  await Promise.all(Array.from({ length: together }, send));
  await spool.drain();
  for (const segment of spool.shelf.waiting()) await spool.shelf.finished(segment);
  await spool.close();
}

const median = (costs: readonly Cost[], of: keyof Cost): number =>
  costs.map((cost) => cost[of]).sort((a, b) => a - b)[Math.floor(costs.length / 2)] ?? 0;

const results = new Map<string, Cost[]>();
for (let round = 0; round < rounds; round += 1) {
  const lanes = {
    'write + fdatasync': () => plain(),
    'spool, always': () => spooled('always', round),
    'spool, interval': () => spooled('interval', round),
    'spool, never': () => spooled('never', round),
  };
  for (const [name, work] of Object.entries(lanes))
    results.set(name, [...(results.get(name) ?? []), await measure(work)]);
}
rmSync(root, { recursive: true, force: true });

const total = count * rowsEach;
const mb = (count * block.length) / 1e6;
console.log(`${total} rows in ${count} requests, ${Math.round(mb)} MB, ${together} at a time`);
const base = median(results.get('write + fdatasync') ?? [], 'cpuMs');
for (const [name, costs] of results) {
  const cpuMs = median(costs, 'cpuMs');
  const wallMs = median(costs, 'wallMs');
  console.log(
    `${name.padEnd(18)} ${((cpuMs * 1e6) / total).toFixed(0).padStart(6)} ns CPU a row  ${(mb / (wallMs / 1_000)).toFixed(0).padStart(6)} MB/s  ${(cpuMs / base).toFixed(2)} x the CPU of write + fdatasync`,
  );
}
