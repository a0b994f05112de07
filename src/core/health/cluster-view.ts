import type { NodeView } from './node-view.ts';
import type { KeeperObservation } from './observation.ts';

/** What a check sees of a cluster at one moment. */
export interface ClusterView {
  readonly nowMs: number;
  /** All nodes, those that do not answer included. */
  readonly nodes: readonly NodeView[];
  /** Nodes that answered, with everything that the check needs. */
  readonly answering: readonly NodeView[];
  /** Keeper or ZooKeeper servers whose client ports were named; empty where none were. */
  readonly keepers: readonly KeeperObservation[];
}
