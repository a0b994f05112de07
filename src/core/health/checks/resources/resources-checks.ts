import type { Check } from '../../check.ts';
import { connections } from './connections.ts';
import { cpuLoad } from './cpu-load.ts';
import { markCache } from './mark-cache.ts';
import { memoryHeld } from './memory-held.ts';
import { memoryKills } from './memory-kills.ts';
import { memoryUse } from './memory-use.ts';
import { queryConcurrency } from './query-concurrency.ts';
import { refusedQueries } from './refused-queries.ts';
import { threadPool } from './thread-pool.ts';

export const resourcesChecks: readonly Check[] = [
  memoryUse,
  memoryKills,
  memoryHeld,
  cpuLoad,
  queryConcurrency,
  refusedQueries,
  connections,
  threadPool,
  markCache,
];
