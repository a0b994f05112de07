import type { Check } from '../../check.ts';
import { clusterErrors } from './cluster-errors.ts';
import { costHog } from './cost-hog.ts';
import { distributedFailures } from './distributed-failures.ts';
import { dnsErrors } from './dns-errors.ts';
import { longQuery } from './long-query.ts';
import { poorPruning } from './poor-pruning.ts';
import { queryFailures } from './query-failures.ts';
import { queryRegression } from './query-regression.ts';
import { queryTimeouts } from './query-timeouts.ts';
import { unusuallyLongQuery } from './unusually-long-query.ts';

export const workloadChecks: readonly Check[] = [
  queryFailures,
  longQuery,
  unusuallyLongQuery,
  queryRegression,
  queryTimeouts,
  costHog,
  distributedFailures,
  clusterErrors,
  dnsErrors,
  poorPruning,
];
