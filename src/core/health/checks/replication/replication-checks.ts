import type { Check } from '../../check.ts';
import { replicaDataLoss, replicaLostParts } from './replica-data-loss.ts';
import { replicaDivergence } from './replica-divergence.ts';
import { replicaException } from './replica-exception.ts';
import { replicaFetchFailures } from './replica-fetch-failures.ts';
import { replicaInactive } from './replica-inactive.ts';
import { replicaLag } from './replica-lag.ts';
import { replicaLogGap } from './replica-log-gap.ts';
import { replicaParity } from './replica-parity.ts';
import { replicaQueue } from './replica-queue.ts';
import { replicaReadonly } from './replica-readonly.ts';
import { replicaStuckEntries } from './replica-stuck-entries.ts';
import { replicaSuspectParts } from './replica-suspect-parts.ts';
import { replicaWedgedFetch } from './replica-wedged-fetch.ts';
import { unreplicatedTables } from './unreplicated-tables.ts';

export const replicationChecks: readonly Check[] = [
  replicaReadonly,
  replicaLag,
  replicaQueue,
  replicaStuckEntries,
  replicaInactive,
  replicaLogGap,
  replicaSuspectParts,
  replicaDataLoss,
  replicaLostParts,
  replicaFetchFailures,
  replicaDivergence,
  replicaWedgedFetch,
  replicaException,
  replicaParity,
  unreplicatedTables,
];
