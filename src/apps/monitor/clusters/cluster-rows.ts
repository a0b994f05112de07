import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { SecretStore, State } from '../../../adapters/state/index.ts';
import { SecretError } from '../../../adapters/state/index.ts';
import { ClusterSettings } from '../../../model/fleet/cluster.ts';

/** A cluster as the collector works with it. */
export interface WatchedCluster {
  readonly id: string;
  readonly settings: ClusterSettings;
  readonly origin: 'api' | 'file' | 'environment';
  readonly paused: boolean;
  readonly createdMs: number;
  /** Why its password cannot be read; the password in `settings` is '' then. */
  readonly sealed?: string;
}

/** What of the settings is a secret. */
const Secrets = z.object({ password: z.string(), tlsKey: z.string().optional() });

const ownerOf = (id: string) => `cluster/${id}`;

export const makeClusterId = (): string => randomBytes(9).toString('base64url').replace(/^-/, 'x');

/** Clusters in the state, their secrets sealed beside them. */
export class ClusterRows {
  readonly #state: State;
  readonly #secrets: SecretStore;

  constructor(state: State, secrets: SecretStore) {
    this.#state = state;
    this.#secrets = secrets;
  }

  /** Those that people added, the oldest first. */
  async listAdded(): Promise<WatchedCluster[]> {
    const rows = await this.#state
      .selectFrom('cluster')
      .selectAll()
      .where('origin', '=', 'api')
      .orderBy('created_ms')
      .execute();
    return Promise.all(
      rows.map(async (row) => {
        const { settings, sealed } = await this.#unseal(row.id, row.settings_json);
        return {
          id: row.id,
          settings,
          origin: row.origin,
          paused: row.paused === 1,
          createdMs: row.created_ms,
          ...(sealed ? { sealed } : {}),
        };
      }),
    );
  }

  /** Writes a cluster that a person added or changed. `withSecrets`: they are new. */
  async save(cluster: WatchedCluster, withSecrets: boolean): Promise<void> {
    const { password, tls, ...plain } = cluster.settings;
    const { key: tlsKey, ...tlsPlain } = tls ?? {};
    await this.#write(cluster, { ...plain, ...(tls ? { tls: tlsPlain } : {}) });
    if (withSecrets)
      await this.#secrets.put(
        ownerOf(cluster.id),
        JSON.stringify({ password, ...(tlsKey ? { tlsKey } : {}) }),
      );
  }

  /**
   * Writes the row that findings and scores of a declared cluster belong to; its settings are
   * wherever it was declared. Gives the time it was first seen, and whether a person paused it.
   */
  async adopt(cluster: WatchedCluster): Promise<WatchedCluster> {
    const row = await this.#state
      .selectFrom('cluster')
      .select(['created_ms', 'paused'])
      .where('id', '=', cluster.id)
      .executeTakeFirst();
    const paused = row?.paused === 1;
    const known = row ? { ...cluster, createdMs: row.created_ms } : cluster;
    // Only what a person paused: what the file pauses goes on when the file says no more of it.
    await this.#write({ ...known, paused }, {});
    return { ...known, paused: cluster.paused || paused };
  }

  async pause(id: string, paused: boolean): Promise<void> {
    await this.#state
      .updateTable('cluster')
      .set({ paused: paused ? 1 : 0 })
      .where('id', '=', id)
      .execute();
  }

  /** Removes the cluster with everything that belongs to it. */
  async remove(id: string): Promise<void> {
    await this.#state.deleteFrom('cluster').where('id', '=', id).execute();
    await this.#secrets.remove(ownerOf(id));
  }

  async #write(cluster: WatchedCluster, settings: object): Promise<void> {
    const values = {
      name: cluster.settings.name,
      settings_json: JSON.stringify(settings),
      origin: cluster.origin,
      paused: cluster.paused ? 1 : 0,
      changed_ms: Date.now(),
    };
    await this.#state
      .insertInto('cluster')
      .values({ id: cluster.id, created_ms: cluster.createdMs, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute();
  }

  async #unseal(
    id: string,
    settingsJson: string,
  ): Promise<{ settings: ClusterSettings; sealed?: string }> {
    const settings = ClusterSettings.parse(JSON.parse(settingsJson));
    try {
      const text = await this.#secrets.get(ownerOf(id));
      if (text === undefined) return { settings };
      const { password, tlsKey } = Secrets.parse(JSON.parse(text));
      const tls = tlsKey ? { tls: { ...settings.tls, key: tlsKey } } : {};
      return { settings: { ...settings, ...tls, password } };
    } catch (error) {
      if (error instanceof SecretError) return { settings, sealed: error.message };
      throw error;
    }
  }
}
