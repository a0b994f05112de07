import { z } from 'zod';
import type { State } from '../../../adapters/state/index.ts';
import type { Unreachable } from '../../../core/health/index.ts';
import { FailureLayer, FleetNode } from '../../../model/fleet/cluster.ts';
import type { VitalsSample } from '../../../model/fleet/reading.ts';
import { parseVitalsJson, renderVitals } from './vitals-json.ts';

/** A node as an earlier process saw it. */
export interface KeptNode {
  readonly node: FleetNode;
  readonly seenMs: number | null;
  readonly last: VitalsSample | undefined;
  /** Since when, and how often, it did not answer; undefined where it did. */
  readonly unreachable: Unreachable | undefined;
}

/** As it stands in the state: a node that was down stays so until it answers. */
const StoredNode = FleetNode.extend({
  unreachable: z
    .object({
      layer: FailureLayer,
      message: z.string(),
      sinceMs: z.number(),
      misses: z.int(),
    })
    .optional(),
});

/** Nodes of the clusters in the state. */
export class NodeRows {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  async list(clusterId: string): Promise<KeptNode[]> {
    const rows = await this.#state
      .selectFrom('cluster_node')
      .selectAll()
      .where('cluster_id', '=', clusterId)
      .orderBy('node_id')
      .execute();
    return rows.map((row) => {
      const { unreachable, ...node } = StoredNode.parse(JSON.parse(row.node_json));
      return {
        node,
        seenMs: row.seen_ms,
        last: row.vitals_json === null ? undefined : parseVitalsJson(row.vitals_json),
        unreachable,
      };
    });
  }

  /** Writes the nodes that there are; those that are not named any more go. */
  async replace(
    clusterId: string,
    nodes: readonly {
      readonly node: FleetNode;
      readonly seenMs: number | undefined;
      readonly unreachable: Unreachable | undefined;
    }[],
  ): Promise<void> {
    await this.#state.transaction().execute(async (db) => {
      await db
        .deleteFrom('cluster_node')
        .where('cluster_id', '=', clusterId)
        .where('node_id', 'not in', ['', ...nodes.map(({ node }) => node.id)])
        .execute();
      for (const { node, seenMs, unreachable } of nodes) {
        const stored = { ...node, unreachable } satisfies z.input<typeof StoredNode>;
        const values = { node_json: JSON.stringify(stored), seen_ms: seenMs ?? null };
        await db
          .insertInto('cluster_node')
          .values({ cluster_id: clusterId, node_id: node.id, vitals_json: null, ...values })
          .onConflict((conflict) => conflict.columns(['cluster_id', 'node_id']).doUpdateSet(values))
          .execute();
      }
    });
  }

  /**
   * Writes where the counters of nodes stand, within a transaction. Nodes that are gone are passed
   * over.
   */
  async keepVitals(
    db: State,
    samples: Iterable<{
      readonly cluster: string;
      readonly node: string;
      readonly sample: VitalsSample;
    }>,
  ): Promise<void> {
    for (const { cluster, node, sample } of samples)
      await db
        .updateTable('cluster_node')
        .set({ vitals_json: renderVitals(sample) })
        .where('cluster_id', '=', cluster)
        .where('node_id', '=', node)
        .execute();
  }
}
