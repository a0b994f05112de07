import { addressText, NodeError, readMntr } from '../../../adapters/clickhouse/fleet/index.ts';
import type { Logger } from '../../../base/log.ts';
import type { KeeperObservation, KeeperSample } from '../../../core/health/index.ts';
import type { NodeAddress } from '../../../model/fleet/cluster.ts';
import { Lane } from './lane.ts';

const keptMs = 3_600_000;

/** Asks the Keeper or ZooKeeper servers of a cluster how they are. */
export class KeeperWatch {
  readonly #servers: readonly NodeAddress[];
  readonly #timeoutMs: number;
  readonly #lane: Lane;
  readonly #samples = new Map<string, readonly KeeperSample[]>();

  /** Times in milliseconds: between two samples, and the longest wait for one. */
  constructor(servers: readonly NodeAddress[], everyMs: number, timeoutMs: number, log: Logger) {
    this.#servers = servers;
    this.#timeoutMs = timeoutMs;
    this.#lane = new Lane(
      () => this.read().then(() => everyMs),
      (error) => log.error('collection_failed', { error }),
    );
  }

  start(): void {
    if (this.#servers.length > 0) this.#lane.wake();
  }

  stop(): Promise<void> {
    return this.#lane.stop();
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
