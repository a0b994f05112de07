import type { NodeView } from './node-view.ts';

/** What a check sees of a cluster at one moment. */
export interface ClusterView {
  readonly nowMs: number;
  /** All nodes, those that do not answer included. */
  readonly nodes: readonly NodeView[];
  /** Nodes that answered, with everything that the check needs. */
  readonly answering: readonly NodeView[];
}
