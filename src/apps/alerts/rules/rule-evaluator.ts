import type { Logger } from '../../../base/log.ts';
import {
  judgeRule,
  missedTimes,
  type Observation,
  ruleSource,
} from '../../../core/alerting/index.ts';
import type { Rule } from '../../../model/alert/rule-api.ts';
import type { AlertCounts } from '../alert-counts.ts';
import type { AlertEngine } from '../alert-engine.ts';
import type { RuleStore } from '../store/rule-store.ts';
import { readRule } from './read-rule.ts';
import type { KnownCluster, RuleData } from './rule-data.ts';

export interface EvaluatorOptions {
  readonly rules: RuleStore;
  readonly engine: AlertEngine;
  readonly data: RuleData;
  readonly counts: Pick<AlertCounts, 'evaluations' | 'unanswered'>;
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly log: Logger;
}

/** How long telemetry and samples may take from their time to being stored before they count. */
const storedAfterMs = 10_000;

/** Evaluates the rules that are due, each on its own. */
export class RuleEvaluator {
  readonly #options: EvaluatorOptions;
  readonly #running = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(options: EvaluatorOptions) {
    this.#options = options;
  }

  /** Begins with every rule that is due and does not run; resolves when those are begun. */
  async turn(): Promise<void> {
    for (const rule of await this.#options.rules.list()) {
      if (!rule.enabled || rule.source.kind === 'finding' || this.#running.has(rule.id)) continue;
      const timesMs = this.#due(rule);
      if (timesMs.length === 0) continue;
      const run = this.#evaluate(rule, timesMs).finally(() => this.#running.delete(rule.id));
      this.#running.set(rule.id, run);
    }
  }

  /** Resolves when nothing runs. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.settled();
  }

  #due(rule: Rule): readonly number[] {
    const lastMs = rule.lastEvaluatedAt === null ? undefined : Date.parse(rule.lastEvaluatedAt);
    // What is asked of a cluster itself is there at once.
    const delayMs = rule.source.kind === 'sql' ? 0 : storedAfterMs;
    return missedTimes(rule.everyMs, lastMs, this.#options.now() - delayMs);
  }

  async #evaluate(rule: Rule, timesMs: readonly number[]): Promise<void> {
    const { rules, engine, data, counts, timeoutMs, log } = this.#options;
    const { signal } = this.#stop;
    const lastMs = timesMs.at(-1) ?? 0;
    try {
      const cluster = await this.#clusterOf(rule);
      if (cluster?.paused) {
        await this.#step(
          { source: ruleSource(rule.id), signals: [], ended: 'the cluster is paused' },
          rule,
          lastMs,
          false,
        );
        return await rules.evaluated(rule.id, lastMs, 'the cluster is paused');
      }
      const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs * timesMs.length)]);
      for await (const { atMs, values } of readRule(rule, timesMs, { data, timeoutMs }, limited)) {
        const name = cluster && { id: cluster.id, name: cluster.name };
        const observation = judgeRule(rule, values, name);
        await this.#step(observation, rule, atMs, atMs !== lastMs);
        await rules.evaluated(rule.id, atMs, null);
        counts.evaluations.add(rule.source.kind);
      }
    } catch (error) {
      if (signal.aborted) return;
      const detail = (error as Error).message;
      // No answer is no news: its alerts stay as they are.
      counts.evaluations.add(rule.source.kind);
      counts.unanswered.add(rule.source.kind);
      log.warn('rule_without_answer', { rule: rule.id, name: rule.name, detail });
      await rules.evaluated(rule.id, lastMs, detail).catch((failed: unknown) => {
        log.error('rule_not_noted', { rule: rule.id, error: failed });
      });
      await engine.settled();
    }
  }

  /** A rule that was changed, disabled or removed meanwhile says nothing. */
  async #step(observation: Observation, rule: Rule, atMs: number, late: boolean): Promise<void> {
    const current = (await this.#options.rules.list()).find(({ id }) => id === rule.id);
    if (!current?.enabled || current.updatedAt !== rule.updatedAt) return;
    await this.#options.engine.step([observation], atMs, late);
  }

  async #clusterOf({ source }: Rule): Promise<KnownCluster | undefined> {
    if (source.kind !== 'sample' && source.kind !== 'sql') return undefined;
    const clusters = await this.#options.data.clusters();
    const found = clusters.find(({ id }) => id === source.cluster);
    if (!found) throw new Error(`there is no cluster ${source.cluster} any more`);
    return found;
  }
}
