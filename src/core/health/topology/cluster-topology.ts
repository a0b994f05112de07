import type { ClusterRow, ServerIdentity } from './server-identity.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where a server stands in the cluster. */
export interface Place {
  readonly shard?: number;
  readonly replica?: number;
}

interface KnownPlace {
  readonly shard?: number | undefined;
  readonly replica?: number | undefined;
}

/** A node that the collector connects to. */
export interface PlannedNode extends Place, Address {
  /** Its name in `system.clusters`; absent where the topology does not tell. */
  readonly clusterHost?: string;
  /**
   * Another server has the same host, and `system.clusters` has no HTTP ports: the port keeps the
   * distance of the native ports. Only to be used when a server of the same cluster answers there.
   */
  readonly guessed?: boolean;
}

export interface NodePlan {
  /** Name in `system.clusters`; '' where the server knows none. */
  readonly cluster: string;
  readonly shards: number;
  readonly replicas: number;
  readonly nodes: readonly PlannedNode[];
  /** Servers of the cluster, `host:native port`, whose HTTP port cannot be told. */
  readonly unaddressed: readonly string[];
}

export interface PlanRequest {
  /** Address that a person gave. */
  readonly entry: Address;
  /** Address of the server that `identity` is of, where it is another. */
  readonly asked?: Address;
  readonly identity: ServerIdentity;
  /** Nodes as they were found before: the entry keeps its address whoever is asked. */
  readonly known?: readonly (Address & KnownPlace)[] | undefined;
  /** Servers named by hand. */
  readonly named?: readonly Address[] | undefined;
  /** How names of `system.clusters` are reached from here. */
  readonly mappings?: readonly { readonly from: string; readonly to: Address }[] | undefined;
}

/**
 * Which servers to watch. Named ones are taken as they are; otherwise the servers of the cluster
 * that the entry belongs to, with the entry's HTTP port, for `system.clusters` lists native ones.
 * Where it cannot be told which row is the entry itself there is one plan for each possibility: the
 * first whose guessed nodes are all found is right.
 */
export function planNodes(request: PlanRequest): readonly [NodePlan, ...NodePlan[]] {
  const { identity, entry, named } = request;
  const cluster = chooseCluster(identity);
  const rows = identity.clusters.filter((row) => row.cluster === cluster);
  const shape = { cluster, ...sizeOf(rows) };
  if (named !== undefined && named.length > 0)
    return [{ ...shape, ...uniqueNodes(named.map((each) => ({ node: { ...each } }))) }];
  if (rows.length === 0) return [{ ...shape, nodes: [{ ...entry }], unaddressed: [] }];
  const [first, ...others] = localRows(identity, rows, (request.asked ?? entry).host);
  const plan = (local: ClusterRow | undefined): NodePlan => ({
    ...shape,
    ...uniqueNodes(rows.map((row) => ({ row, node: plannedNode(row, local, request) }))),
  });
  return [plan(first), ...others.map(plan)];
}

function plannedNode(
  row: ClusterRow,
  local: ClusterRow | undefined,
  { entry, asked = entry, mappings, known = [] }: PlanRequest,
): PlannedNode {
  const place = { shard: row.shard, replica: row.replica, clusterHost: row.hostName };
  if (local !== undefined && sameServer(row, local))
    return { host: asked.host, port: asked.port, ...place };
  const entryNode = known.find((node) => isSame(node, entry));
  const isEntry = entryNode?.shard === row.shard && entryNode.replica === row.replica;
  if (isEntry && !isSame(asked, entry)) return { host: entry.host, port: entry.port, ...place };
  const mapped = mappings?.find(({ from }) => from === row.hostName);
  if (mapped) return { ...mapped.to, ...place };
  const sameHost =
    local !== undefined &&
    (row.hostName === local.hostName || row.hostAddress === local.hostAddress) &&
    row.nativePort !== local.nativePort;
  if (!sameHost) return { host: row.hostName, port: entry.port, ...place };
  const port = asked.port + row.nativePort - local.nativePort;
  return { host: asked.host, port, guessed: true, ...place };
}

const isSame = (a: Address, b: Address): boolean => a.host === b.host && a.port === b.port;

/**
 * One node for each server; the first place stands where one has several. Of two servers with the
 * same address the second has none.
 */
function uniqueNodes(
  planned: readonly { readonly node: PlannedNode; readonly row?: ClusterRow }[],
): Pick<NodePlan, 'nodes' | 'unaddressed'> {
  const taken = new Map<string, { readonly node: PlannedNode; readonly server: string }>();
  const unaddressed = new Set<string>();
  for (const { node, row } of planned) {
    const address = `${node.host}:${node.port}`;
    const server = row ? `${row.hostName}:${row.nativePort}` : address;
    const valid = node.port >= 1 && node.port <= 65_535;
    const other = taken.get(address);
    if (valid && other === undefined) taken.set(address, { node, server });
    else if (other?.server !== server) unaddressed.add(server);
  }
  return { nodes: [...taken.values()].map(({ node }) => node), unaddressed: [...unaddressed] };
}

const sizeOf = (rows: readonly ClusterRow[]): { shards: number; replicas: number } => {
  const replicas = new Map<number, number>();
  for (const row of rows) replicas.set(row.shard, (replicas.get(row.shard) ?? 0) + 1);
  return {
    shards: Math.max(1, replicas.size),
    replicas: Math.max(1, ...replicas.values()),
  };
};

/** Clusters of the configuration that ClickHouse's packages bring. */
const examples =
  /^(test_shard_localhost(_\w+)?|test_cluster_\w*localhost\w*|test_cluster_two_shards\w*|test_cluster_interserver_secret|test_unavailable_shard|parallel_replicas)$/;

/**
 * The cluster that people mean: one that the server belongs to, named by its macro `cluster`, not
 * one that a tool made of all hosts; then the largest, then the one with the most replicas. ''
 * where the server knows none.
 */
export function chooseCluster(identity: ServerIdentity): string {
  const names = [...new Set(identity.clusters.map((row) => row.cluster))].filter(
    (name) => !examples.test(name),
  );
  const ranked = names.map((name) => {
    const rows = identity.clusters.filter((row) => row.cluster === name);
    const rank = [
      rows.some((row) => row.local) ? 1 : 0,
      identity.macros.get('cluster') === name ? 1 : 0,
      /^all[-_](sharded|replicated|clusters)$/.test(name) ? 0 : 1,
      rows.length,
      sizeOf(rows).replicas,
    ];
    return { name, rank };
  });
  ranked.sort((a, b) => {
    const differs = a.rank.findIndex((value, place) => value !== b.rank[place]);
    if (differs >= 0) return b.rank[differs]! - a.rank[differs]!;
    return a.name < b.name ? -1 : 1;
  });
  return ranked[0]?.name ?? '';
}

/** A server may stand in several shards of one cluster. */
const sameServer = (a: ClusterRow, b: ClusterRow): boolean =>
  a.hostName === b.hostName && a.nativePort === b.nativePort;

/**
 * The rows of `rows` that may be the server itself. Where several claim to be local (all of a
 * shard, on old servers), those that another cluster calls remote are left out, then names decide.
 */
function localRows(
  identity: ServerIdentity,
  rows: readonly ClusterRow[],
  host: string,
): readonly ClusterRow[] {
  const local = rows.filter(
    (row, place) =>
      row.local &&
      identity.clusters.every((other) => !sameServer(row, other) || other.local) &&
      rows.findIndex((other) => sameServer(row, other)) === place,
  );
  for (const name of [identity.hostName, host]) {
    const named = local.filter((row) => row.hostName === name || row.hostAddress === name);
    if (named.length === 1) return named;
  }
  return local;
}

/** Where a server stands in a cluster, by its own view of it. */
export function placeOf(identity: ServerIdentity, cluster: string, host: string): Place {
  const rows = identity.clusters.filter((row) => row.cluster === cluster);
  const local = localRows(identity, rows, host);
  const own = local.length === 1 ? local[0] : byHostName(identity.hostName, rows);
  if (own) return { shard: own.shard, replica: own.replica };
  const shards = new Set(rows.filter((row) => row.local).map((row) => row.shard));
  const [shard] = shards;
  return shards.size === 1 && shard !== undefined ? { shard } : {};
}

/** A name in `system.clusters` may be the long form of what the server calls itself. */
function byHostName(hostName: string, rows: readonly ClusterRow[]): ClusterRow | undefined {
  const short = (name: string): string => name.split('.')[0]!;
  const found = rows.filter((row) => row.hostName === hostName);
  if (found.length === 1) return found[0];
  const alike = rows.filter((row) => short(row.hostName) === short(hostName));
  return found.length === 0 && alike.length === 1 ? alike[0] : undefined;
}
