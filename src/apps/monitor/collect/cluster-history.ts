import { type HistoryParts, type HistoryView, NodeHistory } from './node-history.ts';
import type { NodeWatch } from './node-watch.ts';

/** The histories of a cluster's nodes. */
export class ClusterHistory {
  readonly #cluster: string;
  readonly #parts: HistoryParts;
  readonly #signal: AbortSignal;
  readonly #histories = new WeakMap<NodeWatch, NodeHistory>();

  constructor(cluster: string, parts: HistoryParts, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#parts = parts;
    this.#signal = signal;
  }

  /** Begins with those nodes of which it is known what they have. */
  begin(watches: readonly NodeWatch[]): void {
    for (const watch of watches) {
      if (this.#histories.has(watch) || watch.firstMs === undefined) continue;
      if (!watch.observation().capabilities) continue;
      const of = { cluster: this.#cluster, node: watch.node.id };
      const signal = AbortSignal.any([this.#signal, watch.stopped]);
      const history = new NodeHistory(of, watch, this.#parts, signal);
      this.#histories.set(watch, history);
      void history.run();
    }
  }

  /** How that of one node goes; undefined before it could begin. */
  of(watch: NodeWatch): HistoryView | undefined {
    return this.#histories.get(watch)?.view;
  }
}
