export type { ServerCertificate } from './connect-socket.ts';
export { type DiscoverOptions, type Discovery, discoverNodes } from './discover-nodes.ts';
export { type KeeperLimits, readMntr } from './keeper-words.ts';
export {
  connectNode,
  monitorQueryPrefix,
  type NodeAnswer,
  type NodeClient,
  type NodeClientOptions,
  type RunOptions,
} from './node-client.ts';
export { NodeError } from './node-error.ts';
export {
  addressText,
  defaultNodeLimits,
  type NodeLimits,
  type NodeTarget,
  nodeTarget,
} from './node-target.ts';
export { probeNodeCapabilities } from './probe-capabilities.ts';
export { type TestOptions, testCluster } from './test-cluster.ts';
