/**
 * Child of receiver.ts: Castellan's receiver with its spool on disk (fsync before each answer, as
 * by default) and no store. Tells its CPU time when asked.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { defaultSpoolOptions, openSpool } from '../src/adapters/spool/disk-spool.ts';
import { startIngest } from '../src/apps/telemetry/ingest/start-ingest.ts';
import { serveSpool } from '../src/apps/telemetry/storing/serve-spool.ts';
import { reportCpu } from './child-cpu.ts';

const quiet = () => undefined;
const logger = { debug: quiet, info: quiet, warn: console.error, error: console.error };
const folder = mkdtempSync(join(tmpdir(), 'castellan-bench-receiver-'));
const spool = await openSpool({ ...defaultSpoolOptions, folder }, logger);
const ingest = await startIngest({
  host: '127.0.0.1',
  httpPort: 0,
  grpcPort: 0,
  connectSpool: () => {
    const { port1, port2 } = new MessageChannel();
    serveSpool(spool, port2);
    return port1;
  },
  keys: { required: false, keys: [] },
  allowedHosts: [],
  decode: {
    retentionMs: { logs: 0, traces: 0, metrics: 0, sessions: 0 },
    severityInference: false,
    jsonBodyExpansion: false,
  },
  logger,
});
reportCpu({
  port: ingest.httpPort,
  settled: () => Promise.resolve(spool.status().rows),
  async close() {
    await ingest.drain(5_000);
    await spool.close();
    rmSync(folder, { recursive: true });
  },
});
