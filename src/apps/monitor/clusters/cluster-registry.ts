import type { z } from 'zod';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { ClusterSettings } from '../../../model/fleet/cluster.ts';
import type { ClusterChange } from '../../../model/fleet/fleet-api.ts';
import { changedSettings, withoutEmpty } from './change-settings.ts';
import { type ClusterRows, makeClusterId, type WatchedCluster } from './cluster-rows.ts';

/** Who wants to know that a cluster is there, has changed, or is gone. */
export interface ClusterListener {
  watch(cluster: WatchedCluster): void;
  /** `reconnects`: its address, user or nodes are others now. */
  change(cluster: WatchedCluster, reconnects: boolean): void;
  forget(id: string): Promise<void>;
}

/** All clusters that are watched: those people added, those of the file, that of the environment. */
export class ClusterRegistry {
  readonly #rows: ClusterRows;
  readonly #max: number;
  readonly #listener: ClusterListener;
  readonly #clusters = new Map<string, WatchedCluster>();

  constructor(rows: ClusterRows, max: number, listener: ClusterListener) {
    this.#rows = rows;
    this.#max = max;
    this.#listener = listener;
  }

  /** Loads what is stored and adopts what was declared. */
  async load(declared: readonly WatchedCluster[]): Promise<void> {
    const added = await this.#rows.listAdded();
    const adopted: WatchedCluster[] = [];
    for (const cluster of declared) adopted.push(await this.#rows.adopt(cluster));
    for (const cluster of [...adopted, ...added]) {
      this.#clusters.set(cluster.id, cluster);
      this.#listener.watch(cluster);
    }
  }

  list(): WatchedCluster[] {
    return [...this.#clusters.values()];
  }

  /** Throws a RequestFailure where there is none. */
  get(id: string): WatchedCluster {
    const cluster = this.#clusters.get(id);
    if (cluster) return cluster;
    throw new RequestFailure('not_found', `there is no cluster ${id}`, {
      hint: 'GET /api/v1/clusters lists them.',
    });
  }

  /** Throws a RequestFailure for a name that is taken, and beyond the limit. */
  async add(settings: ClusterSettings): Promise<WatchedCluster> {
    this.#refuseTwice(settings.name);
    if (this.#clusters.size >= this.#max)
      throw new RequestFailure('limit_exceeded', `there are ${this.#max} clusters already`, {
        hint: 'Remove one, or raise MONITOR_CLUSTERS.',
      });
    const cluster: WatchedCluster = {
      id: makeClusterId(),
      settings: withoutEmpty(settings),
      origin: 'api',
      paused: false,
      createdMs: Date.now(),
    };
    await this.#rows.save(cluster, true);
    this.#clusters.set(cluster.id, cluster);
    this.#listener.watch(cluster);
    return cluster;
  }

  async change(id: string, change: z.output<typeof ClusterChange>): Promise<WatchedCluster> {
    const { paused, ...parts } = change;
    const before = this.get(id);
    const changed = Object.keys(parts);
    if (before.origin !== 'api' && changed.length > 0)
      throw new RequestFailure('conflict', `"${before.settings.name}" is declared elsewhere`, {
        hint: `Change it ${before.origin === 'file' ? 'in the clusters file' : 'by the CLICKHOUSE_ variables'} and restart; only pausing is possible here.`,
      });
    if (parts.name !== undefined && parts.name !== before.settings.name)
      this.#refuseTwice(parts.name);
    const settings = changedSettings(before.settings, parts);
    const { sealed, ...kept } = before;
    const stillSealed = sealed !== undefined && parts.password === undefined;
    const after: WatchedCluster = {
      ...kept,
      settings,
      paused: paused ?? before.paused,
      ...(stillSealed ? { sealed } : {}),
    };
    if (after.origin === 'api') await this.#rows.save(after, !stillSealed);
    else await this.#rows.pause(id, after.paused);
    this.#clusters.set(id, after);
    const harmless = new Set(['name', 'labels']);
    this.#listener.change(
      after,
      changed.some((part) => !harmless.has(part)),
    );
    return after;
  }

  async remove(id: string): Promise<void> {
    const cluster = this.get(id);
    if (cluster.origin !== 'api')
      throw new RequestFailure('conflict', `"${cluster.settings.name}" is declared elsewhere`, {
        hint: `Take it out of ${cluster.origin === 'file' ? 'the clusters file' : 'the environment'} and restart.`,
      });
    this.#clusters.delete(id);
    await this.#listener.forget(id);
    await this.#rows.remove(id);
  }

  #refuseTwice(name: string): void {
    if (this.list().some((each) => each.settings.name === name))
      throw new RequestFailure('conflict', `there is a cluster named "${name}" already`);
  }
}
