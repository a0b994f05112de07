import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../base/log.ts';
import { checks } from '../../../core/health/index.ts';
import {
  backfillSamples,
  backfillSpans,
  backfillStatements,
} from '../../../core/samples/backfill.ts';
import type { NodeWatch } from './node-watch.ts';
import type { SampleWriter } from './sample-writer.ts';

/** Metrics and events that pages and checks look back at. */
const names: readonly string[] = [
  ...new Set([
    ...checks.flatMap((check) => check.series ?? []),
    ...['DelayedInserts', 'FailedInsertQuery', 'FailedQuery', 'FailedSelectQuery', 'InsertQuery'],
    ...['InsertedBytes', 'InsertedRows', 'MergedRows', 'OSReadBytes', 'OSWriteBytes', 'Query'],
    ...['SelectQuery', 'SelectedBytes', 'SelectedRows', 'Merge', 'PartMutation', 'ReplicatedFetch'],
    ...['FilesystemMainPathAvailableBytes', 'FilesystemMainPathUsedBytes', 'HTTPConnection'],
    ...['MaxPartCountForPartition', 'MemoryResident', 'MemoryTracking', 'NumberOfDetachedParts'],
    ...['OSMemoryAvailable', 'OSUserTimeNormalized', 'ReplicasMaxAbsoluteDelay', 'ReadonlyReplica'],
    ...['ReplicasSumQueueSize', 'TotalPartsOfMergeTreeTables', 'Uptime', 'ZooKeeperSession'],
  ]),
];

/** Of the time that it takes, this many times as long is waited: history is in no hurry. */
const restFactor = 9;
const longestRestMs = 10_000;

/**
 * Reads back what the logs of newly seen nodes tell of the last days, once, one statement after
 * another with rests between them.
 */
export class Backfill {
  readonly #cluster: string;
  readonly #samples: SampleWriter;
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<NodeWatch>();

  constructor(cluster: string, samples: SampleWriter, log: Logger, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#samples = samples;
    this.#log = log;
    this.#signal = signal;
  }

  /** A node that no earlier process knew. */
  add(watch: NodeWatch): void {
    this.#waiting.add(watch);
  }

  /** Begins with those nodes of which it is known what they have. */
  begin(): void {
    for (const watch of this.#waiting) {
      const { capabilities } = watch.observation();
      if (!watch.node.online || !capabilities) continue;
      this.#waiting.delete(watch);
      this.#read(watch, capabilities.tables).catch((error: unknown) => {
        if (!this.#signal.aborted)
          this.#log.warn('history_not_read', { node: watch.node.id, error });
      });
    }
  }

  async #read(watch: NodeWatch, tables: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    const { id: node, hostName } = watch.node;
    const of = { cluster: this.#cluster, node, hostName, startedMs: 0 };
    let count = 0;
    for (const span of backfillSpans(Date.now())) {
      const rows: (readonly unknown[])[] = [];
      for (const sql of backfillStatements(tables, names, span)) {
        const answer = await watch.questions.ask({ kind: 'history', sql, signal: this.#signal });
        rows.push(...answer.rows);
        const restMs = Math.min(answer.elapsedMs * restFactor, longestRestMs);
        await sleep(restMs, undefined, { signal: this.#signal });
      }
      const samples = backfillSamples(rows, of);
      count += samples.length;
      this.#samples.addHistory(samples);
    }
    if (count > 0) this.#log.info('history_read', { node, samples: count });
  }
}
