import type { Discovery } from '../../../adapters/clickhouse/fleet/index.ts';
import type { Logger } from '../../../base/log.ts';

/** Says once which servers of a cluster cannot be watched. */
export class UnaddressedNodes {
  readonly #log: Logger;
  readonly #max: number;
  #said = '';

  constructor(log: Logger, max: number) {
    this.#log = log;
    this.#max = max;
  }

  /** Says it where it differs from the last time. */
  tell(cluster: string, { nodes, unaddressed }: Discovery): void {
    const said = `${nodes.length > this.#max ? nodes.length : ''} ${unaddressed.join(', ')}`;
    if (said === this.#said) return;
    this.#said = said;
    if (nodes.length > this.#max)
      this.#log.warn('nodes_left_out', { cluster, nodes: nodes.length, max: this.#max });
    if (unaddressed.length > 0)
      this.#log.warn('nodes_unaddressed', {
        cluster,
        detail: `No address is known for ${unaddressed.join(', ')}: name the nodes, or map their names to addresses.`,
      });
  }
}
