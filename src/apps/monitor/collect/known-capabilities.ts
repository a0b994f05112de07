import {
  type NodeClient,
  probeNodeCapabilities,
} from '../../../adapters/clickhouse/fleet/index.ts';
import { type Capabilities, wantedTables } from '../../../core/health/index.ts';
import { asNodeFailure } from './node-error-facts.ts';
import { shareCapabilities } from './share-capabilities.ts';

/** Capabilities are asked for again after this long, so that a lost right is seen. */
const freshMs = 3_600_000;
/** The first time sooner: a server makes its log tables some seconds after its start. */
const firstFreshMs = 120_000;

/** What one node has and its user may read, as it was last probed. */
export class KnownCapabilities {
  #current: Capabilities | undefined;
  #atMs = 0;
  #probes = 0;

  get current(): Capabilities | undefined {
    return this.#current;
  }

  get isDue(): boolean {
    const afterMs = this.#probes > 1 ? freshMs : firstFreshMs;
    return !this.#current || Date.now() - this.#atMs > afterMs;
  }

  /** To be asked anew; until then what is known stands. */
  expire(): void {
    this.#atMs = 0;
    this.#probes = 0;
  }

  /** What is known is wrong. */
  drop(): void {
    this.expire();
    this.#current = undefined;
  }

  /**
   * Probes the node. A server that answers and cannot be probed is watched by what needs no rights:
   * gives why. Throws a NodeError where it does not answer.
   */
  async probe(client: NodeClient): Promise<string | undefined> {
    try {
      this.#current = shareCapabilities(await probeNodeCapabilities(client, wantedTables));
      this.#atMs = Date.now();
      this.#probes += 1;
      return undefined;
    } catch (error) {
      const failure = asNodeFailure(error);
      if (failure.code === undefined || failure.layer === 'authentication') throw failure;
      return failure.message;
    }
  }
}
