import type { Check } from '../../check.ts';
import { keeperBacklog } from './keeper-backlog.ts';
import { keeperExceptions } from './keeper-exceptions.ts';
import { keeperGrowth } from './keeper-growth.ts';
import { keeperLatency } from './keeper-latency.ts';
import { keeperLeader } from './keeper-leader.ts';
import { keeperLimits } from './keeper-limits.ts';
import { keeperNodeDown } from './keeper-node-down.ts';
import { keeperQuorum } from './keeper-quorum.ts';
import { keeperServerLatency } from './keeper-server-latency.ts';
import { keeperSession } from './keeper-session.ts';
import { keeperUnavailable } from './keeper-unavailable.ts';
import { keeperXid } from './keeper-xid.ts';

export const keeperChecks: readonly Check[] = [
  keeperSession,
  keeperUnavailable,
  keeperLatency,
  keeperExceptions,
  keeperNodeDown,
  keeperLeader,
  keeperBacklog,
  keeperServerLatency,
  keeperLimits,
  keeperGrowth,
  keeperQuorum,
  keeperXid,
];
