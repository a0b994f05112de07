import { createHash } from 'node:crypto';
import { ownKeyId, type Spool } from '../../../adapters/spool/spool.ts';
import type { State } from '../../../adapters/state/index.ts';
import type { Logger } from '../../../base/log.ts';
import { encodeSamples, type FleetSample } from '../../../core/samples/encode-samples.ts';
import type { VitalsSample } from '../../../model/fleet/reading.ts';
import type { NodeRows } from '../state/node-rows.ts';
import type { OutboxRows, SampleBatch } from '../state/outbox-rows.ts';
import { fleetSample } from './fleet-sample.ts';

/** Samples are gathered for this long, so that many nodes share one write. */
const gatherMs = 2_000;
const samplesAtATime = 500;
/** Samples that wait in memory while the spool takes nothing: half an hour of 100 nodes. */
const waitingLimit = 12_000;

interface Waiting {
  readonly sample: FleetSample;
  readonly vitals: VitalsSample;
}

/** Samples of the past, and what to write down with them. */
interface PastSamples {
  readonly samples: readonly FleetSample[];
  readonly also: (db: State) => Promise<void>;
  readonly settled: PromiseWithResolvers<void>;
}

export interface SampleWriterParts {
  readonly nodes: NodeRows;
  readonly outbox: OutboxRows;
  readonly log: Logger;
}

/**
 * Gives samples to the spool, which keeps them while the store is away. Each batch is first written
 * down together with where the counters of its nodes then stand, and struck off when the spool has
 * it: a process that ends anywhere between leaves a batch that the next one gives again, and the
 * spool knows a batch that it has. So no growth of a counter is counted twice, and none is lost.
 */
export class SampleWriter {
  readonly #parts: SampleWriterParts;
  #spool: Spool | undefined;
  #waiting: Waiting[] = [];
  readonly #past: PastSamples[] = [];
  /** What was written down and the spool is not known to have, the oldest first. */
  #pending: SampleBatch[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #dropped = 0;

  constructor(parts: SampleWriterParts) {
    this.#parts = parts;
  }

  /** From now on samples can be written; those that an earlier process had begun with come first. */
  open(spool: Spool): void {
    this.#writing = this.#writing.then(async () => {
      try {
        this.#pending = await this.#parts.outbox.list();
      } catch (error) {
        this.#parts.log.error('samples_not_resumed', { error });
      }
      this.#spool = spool;
      this.#arm(1);
    });
  }

  /** Samples that were lost because neither spool nor memory had room. */
  get dropped(): number {
    return this.#dropped;
  }

  get waiting(): number {
    return this.#pending.reduce((sum, { rows }) => sum + rows, this.#waiting.length);
  }

  add(cluster: string, node: string, vitals: VitalsSample, before: VitalsSample | undefined): void {
    this.#waiting.push({ sample: fleetSample(cluster, node, vitals, before), vitals });
    const excess = this.#waiting.length - waitingLimit;
    if (excess > 0) {
      this.#waiting.splice(0, excess);
      this.#dropped += excess;
    }
    this.#arm();
  }

  /**
   * Samples of the past: resolves when they are written down for the spool together with what `also`
   * writes, so that they are never read again and never missed. Rejects where that fails.
   */
  addPast(samples: readonly FleetSample[], also: (db: State) => Promise<void>): Promise<void> {
    const settled = Promise.withResolvers<void>();
    this.#past.push({ samples, also, settled });
    this.#arm(1);
    return settled.promise;
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  #arm(afterMs = gatherMs): void {
    if (this.#timer || !this.#spool) return;
    if (this.#pending.length + this.#past.length + this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => void this.flush(), afterMs);
  }

  async #write(): Promise<void> {
    const spool = this.#spool;
    if (!spool) return;
    while (this.#pending.length > 0 || (await this.#prepare())) {
      const [batch] = this.#pending;
      if (!batch) continue;
      const refusedForMs = await this.#append(spool, batch);
      if (refusedForMs !== undefined) return this.#arm(refusedForMs);
      this.#pending.shift();
    }
  }

  /** Writes the next batch down. False where there is none. */
  async #prepare(): Promise<boolean> {
    const past = this.#past.shift();
    if (past) {
      await this.#preparePast(past);
      return true;
    }
    const waiting = this.#waiting.splice(0, samplesAtATime);
    if (waiting.length === 0) return false;
    const batch = batchOf(waiting.map(({ sample }) => sample));
    const newest = new Map(
      waiting.map(({ sample: { cluster, node }, vitals }) => [
        `${cluster}/${node}`,
        { cluster, node, sample: vitals },
      ]),
    );
    try {
      await this.#parts.outbox.put(batch, (db) =>
        this.#parts.nodes.keepVitals(db, newest.values()),
      );
    } catch (error) {
      // The samples are worth more than that they are counted once after a crash.
      this.#parts.log.error('counters_not_kept', { error });
    }
    this.#pending.push(batch);
    return true;
  }

  async #preparePast({ samples, also, settled }: PastSamples): Promise<void> {
    try {
      if (samples.length === 0) await this.#parts.outbox.write(also);
      else {
        const batch = batchOf(samples);
        await this.#parts.outbox.put(batch, also);
        this.#pending.push(batch);
      }
      settled.resolve();
    } catch (error) {
      settled.reject(error);
    }
  }

  /** How long to wait before the next try, where the spool did not take the batch. */
  async #append(spool: Spool, batch: SampleBatch): Promise<number | undefined> {
    const { outbox, log } = this.#parts;
    const { rows, digest } = batch;
    const outcome = await spool.append({
      signal: 'metrics',
      keyId: ownKeyId,
      digest: Buffer.from(digest, 'hex'),
      // The spool takes the memory over, and a batch that was refused is given again.
      blocks: [{ table: 'fleet_samples', rows, bytes: new Uint8Array(batch.bytes) }],
    });
    if (outcome.kind === 'refused') {
      log.warn('samples_wait', { samples: this.waiting, detail: outcome.message });
      return Math.max(gatherMs, outcome.retryAfterMs);
    }
    try {
      await outbox.remove(digest);
      spool.answered(outcome.entry);
    } catch (error) {
      // Given again by the next process: the spool must still know it then.
      log.error('samples_not_struck_off', { error });
    }
    return undefined;
  }
}

function batchOf(samples: readonly FleetSample[]): SampleBatch {
  const { rows, bytes } = encodeSamples(samples);
  return { rows, bytes, digest: createHash('sha256').update(bytes).digest('hex') };
}
