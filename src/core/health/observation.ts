import type { FailureLayer, FleetNode } from '../../model/fleet/cluster.ts';
import type { NodeMemory } from './memory/node-memory.ts';
import type { Capabilities } from './readings/capabilities.ts';

/** A node that did not answer the last vitals statements. */
export interface Unreachable {
  readonly layer: FailureLayer;
  readonly message: string;
  /** When the first miss in a row was. */
  readonly sinceMs: number;
  /** Misses in a row; only of the vitals statement. */
  readonly misses: number;
}

/** Everything that is known of one node when the checks are evaluated. */
export interface NodeObservation {
  readonly node: FleetNode;
  readonly memory: NodeMemory;
  /** Absent until they were probed. */
  readonly capabilities?: Capabilities;
  /** Absent where the last vitals statement was answered. */
  readonly unreachable?: Unreachable;
  /** Median of counters' increase in an hour over seven days, by name. */
  readonly usual?: ReadonlyMap<string, number>;
  /** Factor by which this node's cadences are stretched; 1 where absent. */
  readonly stretch?: number;
  /** What the server showed when it was last connected to; absent without TLS. */
  readonly certificate?: ShownCertificate;
}

/** A certificate as a server shows it while a connection is made. */
export interface ShownCertificate {
  readonly subject: string;
  /** When it ends, by the certificate. */
  readonly expiresMs: number;
}

/** What one Keeper or ZooKeeper server said to `mntr`. */
export interface KeeperSample {
  readonly atMs: number;
  /** `mntr` by key, as text; undefined where it did not answer. */
  readonly mntr: ReadonlyMap<string, string> | undefined;
  readonly problem?: string;
}

export interface KeeperObservation {
  /** `host:port`. */
  readonly id: string;
  /** Of the last hour, oldest first; never empty. */
  readonly samples: readonly KeeperSample[];
}
