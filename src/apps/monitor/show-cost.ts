import type { z } from 'zod';
import type { CostData } from '../../model/fleet/collecting-api.ts';
import type { ClusterWatch } from './collect/cluster-watch.ts';
import type { NodeCost } from './collect/node-budget.ts';

/** What the monitor takes of each node of a cluster. */
export const showCost = (watch: ClusterWatch): z.infer<typeof CostData> => ({
  nodes: watch.watches().map((each) => ({ node: each.node.id, ...showNodeCost(each.cost()) })),
});

const showNodeCost = (cost: NodeCost): Omit<z.infer<typeof CostData>['nodes'][number], 'node'> => ({
  statementsPerMinute: cost.statementsPerMinute,
  rowsReadPerMinute: cost.rowsReadPerMinute,
  bytesReadPerMinute: cost.bytesReadPerMinute,
  cpuShare: cost.share === undefined ? null : cost.share / cost.stretch,
  cpuFrom: cost.source ?? null,
  stretch: cost.stretch,
  stretchedSince: cost.stretchedMs === undefined ? null : new Date(cost.stretchedMs).toISOString(),
  stretchReason: cost.reason ?? null,
});
