import type { Check } from '../../check.ts';
import { crawlingMerge } from './crawling-merge.ts';
import { deadParts } from './dead-parts.ts';
import { detachedParts } from './detached-parts.ts';
import { expiredRows } from './expired-rows.ts';
import { failingMutation } from './failing-mutation.ts';
import { insertRate } from './insert-rate.ts';
import { insertsHeldUp } from './inserts-held-up.ts';
import { mergeFailures } from './merge-failures.ts';
import { mergesStalled } from './merges-stalled.ts';
import { mutationBacklog } from './mutation-backlog.ts';
import { oversizedPart } from './oversized-part.ts';
import { oversizedPartition } from './oversized-partition.ts';
import { partsForecast } from './parts-forecast.ts';
import { partsPerPartition } from './parts-per-partition.ts';
import { poolSaturation } from './pool-saturation.ts';
import { restartRisk } from './restart-risk.ts';
import { serverPartsTotal } from './server-parts-total.ts';
import { slowMutation } from './slow-mutation.ts';
import { tablePartsTotal } from './table-parts-total.ts';
import { tinyInserts } from './tiny-inserts.ts';
import { tooManyPartitions } from './too-many-partitions.ts';

export const partsChecks: readonly Check[] = [
  partsPerPartition,
  partsForecast,
  insertsHeldUp,
  tablePartsTotal,
  serverPartsTotal,
  tinyInserts,
  insertRate,
  tooManyPartitions,
  mergesStalled,
  mergeFailures,
  crawlingMerge,
  poolSaturation,
  failingMutation,
  slowMutation,
  mutationBacklog,
  detachedParts,
  restartRisk,
  deadParts,
  expiredRows,
  oversizedPart,
  oversizedPartition,
];
