import { RequestFailure } from '../../../model/api/failure.ts';
import type { NodeData } from '../../../model/fleet/panel-api.ts';
import type { ClusterWatch } from '../collect/cluster-watch.ts';
import type { NodeWatch } from '../collect/node-watch.ts';
import { showCost } from '../show-cost.ts';

const iso = (ms: number | undefined): string | null =>
  ms === undefined ? null : new Date(ms).toISOString();

/** A node as its page shows it. Throws a RequestFailure for one that there is not. */
export function showNode(watch: ClusterWatch, id: string): NodeData {
  const node = watch.nodes.find((each) => each.id === id);
  if (!node)
    throw new RequestFailure('not_found', `there is no node ${id} in this cluster`, {
      hint: 'GET /api/v1/clusters/{id} lists its nodes.',
    });
  const known = watch.watches().find((each) => each.node.id === id);
  if (!known) return { ...unread, node };
  const cost = showCost(watch).nodes.find((each) => each.node === id) ?? null;
  return { ...showWatched(known), node, cost };
}

/** Of a cluster that is paused, or not read yet. */
const unread = {
  startedAt: null,
  clock: null,
  lastSeenAt: null,
  lastCollectedAt: null,
  certificate: null,
  hosts: [],
  cost: null,
};

function showWatched(watch: NodeWatch): Omit<NodeData, 'node' | 'cost'> {
  const { memory, certificate } = watch.observation();
  const { newest, hosts } = memory;
  const { seenMs, collectedMs } = watch.times;
  return {
    startedAt: iso(newest?.startedMs),
    clock: newest?.clock ?? null,
    lastSeenAt: iso(seenMs ?? newest?.atMs),
    lastCollectedAt: iso(collectedMs),
    certificate: certificate
      ? { subject: certificate.subject, expiresAt: new Date(certificate.expiresMs).toISOString() }
      : null,
    hosts: hosts.size > 1 ? [...hosts.keys()].sort() : [],
  };
}
