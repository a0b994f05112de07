import type { Check } from '../../check.ts';
import { clockSkew } from './clock-skew.ts';
import { collectorStale } from './collector-stale.ts';
import { configChange } from './config-change.ts';
import { configDrift } from './config-drift.ts';
import { fatalLog } from './fatal-log.ts';
import { logPipeline } from './log-pipeline.ts';
import { missingGrant } from './missing-grant.ts';
import { monitorBlind } from './monitor-blind.ts';
import { nodeDown } from './node-down.ts';
import { serverCrash } from './server-crash.ts';
import { serverRestarted } from './server-restarted.ts';
import { serverWarnings } from './server-warnings.ts';
import { shardWithoutReplica } from './shard-without-replica.ts';
import { versionSkew } from './version-skew.ts';

export const reachabilityChecks: readonly Check[] = [
  nodeDown,
  shardWithoutReplica,
  serverRestarted,
  serverCrash,
  fatalLog,
  monitorBlind,
  missingGrant,
  collectorStale,
  logPipeline,
  versionSkew,
  clockSkew,
  serverWarnings,
  configDrift,
  configChange,
];
