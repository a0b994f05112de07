import type { Check } from '../../check.ts';
import { bufferFlush } from './buffer-flush.ts';
import { ddlQueue } from './ddl-queue.ts';
import { dictionaryAge } from './dictionary-age.ts';
import { dictionaryLoad } from './dictionary-load.ts';
import { distributedQueue } from './distributed-queue.ts';
import { kafkaConsumers } from './kafka-consumers.ts';
import { viewFailures } from './view-failures.ts';
import { viewRefreshes } from './view-refreshes.ts';

export const integrationsChecks: readonly Check[] = [
  distributedQueue,
  kafkaConsumers,
  dictionaryLoad,
  dictionaryAge,
  viewRefreshes,
  viewFailures,
  ddlQueue,
  bufferFlush,
];
