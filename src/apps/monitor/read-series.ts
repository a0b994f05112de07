import type { z } from 'zod';
import type { Store } from '../../adapters/clickhouse/store.ts';
import { fillSeries, planSeries } from '../../core/samples/series-statement.ts';
import { RequestFailure } from '../../model/api/failure.ts';
import type { SeriesData } from '../../model/fleet/fleet-api.ts';
import type { MsRange } from './fleet.ts';

type Series = z.infer<typeof SeriesData>;

/** Answers that are kept at most. */
const keptLimit = 500;
const timeoutMs = 15_000;

/**
 * Reads series of samples from the store. What several viewers ask for at a time is asked once, and
 * kept for a while.
 */
export class SeriesReader {
  readonly #store: Store;
  readonly #keptMs: number;
  readonly #vitalsMs: number;
  readonly #kept = new Map<string, { readonly atMs: number; readonly answer: Promise<Series> }>();

  constructor(store: Store, keptMs: number, vitalsMs: number) {
    this.#store = store;
    this.#keptMs = keptMs;
    this.#vitalsMs = vitalsMs;
  }

  /** Throws a RequestFailure for a metric that is none, and where the store does not answer. */
  read(cluster: string, metric: string, range: MsRange): Promise<Series> {
    const planned = planSeries({
      database: this.#store.database,
      cluster,
      metric,
      ...range,
      nowMs: Date.now(),
      vitalsMs: this.#vitalsMs,
    });
    if (!planned.ok) throw new RequestFailure('invalid_request', planned.error);
    const { sql, params, stepMs } = planned.value;
    // Within one step nothing new can be seen.
    const ends = Math.floor(range.toMs / stepMs);
    const key = JSON.stringify([cluster, metric, stepMs, params.from, ends]);
    const there = this.#kept.get(key);
    if (there && Date.now() - there.atMs < Math.min(this.#keptMs, this.#vitalsMs / 2))
      return there.answer;
    const answer = this.#ask(metric, sql, params, stepMs);
    this.#kept.delete(key);
    this.#kept.set(key, { atMs: Date.now(), answer });
    answer.catch(() => this.#kept.delete(key));
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size > keptLimit) this.#kept.delete(oldest);
    return answer;
  }

  async #ask(
    metric: string,
    sql: string,
    params: Readonly<Record<string, string | number>>,
    stepMs: number,
  ): Promise<Series> {
    try {
      const answer = await this.#store.reader.query({
        query: sql,
        query_params: params,
        format: 'JSONEachRow',
        abort_signal: AbortSignal.timeout(timeoutMs),
      });
      const rows = await answer.json<{ node: string; at: string | number; value: number | null }>();
      const known = rows.map(({ node, at, value }) => ({ node, at: Number(at), value }));
      return { metric, stepMs, sql, series: fillSeries(known, stepMs) };
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new RequestFailure('store_unavailable', `the samples cannot be read: ${detail}`, {
        hint: 'What is collected meanwhile waits in the spool.',
        cause,
        retryAfterSeconds: 5,
      });
    }
  }
}
