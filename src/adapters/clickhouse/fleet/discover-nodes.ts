import type { Capabilities } from '../../../core/health/index.ts';
import {
  type NodePlan,
  type PlannedNode,
  placeOf,
  planNodes,
} from '../../../core/health/topology/cluster-topology.ts';
import {
  countMembers,
  ensembleStatement,
  identityStatement,
  parseIdentity,
  type ServerIdentity,
} from '../../../core/health/topology/server-identity.ts';
import type { ClusterSettings, FleetNode, Topology } from '../../../model/fleet/cluster.ts';
import {
  connectNode,
  type NodeClient,
  type NodeClientOptions,
  type RunOptions,
} from './node-client.ts';
import { NodeError } from './node-error.ts';
import { addressText, nodeTarget } from './node-target.ts';

/** Nodes asked at a time. */
const concurrency = 16;

/** The servers of a cluster and which of them answered. */
export interface Discovery {
  readonly topology: Topology;
  readonly nodes: readonly FleetNode[];
  /** Servers that `system.clusters` lists and that cannot be addressed, `host:native port`. */
  readonly unaddressed: readonly string[];
}

export interface DiscoverOptions extends RunOptions {
  /** How a client of a node is made; the caller may keep those that it has. Default: a new one. */
  readonly clientOf?: (address: { host: string; port: number }) => NodeClient;
  /**
   * Nodes that were found before. They stay where a guess at their port can no longer be proven
   * because they are down, and the entry keeps its address when another server is asked.
   */
  readonly known?: readonly FleetNode[];
  /** Of clients that are made here. */
  readonly client?: NodeClientOptions;
}

/**
 * Finds the servers of a cluster through one that answers, and asks each who it is. Throws a
 * NodeError where `entry`, any server of the cluster, does not answer; other servers that do not are in the list, offline.
 */
export async function discoverNodes(
  settings: ClusterSettings,
  entry: NodeClient,
  capabilities: Capabilities,
  options: DiscoverOptions = {},
): Promise<Discovery> {
  const identity = await readIdentity(entry, capabilities.tables, options);
  const plans = planNodes({
    entry: settings,
    asked: entry.target,
    identity,
    known: options.known,
    named: settings.nodes,
    mappings: settings.addresses,
  });
  const keeperNodes =
    settings.keepers?.length || (await countKeepers(entry, capabilities, options));
  let best: Discovery | undefined;
  for (const plan of plans) {
    const found = await askAll(plan, settings, entry, identity, options);
    const topology = {
      cluster: plan.cluster,
      shards: plan.shards,
      replicas: plan.replicas,
      keeperNodes,
    };
    best ??= { topology, ...found };
    if (found.unaddressed.length < best.unaddressed.length) best = { topology, ...found };
    if (best.unaddressed.length === 0) break;
  }
  return best!;
}

/** Who a node is; `tables` are those that it may be asked for. */
async function readIdentity(
  client: NodeClient,
  tables: { has(table: string): boolean },
  options: RunOptions = {},
): Promise<ServerIdentity> {
  const { rows } = await client.run(identityStatement(tables), options);
  const identity = parseIdentity(rows);
  if (identity) return identity;
  throw new NodeError('protocol', `${addressText(client.target)} does not say who it is`, {
    hint: 'Is this the HTTP interface of ClickHouse?',
  });
}

async function askAll(
  plan: NodePlan,
  settings: ClusterSettings,
  entry: NodeClient,
  entryIdentity: ServerIdentity,
  options: DiscoverOptions,
): Promise<Pick<Discovery, 'nodes' | 'unaddressed'>> {
  const nodes: FleetNode[] = [];
  const unaddressed = [...plan.unaddressed];
  for (let from = 0; from < plan.nodes.length; from += concurrency) {
    const asked = plan.nodes.slice(from, from + concurrency).map(async (planned) => {
      const answer = isEntry(planned, entry)
        ? entryIdentity
        : await askNode(planned, settings, options);
      return { planned, answer };
    });
    for (const { planned, answer } of await Promise.all(asked)) {
      const proven = isKnown(planned, options) || isMember(answer, plan.cluster, entryIdentity);
      if (planned.guessed && !proven)
        unaddressed.push(`${planned.clusterHost} (tried ${addressText(planned)})`);
      else nodes.push(fleetNode(planned, answer, plan.cluster));
    }
  }
  return { nodes, unaddressed };
}

const isKnown = (planned: PlannedNode, { known = [] }: DiscoverOptions): boolean =>
  known.some((node) => node.id === addressText(planned));

const isEntry = (planned: PlannedNode, entry: NodeClient): boolean =>
  planned.host === entry.target.host && planned.port === entry.target.port;

async function askNode(
  planned: PlannedNode,
  settings: ClusterSettings,
  options: DiscoverOptions,
): Promise<ServerIdentity | NodeError> {
  const own = options.clientOf === undefined;
  const client =
    options.clientOf?.(planned) ?? connectNode(nodeTarget(settings, planned), options.client);
  const everything = { has: () => true };
  try {
    return await readIdentity(client, everything, options).catch((error: unknown) => {
      // The user may lack system.clusters or system.macros there, or the server may not have them.
      if (error instanceof NodeError && error.code !== undefined)
        return readIdentity(client, { has: () => false }, options);
      throw error;
    });
  } catch (error) {
    if (error instanceof NodeError) return error;
    throw error;
  } finally {
    if (own) await client.close();
  }
}

/** Whether a guess was right: another server that knows the same cluster. */
const isMember = (
  answer: ServerIdentity | NodeError,
  cluster: string,
  entry: ServerIdentity,
): boolean =>
  !(answer instanceof NodeError) &&
  answer.clusters.some((row) => row.cluster === cluster) &&
  JSON.stringify(answer.clusters.filter((row) => row.cluster === cluster).map(hostPort)) ===
    JSON.stringify(entry.clusters.filter((row) => row.cluster === cluster).map(hostPort));

const hostPort = (row: { hostName: string; nativePort: number }): string =>
  `${row.hostName}:${row.nativePort}`;

function fleetNode(
  planned: PlannedNode,
  answer: ServerIdentity | NodeError,
  cluster: string,
): FleetNode {
  const { host, port } = planned;
  const online = !(answer instanceof NodeError);
  const seen = online ? placeOf(answer, cluster, planned.clusterHost ?? host) : {};
  const shard = planned.shard ?? seen.shard;
  const replica = planned.replica ?? seen.replica;
  return {
    id: addressText(planned),
    host,
    port,
    hostName: online ? answer.hostName : '',
    version: online ? answer.version : '',
    online,
    ...(shard === undefined ? {} : { shard }),
    ...(replica === undefined ? {} : { replica }),
    ...(online ? {} : { problem: answer.message }),
  };
}

/** Members of the ensemble as the server sees it; 1 where it has one and cannot say more. */
async function countKeepers(
  client: NodeClient,
  capabilities: Capabilities,
  options: RunOptions,
): Promise<number> {
  if (!capabilities.tables.has('zookeeper')) return 0;
  let members = 0;
  for (const path of ['/zookeeper', '/keeper'] as const) {
    try {
      const { rows } = await client.run(ensembleStatement(path), options);
      const [config] = rows[0] ?? [];
      members = Math.max(members, typeof config === 'string' ? countMembers(config) : 0);
    } catch (error) {
      // Keeper may be away, or have no such node: the number stays what it is.
      if (!(error instanceof NodeError)) throw error;
    }
  }
  return Math.max(1, members);
}
