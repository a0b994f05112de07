import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DeadLetters } from '../../../../adapters/spool/dead-letters.ts';
import { type DiskSpool, openSpool } from '../../../../adapters/spool/disk-spool.ts';
import { defaultSealLimits } from '../../../../adapters/spool/seal-policy.ts';
import type { SpoolOptions } from '../../../../adapters/spool/spool-options.ts';
import type { Logger } from '../../../../base/log.ts';
import type { SegmentStore } from '../insert-range.ts';
import { Inserter } from '../inserter.ts';
import { quiet } from './quiet-logger.ts';

export interface StoringRun {
  readonly folder: string;
  readonly spool: DiskSpool;
  readonly inserter: Inserter;
  readonly deadLetters: DeadLetters;
}

/** Spool, inserter and dead letters in one folder, as the storing thread has them. */
export async function startRun(
  folder: string,
  store: SegmentStore,
  more: Partial<SpoolOptions> & { deadLettersMaxBytes?: number; logger?: Logger } = {},
): Promise<StoringRun> {
  const { deadLettersMaxBytes = 2 ** 30, logger = quiet, ...options } = more;
  const deadLetters = new DeadLetters(join(folder, 'dead-letters'), deadLettersMaxBytes, logger);
  await deadLetters.open();
  const spool = await openSpool(
    {
      folder: join(folder, 'spool'),
      maxBytes: 2 ** 30,
      diskMinFreeBytes: 0,
      maxQueuedBytes: 2 ** 28,
      fsync: 'never',
      fsyncIntervalMs: 1_000,
      absorbWindowMs: 600_000,
      seal: defaultSealLimits,
      ...options,
    },
    logger,
  );
  const inserter = new Inserter({
    shelf: spool.shelf,
    store,
    deadLetters,
    logger,
    parallelInserts: 1,
    retry: { firstMs: 5, mostMs: 50 },
  });
  return { folder, spool, inserter, deadLetters };
}

/** What a kill -9 of this moment leaves, in a new place. */
export function killedCopy(folder: string, target: string): string {
  cpSync(folder, target, { recursive: true, filter: (path) => !path.endsWith('lock.sqlite') });
  return target;
}

/** Seals, stores all there is, and ends. False: something is left. */
export async function finishRun(
  { spool, inserter }: StoringRun,
  deadlineMs = 30_000,
): Promise<boolean> {
  await spool.drain();
  inserter.start();
  const done = await inserter.settle(deadlineMs);
  await inserter.stop();
  await spool.close();
  return done;
}
