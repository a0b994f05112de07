import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { State } from '../../../adapters/state/index.ts';

/** Samples as one block, on their way to the spool. */
export interface SampleBatch {
  /** SHA-256 of the block in hex: by it the spool knows a batch that it has already. */
  readonly digest: string;
  readonly rows: number;
  /** Native block of `fleet_samples`. */
  readonly bytes: Uint8Array;
}

/** Numbers compress well at any level, and this is done for each batch. */
const level = 1;

/**
 * Batches that were put and that the spool may or may not have. A batch is put together with what
 * says that it was read (counters, how far a history went), so that neither can be without the other.
 */
export class OutboxRows {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** What was read gave no samples: only that is written. */
  async write(also: (db: State) => Promise<void>): Promise<void> {
    await this.#state.transaction().execute(also);
  }

  async put(batch: SampleBatch, also: (db: State) => Promise<void>): Promise<void> {
    const { digest, rows, bytes } = batch;
    const block = deflateRawSync(bytes, { level });
    await this.#state.transaction().execute(async (db) => {
      await db
        .insertInto('sample_outbox')
        .values({ digest, rows, block, created_ms: Date.now() })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await also(db);
    });
  }

  /** The oldest first. */
  async list(): Promise<SampleBatch[]> {
    const rows = await this.#state
      .selectFrom('sample_outbox')
      .selectAll()
      .orderBy('created_ms')
      .execute();
    return rows.map(({ digest, rows: count, block }) => ({
      digest,
      rows: count,
      bytes: inflateRawSync(block),
    }));
  }

  async remove(digest: string): Promise<void> {
    await this.#state.deleteFrom('sample_outbox').where('digest', '=', digest).execute();
  }
}
