import type { State } from '../../../adapters/state/index.ts';

/** How far a node's own logs were read back; times by the server's clock. */
export interface HistoryProgress {
  readonly fromMs: number;
  readonly toMs: number;
  /** All from here to `toMs` was read. */
  readonly readMs: number;
  readonly samples: number;
  readonly startedMs: number;
  readonly endedMs: number | null;
}

export interface HistoryOf {
  readonly cluster: string;
  readonly node: string;
}

/** Histories of nodes in the state. They stay when a node leaves, so that nothing is read twice. */
export class HistoryRows {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  async get({ cluster, node }: HistoryOf): Promise<HistoryProgress | undefined> {
    const row = await this.#state
      .selectFrom('node_history')
      .selectAll()
      .where('cluster_id', '=', cluster)
      .where('node_id', '=', node)
      .executeTakeFirst();
    return (
      row && {
        fromMs: row.from_ms,
        toMs: row.to_ms,
        readMs: row.read_ms,
        samples: row.samples,
        startedMs: row.started_ms,
        endedMs: row.ended_ms,
      }
    );
  }

  async begin({ cluster, node }: HistoryOf, progress: HistoryProgress): Promise<void> {
    await this.#state
      .insertInto('node_history')
      .values({ cluster_id: cluster, node_id: node, ...columnsOf(progress) })
      .execute();
  }

  /** Within the transaction that writes the samples down. */
  async advance(db: State, { cluster, node }: HistoryOf, progress: HistoryProgress): Promise<void> {
    await db
      .updateTable('node_history')
      .set(columnsOf(progress))
      .where('cluster_id', '=', cluster)
      .where('node_id', '=', node)
      .execute();
  }
}

const columnsOf = (progress: HistoryProgress) => ({
  from_ms: progress.fromMs,
  to_ms: progress.toMs,
  read_ms: progress.readMs,
  samples: progress.samples,
  started_ms: progress.startedMs,
  ended_ms: progress.endedMs,
});
