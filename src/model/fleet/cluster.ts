import { z } from 'zod';

/** A name or an address alone; with colons it is IPv6. */
const hostPattern = /^(?:[^\s/?#@:[\]\\]+|[0-9A-Fa-f]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%\w+)?)$/;

/** One ClickHouse server as the monitor reaches it. */
export const NodeAddress = z.object({
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(
      hostPattern,
      'expected a host name or an IP address alone, without http://, port and brackets',
    ),
  /** Port of the HTTP interface. */
  port: z.int().min(1).max(65_535),
});
export type NodeAddress = z.infer<typeof NodeAddress>;

/** How discovered names become addresses that can be reached from here. */
export const AddressMapping = z.object({
  /** Host name as `system.clusters` has it. */
  from: NodeAddress.shape.host,
  to: NodeAddress,
});

export const TlsSettings = z.object({
  /** PEM of the authority that signed the servers' certificates; the system's where absent. */
  ca: z.string().optional(),
  /** PEM of the client's certificate and its key. */
  certificate: z.string().optional(),
  key: z.string().optional(),
  /** Name that the certificate must carry, where it is not the host's. */
  serverName: z.string().optional(),
});
export type TlsSettings = z.infer<typeof TlsSettings>;

/** What a person says of a cluster. */
export const ClusterSettings = z.object({
  name: z.string().trim().min(1).max(100),
  host: NodeAddress.shape.host,
  port: NodeAddress.shape.port,
  username: z.string().max(200).default('default'),
  password: z.string().max(1_000).default(''),
  secure: z.boolean().default(false),
  tls: TlsSettings.optional(),
  /** Servers named by hand; discovered from `system.clusters` where absent. */
  nodes: z.array(NodeAddress).max(1_000).optional(),
  addresses: z.array(AddressMapping).max(1_000).optional(),
  /** Client ports of the Keeper or ZooKeeper ensemble, for its four-letter words. */
  keepers: z.array(NodeAddress).max(100).optional(),
  labels: z.record(z.string().max(63), z.string().max(200)).default({}),
});
export type ClusterSettings = z.infer<typeof ClusterSettings>;

/** Who a node is, and where it stands in its cluster. */
export const FleetNode = z.object({
  /** `host:port`, unique within the cluster. */
  id: z.string(),
  host: z.string(),
  port: z.int(),
  /** What the server calls itself; '' until it answered. */
  hostName: z.string(),
  /** 1-based; absent where the topology does not say. */
  shard: z.int().optional(),
  replica: z.int().optional(),
  version: z.string(),
  online: z.boolean(),
  /** What failed, where it is not online. */
  problem: z.string().optional(),
});
export type FleetNode = z.infer<typeof FleetNode>;

export const Topology = z.object({
  /** Name in `system.clusters`; '' where the server knows none. */
  cluster: z.string(),
  shards: z.int(),
  replicas: z.int(),
  keeperNodes: z.int(),
});
export type Topology = z.infer<typeof Topology>;

/** Where a connection failed. */
const failureLayers = [
  'dns',
  'tcp',
  'tls',
  'http',
  'authentication',
  'permission',
  'timeout',
  'protocol',
] as const;
export const FailureLayer = z.enum(failureLayers);
export type FailureLayer = z.infer<typeof FailureLayer>;
