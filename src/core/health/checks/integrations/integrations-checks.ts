import type { Check } from '../../check.ts';
import { bufferFlush } from './buffer-flush.ts';
import { ddlQueue } from './ddl-queue.ts';
import { dictionaryLoad } from './dictionary-load.ts';
import { distributedQueue } from './distributed-queue.ts';
import { kafkaConsumers } from './kafka-consumers.ts';
import { materializedViews } from './materialized-views.ts';

export const integrationsChecks: readonly Check[] = [
  distributedQueue,
  kafkaConsumers,
  dictionaryLoad,
  materializedViews,
  ddlQueue,
  bufferFlush,
];
