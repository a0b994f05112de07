import { randomBytes } from 'node:crypto';
import type { State } from '../../../adapters/state/index.ts';
import { KillOutcome, type KillRecord } from '../../../model/fleet/query-kill.ts';

/** A try as it begins. */
export type KillTry = Omit<KillRecord, 'id' | 'at'>;

/** Tries that are kept at most: whoever may kill cannot fill the disk with refusals. */
const keptLimit = 100_000;

/** Every try to kill a query, in the state. */
export class KillRows {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** Written before anything is sent. Returns its id. */
  async begin(kill: KillTry, nowMs: number): Promise<string> {
    const id = randomBytes(9).toString('base64url').replace(/^-/, 'x');
    await this.#state
      .insertInto('query_kill')
      .values({
        id,
        at_ms: nowMs,
        actor: kill.actor,
        address: kill.address,
        cluster_id: kill.cluster,
        cluster_name: kill.clusterName,
        node: kill.node,
        query_id: kill.queryId,
        user: kill.user,
        shape: kill.shape,
        sql: kill.sql,
        outcome: kill.outcome,
        detail: kill.detail,
      })
      .execute();
    await this.#forgetOldest();
    return id;
  }

  async settle(id: string, outcome: KillOutcome, detail: string): Promise<void> {
    await this.#state
      .updateTable('query_kill')
      .set({ outcome, detail })
      .where('id', '=', id)
      .execute();
  }

  /** The newest first. */
  async list(cluster: string, limit: number): Promise<KillRecord[]> {
    const rows = await this.#state
      .selectFrom('query_kill')
      .selectAll()
      .where('cluster_id', '=', cluster)
      .orderBy('at_ms', 'desc')
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      at: new Date(row.at_ms).toISOString(),
      actor: row.actor,
      address: row.address,
      cluster: row.cluster_id,
      clusterName: row.cluster_name,
      node: row.node,
      queryId: row.query_id,
      user: row.user,
      shape: row.shape,
      sql: row.sql,
      outcome: KillOutcome.parse(row.outcome),
      detail: row.detail,
    }));
  }

  async #forgetOldest(): Promise<void> {
    await this.#state
      .deleteFrom('query_kill')
      .where('id', 'in', (rows) =>
        rows
          .selectFrom('query_kill')
          .select('id')
          .orderBy('at_ms', 'desc')
          .limit(1_000_000)
          .offset(keptLimit),
      )
      .execute();
  }
}
