import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { connectStore } from '../../../../adapters/clickhouse/index.ts';
import { runStoring } from '../run-storing.ts';
import type { StoringOptions } from '../storing-messages.ts';

/** The storing thread, which dies when a file `die` appears beside its spool. */
const { spool } = workerData as StoringOptions;
const order = join(spool.folder, '..', 'die');
setInterval(() => {
  if (!existsSync(order)) return;
  rmSync(order);
  throw new Error('told to die');
}, 10).unref();
await runStoring(connectStore);
