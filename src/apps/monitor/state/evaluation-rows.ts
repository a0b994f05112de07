import { z } from 'zod';
import type { State } from '../../../adapters/state/index.ts';
import { emptyState, type HealthState } from '../../../core/health/index.ts';
import { Topology } from '../../../model/fleet/cluster.ts';
import { CheckOutcomeData } from '../../../model/fleet/fleet-api.ts';
import { Score } from '../../../model/fleet/score.ts';

/** What the last evaluation of a cluster left. */
export interface KeptEvaluation {
  readonly evaluatedMs: number;
  readonly state: HealthState;
  readonly outcomes: readonly CheckOutcomeData[];
  readonly topology: Topology | null;
}

const KeptOutcomes = z.object({
  outcomes: z.array(CheckOutcomeData),
  topology: Topology.nullable(),
});

/** One an hour, and one where it changed. */
const scoreEveryMs = 3_600_000;

/** Evaluations and scores in the state. */
export class EvaluationRows {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  async read(clusterId: string): Promise<KeptEvaluation | undefined> {
    const row = await this.#state
      .selectFrom('cluster_state')
      .selectAll()
      .where('cluster_id', '=', clusterId)
      .executeTakeFirst();
    if (!row) return undefined;
    const { outcomes, topology } = KeptOutcomes.parse(JSON.parse(row.outcomes_json));
    const state = JSON.parse(row.state_json) as HealthState;
    // A state of another version cannot be gone on from; what is wrong is found anew.
    const known = state.version === emptyState.version ? state : emptyState;
    return { evaluatedMs: row.evaluated_ms, state: known, outcomes, topology };
  }

  async write(clusterId: string, kept: KeptEvaluation): Promise<void> {
    const values = {
      evaluated_ms: kept.evaluatedMs,
      state_json: JSON.stringify(kept.state),
      outcomes_json: JSON.stringify({ outcomes: kept.outcomes, topology: kept.topology }),
    };
    await this.#state
      .insertInto('cluster_state')
      .values({ cluster_id: clusterId, ...values })
      .onConflict((conflict) => conflict.column('cluster_id').doUpdateSet(values))
      .execute();
  }

  /** Writes a score where it differs from the last one, or an hour has passed. */
  async writeScore(clusterId: string, atMs: number, score: Score): Promise<void> {
    const last = await this.#lastScore(clusterId);
    const text = JSON.stringify(score);
    if (last && sameScore(Score.parse(JSON.parse(last.score_json)), score))
      if (atMs - last.at_ms < scoreEveryMs) return;
    await this.#state
      .insertInto('score')
      .values({ cluster_id: clusterId, at_ms: atMs, score_json: text })
      .onConflict((conflict) =>
        conflict.columns(['cluster_id', 'at_ms']).doUpdateSet({ score_json: text }),
      )
      .execute();
  }

  async lastScore(clusterId: string): Promise<Score | undefined> {
    const row = await this.#lastScore(clusterId);
    return row && Score.parse(JSON.parse(row.score_json));
  }

  /** Oldest first; begins with the score that held when the range began. */
  async scores(
    clusterId: string,
    fromMs: number,
    toMs: number,
  ): Promise<{ readonly atMs: number; readonly score: Score }[]> {
    const rows = await this.#state
      .selectFrom('score')
      .select(['at_ms', 'score_json'])
      .where('cluster_id', '=', clusterId)
      .where('at_ms', '<', toMs)
      .where((where) =>
        where(
          'at_ms',
          '>=',
          where.fn.coalesce(
            where
              .selectFrom('score')
              .select(({ fn }) => fn.max('at_ms').as('at_ms'))
              .where('cluster_id', '=', clusterId)
              .where('at_ms', '<=', fromMs),
            where.val(0),
          ),
        ),
      )
      .orderBy('at_ms')
      .execute();
    return rows.map((row) => ({ atMs: row.at_ms, score: Score.parse(JSON.parse(row.score_json)) }));
  }

  async forgetBefore(beforeMs: number): Promise<void> {
    await this.#state.deleteFrom('score').where('at_ms', '<', beforeMs).execute();
  }

  #lastScore(clusterId: string) {
    return this.#state
      .selectFrom('score')
      .select(['at_ms', 'score_json'])
      .where('cluster_id', '=', clusterId)
      .orderBy('at_ms', 'desc')
      .limit(1)
      .executeTakeFirst();
  }
}

/** Coverage moves a little all the time; it is worth a point only with the rest. */
const sameScore = (a: Score, b: Score): boolean =>
  a.score === b.score && JSON.stringify(a.reasons) === JSON.stringify(b.reasons);
