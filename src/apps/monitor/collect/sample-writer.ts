import { createHash } from 'node:crypto';
import type { Spool } from '../../../adapters/spool/spool.ts';
import type { Logger } from '../../../base/log.ts';
import { counterIncreases } from '../../../core/health/index.ts';
import { encodeSamples, type FleetSample } from '../../../core/samples/encode-samples.ts';
import type { VitalsSample } from '../../../model/fleet/reading.ts';
import type { NodeRows } from '../state/node-rows.ts';

/** Samples are gathered for this long, so that many nodes share one write. */
const gatherMs = 2_000;
const samplesAtATime = 500;
/** Samples that wait in memory while the spool takes nothing: half an hour of 100 nodes. */
const waitingLimit = 12_000;
/** Beyond this, two samples say nothing of the time between them. */
const longestElapsedMs = 3_600_000;

interface Waiting {
  readonly sample: FleetSample;
  /** Absent for what was read back from a server's logs. */
  readonly vitals?: VitalsSample;
}

/**
 * What a vitals sample adds to the one before of the same server. Without one, or after a long
 * silence, nothing is said of how counters grew.
 */
export function fleetSample(
  cluster: string,
  node: string,
  vitals: VitalsSample,
  before: VitalsSample | undefined,
): FleetSample {
  const elapsedMs = before ? vitals.atMs - before.atMs : 0;
  const comparable = elapsedMs > 0 && elapsedMs <= longestElapsedMs;
  const grown = comparable ? counterIncreases(before, vitals) : new Map<string, number>();
  return {
    cluster,
    node,
    hostName: vitals.hostName,
    atMs: vitals.atMs,
    startedMs: vitals.startedMs,
    elapsedMs: comparable ? elapsedMs : 0,
    gauges: vitals.gauges,
    increases: new Map([...grown].filter(([, increase]) => increase > 0)),
  };
}

/**
 * Gives samples to the spool, which keeps them while the store is away, and then writes down where
 * the counters of their nodes stand, so that the next process goes on from there.
 */
export class SampleWriter {
  readonly #rows: NodeRows;
  readonly #log: Logger;
  #spool: Spool | undefined;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #dropped = 0;

  constructor(rows: NodeRows, log: Logger) {
    this.#rows = rows;
    this.#log = log;
  }

  /** From now on samples can be written. */
  open(spool: Spool): void {
    this.#spool = spool;
    this.#arm();
  }

  /** Samples that were lost because neither spool nor memory had room. */
  get dropped(): number {
    return this.#dropped;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(cluster: string, node: string, vitals: VitalsSample, before: VitalsSample | undefined): void {
    this.#push([{ sample: fleetSample(cluster, node, vitals, before), vitals }]);
  }

  /** Samples of the past. */
  addHistory(samples: readonly FleetSample[]): void {
    this.#push(samples.map((sample) => ({ sample })));
  }

  #push(waiting: readonly Waiting[]): void {
    this.#waiting.push(...waiting);
    const excess = this.#waiting.length - waitingLimit;
    if (excess > 0) {
      this.#waiting.splice(0, excess);
      this.#dropped += excess;
    }
    this.#arm();
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  #arm(afterMs = gatherMs): void {
    if (this.#timer || !this.#spool || this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => void this.flush(), afterMs);
  }

  async #write(): Promise<void> {
    const spool = this.#spool;
    while (spool && this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, samplesAtATime);
      const refusedForMs = await this.#append(spool, batch);
      if (refusedForMs !== undefined) return this.#arm(refusedForMs);
      this.#waiting = this.#waiting.filter((each) => !batch.includes(each));
      await this.#keepCounters(batch);
    }
  }

  /** How long to wait before the next try, where the spool did not take the batch. */
  async #append(spool: Spool, batch: readonly Waiting[]): Promise<number | undefined> {
    const block = encodeSamples(batch.map(({ sample }) => sample));
    const digest = createHash('sha256').update(block.bytes).digest();
    const outcome = await spool.append({ signal: 'metrics', keyId: '', digest, blocks: [block] });
    if (outcome.kind !== 'refused') {
      spool.answered(outcome.entry);
      return undefined;
    }
    this.#log.warn('samples_wait', { samples: this.#waiting.length, detail: outcome.message });
    return Math.max(gatherMs, outcome.retryAfterMs);
  }

  async #keepCounters(batch: readonly Waiting[]): Promise<void> {
    const newest = new Map(
      batch.flatMap(({ sample, vitals }) =>
        vitals ? [[`${sample.cluster}/${sample.node}`, { sample, vitals }] as const] : [],
      ),
    );
    if (newest.size === 0) return;
    try {
      await this.#rows.keepVitals(
        [...newest.values()].map(({ sample, vitals }) => ({
          cluster: sample.cluster,
          node: sample.node,
          sample: vitals,
        })),
      );
    } catch (error) {
      this.#log.error('counters_not_kept', { error });
    }
  }
}
