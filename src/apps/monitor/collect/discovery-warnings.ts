import { addressText, type Discovery } from '../../../adapters/clickhouse/fleet/index.ts';
import type { Logger } from '../../../base/log.ts';

export interface DiscoveryLimits {
  readonly maxNodes: number;
  /** Server of CASTELLAN_STORE_URL; undefined where the store is embedded. */
  readonly store: { readonly host: string; readonly port: number } | undefined;
}

/** Says once, and again when it changes, what is odd about the nodes of a cluster. */
export class DiscoveryWarnings {
  readonly #log: Logger;
  readonly #limits: DiscoveryLimits;
  #said = '';

  constructor(log: Logger, limits: DiscoveryLimits) {
    this.#log = log;
    this.#limits = limits;
  }

  tell(cluster: string, { nodes, unaddressed }: Discovery): void {
    const { maxNodes, store } = this.#limits;
    const warnings: readonly (readonly [string, string])[] = [
      ...(nodes.length > maxNodes
        ? [
            [
              'nodes_left_out',
              `Of ${nodes.length} nodes ${maxNodes} are watched (MONITOR_NODES).`,
            ] as const,
          ]
        : []),
      ...(unaddressed.length > 0
        ? [
            [
              'nodes_unaddressed',
              `No address is known for ${unaddressed.join(', ')}: name the nodes, or map their names to addresses.`,
            ] as const,
          ]
        : []),
      ...(store && nodes.some((node) => node.id === addressText(store))
        ? [
            [
              'store_is_watched',
              `${addressText(store)} holds Castellan's own store: when it fails, history and search fail with it. Detection and alerts go on.`,
            ] as const,
          ]
        : []),
    ];
    const said = JSON.stringify(warnings);
    if (said === this.#said) return;
    this.#said = said;
    for (const [event, detail] of warnings) this.#log.warn(event, { cluster, detail });
  }
}
