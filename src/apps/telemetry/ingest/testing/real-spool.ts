import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import {
  type DiskSpool,
  defaultSpoolOptions,
  openSpool,
  type SpoolOptions,
} from '../../../../adapters/spool/disk-spool.ts';
import { serveSpool } from '../../storing/serve-spool.ts';

/** A spool on disk, served in this thread; nothing takes from it. */
export interface RealSpool {
  readonly spool: DiskSpool;
  connect(): MessagePort;
  /** Closes every port, as when the storing thread dies. */
  disconnect(): void;
  close(): Promise<void>;
}

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Opens a spool in a temporary folder. */
export async function startRealSpool(changed: Partial<SpoolOptions> = {}): Promise<RealSpool> {
  const folder = await mkdtemp(join(tmpdir(), 'castellan-ingest-'));
  const options = { ...defaultSpoolOptions, diskMinFreeBytes: 0, ...changed, folder };
  const spool = await openSpool(options, quiet);
  let ports: MessagePort[] = [];
  const disconnect = () => {
    for (const port of ports) port.close();
    ports = [];
  };
  return {
    spool,
    connect() {
      const { port1, port2 } = new MessageChannel();
      serveSpool(spool, port2);
      ports.push(port2);
      return port1;
    },
    disconnect,
    async close() {
      disconnect();
      await spool.close();
      await rm(folder, { recursive: true });
    },
  };
}
