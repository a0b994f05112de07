import type { Store } from '../../../adapters/clickhouse/store.ts';
import type { Logger } from '../../../base/log.ts';
import { checks } from '../../../core/health/index.ts';
import { diskForecastStatement, usualStatement } from '../../../core/samples/history-statements.ts';
import type { ClusterWatch } from './cluster-watch.ts';
import { Lane } from './lane.ts';

const everyMs = 600_000;
/** The store may still be starting. */
const retryMs = 60_000;
const timeoutMs = 30_000;

/** Counters whose usual growth a check may ask for. */
const names = [...new Set(checks.flatMap((check) => check.series ?? []))];

/**
 * Reads from the store, every ten minutes, what the samples of many days tell: how much counters usually
 * grow, and when disks are full. While the store is away, what was read last stays.
 */
export class HistoryReader {
  readonly #store: Store;
  readonly #watches: () => readonly ClusterWatch[];
  readonly #lane: Lane;

  constructor(store: Store, watches: () => readonly ClusterWatch[], log: Logger) {
    this.#store = store;
    this.#watches = watches;
    this.#lane = new Lane(
      () => this.#turn(log),
      (error) => log.error('history_failed', { error }),
    );
  }

  start(): void {
    this.#lane.wake(retryMs);
  }

  stop(): Promise<void> {
    return this.#lane.stop();
  }

  async #turn(log: Logger): Promise<number> {
    try {
      for (const watch of this.#watches()) await this.#read(watch);
      return everyMs;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      log.debug('history_waits', { detail });
      return retryMs;
    }
  }

  async #read(watch: ClusterWatch): Promise<void> {
    const params = { cluster: watch.cluster.id, names };
    const { database } = this.#store;
    const usual = await this.#rows<{ node: string; name: string; usual: number }>(
      usualStatement(database),
      params,
    );
    const disks = await this.#rows<{ days: number }>(diskForecastStatement(database), params);
    const byNode = Map.groupBy(usual, ({ node }) => node);
    for (const node of watch.watches())
      node.learn(
        new Map((byNode.get(node.node.id) ?? []).map((each) => [each.name, Number(each.usual)])),
      );
    const days = disks.map((each) => Number(each.days)).filter(Number.isFinite);
    watch.forecast(days.length === 0 ? null : Math.min(...days));
  }

  async #rows<T>(query: string, params: Record<string, unknown>): Promise<T[]> {
    const answer = await this.#store.reader.query({
      query,
      query_params: params,
      format: 'JSONEachRow',
      abort_signal: AbortSignal.timeout(timeoutMs),
    });
    return answer.json<T>();
  }
}
