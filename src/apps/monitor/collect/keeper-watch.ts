import { addressText, NodeError, readMntr } from '../../../adapters/clickhouse/fleet/index.ts';
import type { KeeperObservation, KeeperSample } from '../../../core/health/index.ts';
import type { NodeAddress } from '../../../model/fleet/cluster.ts';

const keptMs = 3_600_000;

/** Asks the Keeper or ZooKeeper servers of a cluster how they are. */
export class KeeperWatch {
  readonly #servers: readonly NodeAddress[];
  readonly #timeoutMs: number;
  readonly #samples = new Map<string, readonly KeeperSample[]>();

  constructor(servers: readonly NodeAddress[], timeoutMs: number) {
    this.#servers = servers;
    this.#timeoutMs = timeoutMs;
  }

  observations(): KeeperObservation[] {
    return [...this.#samples].map(([id, samples]) => ({ id, samples }));
  }

  /** One sample of each; none of them delays another. */
  async read(): Promise<void> {
    await Promise.all(
      this.#servers.map(async (server) => {
        const id = addressText(server);
        const sample = await this.#ask(server);
        const before = this.#samples.get(id) ?? [];
        const kept = before.filter(({ atMs }) => atMs > sample.atMs - keptMs);
        this.#samples.set(id, [...kept, sample]);
      }),
    );
  }

  async #ask(server: NodeAddress): Promise<KeeperSample> {
    try {
      const mntr = await readMntr(server, { totalMs: this.#timeoutMs });
      return { atMs: Date.now(), mntr };
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      return { atMs: Date.now(), mntr: undefined, problem: error.message };
    }
  }
}
