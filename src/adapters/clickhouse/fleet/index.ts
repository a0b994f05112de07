export { type Discovery, discoverNodes } from './discover-nodes.ts';
export { readMntr } from './keeper-words.ts';
export {
  connectNode,
  type NodeAnswer,
  type NodeClient,
  type NodeClientOptions,
} from './node-client.ts';
export { NodeError } from './node-error.ts';
export { addressText, nodeTarget } from './node-target.ts';
export { probeNodeCapabilities } from './probe-capabilities.ts';
export { testCluster } from './test-cluster.ts';
