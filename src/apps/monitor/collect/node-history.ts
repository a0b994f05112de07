import { setTimeout as sleep } from 'node:timers/promises';
import { NodeError } from '../../../adapters/clickhouse/fleet/index.ts';
import type { Logger } from '../../../base/log.ts';
import {
  type BackfillOf,
  type BackfillSource,
  backfillSamples,
  backfillSources,
  backfillStatement,
  oldestStatement,
} from '../../../core/samples/backfill.ts';
import {
  type BackfillWindow,
  backfillEndSeconds,
  firstSpanSeconds,
  nextSpanSeconds,
  nextWindow,
} from '../../../core/samples/backfill-window.ts';
import type { HistoryOf, HistoryProgress, HistoryRows } from '../state/history-rows.ts';
import { historyNames } from './history-names.ts';
import type { NodeWatch } from './node-watch.ts';
import type { SampleWriter } from './sample-writer.ts';
import type { Places } from './statement-gate.ts';

export interface HistoryParts {
  readonly rows: HistoryRows;
  readonly samples: SampleWriter;
  /** How many histories are read at a time, of all clusters. */
  readonly places: Places;
  /** How far back; 0 = not at all. */
  readonly backMs: number;
  /** Of the time that it takes a node, what share of all time that may be. */
  readonly share: number;
  readonly log: Logger;
}

/** How a history goes. */
export interface HistoryView {
  readonly state: 'off' | 'waiting' | 'reading' | 'done' | 'failing';
  readonly progress: HistoryProgress | undefined;
  readonly sources: readonly BackfillSource[];
  readonly problem: string | undefined;
}

type Columns = ReadonlyMap<string, ReadonlySet<string>>;

const firstPauseMs = 5_000;
const longestPauseMs = 600_000;
/** Of the time that a window took, at most this is rested: it was an odd one. */
const longestRestMs = 15_000;

/**
 * Reads back what a node's own logs tell of the days before it was watched: the newest first, window
 * by window, each with a rest after it. How far it came is written down with the samples, so that
 * the next process goes on there. What fails is tried again, in smaller windows and later.
 */
export class NodeHistory {
  readonly #of: HistoryOf;
  readonly #watch: NodeWatch;
  readonly #parts: HistoryParts;
  readonly #signal: AbortSignal;
  #state: HistoryView['state'] = 'waiting';
  #progress: HistoryProgress | undefined;
  #since = new Map<BackfillSource, number>();
  #spanSeconds = firstSpanSeconds;
  #problem: string | undefined;

  constructor(of: HistoryOf, watch: NodeWatch, parts: HistoryParts, signal: AbortSignal) {
    this.#of = of;
    this.#watch = watch;
    this.#parts = parts;
    this.#signal = signal;
  }

  get view(): HistoryView {
    return {
      state: this.#parts.backMs === 0 ? 'off' : this.#state,
      progress: this.#progress,
      sources: [...this.#since.keys()],
      problem: this.#problem,
    };
  }

  /** Reads until all is there. Never throws; ends early by the signal. */
  async run(): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        await this.#parts.places.run(this.#signal, () => this.#read());
        return;
      } catch (error) {
        if (this.#signal.aborted) return;
        this.#fail(error);
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** failures);
        await sleep(pauseMs, undefined, { signal: this.#signal }).catch(() => undefined);
      }
    }
  }

  #fail(error: unknown): void {
    const { log } = this.#parts;
    this.#state = 'failing';
    this.#problem = error instanceof Error ? error.message : String(error);
    this.#spanSeconds = nextSpanSeconds(this.#spanSeconds, Number.POSITIVE_INFINITY);
    const facts = { node: this.#of.node, detail: this.#problem };
    if (error instanceof NodeError) log.warn('history_waits', facts);
    else log.error('history_failed', { ...facts, error });
  }

  async #read(): Promise<void> {
    const { capabilities, memory } = this.#watch.observation();
    const vitals = memory.newest;
    if (!capabilities || !vitals) throw new Error('the node was not read yet');
    this.#progress ??= (await this.#parts.rows.get(this.#of)) ?? (await this.#begin(vitals));
    if (this.#progress.endedMs === null) {
      this.#state = 'reading';
      await this.#findOldest(capabilities.tables, this.#progress);
      // Without a log nothing ends: the next process may be allowed to read one.
      if (this.#since.size > 0)
        await this.#readWindows(capabilities.tables, {
          ...this.#of,
          hostName: vitals.hostName,
          startedMs: 0,
          skewMs: vitals.clock?.skewMs ?? 0,
          queriesSinceSeconds: this.#since.get('query_log'),
        });
    }
    this.#problem = undefined;
    this.#state = 'done';
  }

  async #begin(vitals: { readonly clock?: { readonly skewMs: number } }): Promise<HistoryProgress> {
    const nowMs = Date.now();
    const firstMs = this.#watch.firstMs ?? nowMs;
    const toMs = backfillEndSeconds(firstMs + (vitals.clock?.skewMs ?? 0)) * 1_000;
    const fromMs = toMs - this.#parts.backMs;
    const endedMs = this.#parts.backMs === 0 ? nowMs : null;
    const progress = { fromMs, toMs, readMs: toMs, samples: 0, startedMs: nowMs, endedMs };
    await this.#parts.rows.begin(this.#of, progress);
    return progress;
  }

  /** Which logs there are, and from when on. */
  async #findOldest(tables: Columns, { fromMs }: HistoryProgress): Promise<void> {
    this.#since = new Map();
    for (const source of backfillSources(tables)) {
      const { rows } = await this.#ask(oldestStatement(source, tables, fromMs / 1_000));
      const [since, count] = (rows[0] ?? []).map(Number);
      if (since && count) this.#since.set(source, Math.max(since, fromMs / 1_000));
    }
  }

  async #readWindows(tables: Columns, of: BackfillOf): Promise<void> {
    for (let progress = this.#progress; progress?.endedMs === null; progress = this.#progress) {
      const bounds = {
        startSeconds: this.#startSeconds(progress),
        endSeconds: progress.toMs / 1_000,
      };
      const window = nextWindow(progress.readMs / 1_000, bounds, this.#spanSeconds);
      const { rows, tookMs } = window
        ? await this.#readWindow(tables, window)
        : { rows: [], tookMs: 0 };
      const samples = window ? backfillSamples(rows, window, of) : [];
      const next: HistoryProgress = {
        ...progress,
        readMs: window ? window.fromSeconds * 1_000 : progress.fromMs,
        samples: progress.samples + samples.length,
        endedMs: window && window.fromSeconds > bounds.startSeconds ? null : Date.now(),
      };
      await this.#parts.samples.addPast(samples, (db) =>
        this.#parts.rows.advance(db, this.#of, next),
      );
      this.#progress = next;
      this.#spanSeconds = nextSpanSeconds(this.#spanSeconds, tookMs);
      const restMs = Math.min(longestRestMs, tookMs / this.#parts.share - tookMs);
      if (next.endedMs === null) await sleep(restMs, undefined, { signal: this.#signal });
    }
    const { samples, startedMs, endedMs } = this.#progress!;
    const seconds = ((endedMs ?? startedMs) - startedMs) / 1_000;
    this.#parts.log.info('history_read', { node: this.#of.node, samples, seconds });
  }

  /** Before that no log has a row. */
  #startSeconds({ fromMs, toMs }: HistoryProgress): number {
    return Math.max(fromMs / 1_000, Math.min(toMs / 1_000, ...this.#since.values()));
  }

  async #readWindow(tables: Columns, window: BackfillWindow) {
    const rows: (readonly unknown[])[] = [];
    let tookMs = 0;
    for (const [source, since] of this.#since) {
      if (since >= window.toSeconds) continue;
      const sql = backfillStatement(source, tables, historyNames, window);
      if (!sql) continue;
      const answer = await this.#ask(sql);
      for (const row of answer.rows) rows.push(row);
      tookMs += answer.cost?.elapsedMs ?? answer.waitedMs;
    }
    return { rows, tookMs };
  }

  #ask(sql: string) {
    return this.#watch.questions.ask({ kind: 'history', sql, signal: this.#signal });
  }
}
