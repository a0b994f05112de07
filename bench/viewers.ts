import { setTimeout as sleep } from 'node:timers/promises';
import type { Castellan } from '../test/peers/castellan.ts';

export interface Viewers {
  /** Gives how many requests they sent. */
  stop(): Promise<number>;
}

interface Charts {
  readonly groups: readonly { readonly charts: readonly { readonly metric: string }[] }[];
}

/** Asks as open pages ask: the fleet, a cluster with its charts and findings, what it costs, a node. */
export function startViewers(castellan: Castellan, id: string, count: number): Viewers {
  const stopping = new AbortController();
  const { signal } = stopping;
  let requests = 0;
  const get = async (path: string): Promise<unknown> => {
    requests += 1;
    return castellan.api('GET', path).catch((error: unknown) => {
      if (!signal.aborted) console.error(String(error));
    });
  };
  /** As often as the pages do. */
  const again = async (everyMs: number, paths: () => Promise<string[]>): Promise<void> => {
    // Pages are not opened at one moment.
    await sleep(Math.random() * everyMs, undefined, { signal }).catch(() => undefined);
    while (!signal.aborted) {
      for (const path of await paths()) if (!signal.aborted) await get(path);
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const cluster = `/clusters/${id}`;
  const viewer = async (): Promise<void> => {
    const { groups } = (await get('/charts')) as Charts;
    const metrics = groups.flatMap(({ charts }) => charts.map(({ metric }) => metric));
    const { nodes } = (await get(cluster)) as { nodes: readonly { readonly id: string }[] };
    const [node] = nodes;
    await Promise.all([
      again(10_000, async () => [
        '/clusters',
        cluster,
        `${cluster}/findings`,
        `${cluster}/outcomes`,
      ]),
      again(10_000, async () => [`${cluster}/nodes/${encodeURIComponent(node?.id ?? '')}`]),
      again(60_000, async () => [`${cluster}/cost`, `${cluster}/history`, `${cluster}/readings`]),
      again(10_000, async () => [`${cluster}/readings/running_queries`]),
      again(15_000, async () => {
        const toMs = Date.now();
        return metrics.map(
          (metric) =>
            `${cluster}/series?metric=${encodeURIComponent(metric)}&from=${toMs - 3_600_000}&to=${toMs}`,
        );
      }),
    ]);
  };
  const running = Promise.all(Array.from({ length: count }, viewer));
  return {
    async stop() {
      stopping.abort();
      await running;
      return requests;
    },
  };
}
