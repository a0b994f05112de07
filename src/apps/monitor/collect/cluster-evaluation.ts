import {
  type Cadence,
  type Evaluation,
  evaluate,
  type HealthState,
  type KeeperObservation,
  type NodeObservation,
  scoreOf,
} from '../../../core/health/index.ts';
import type { Topology } from '../../../model/fleet/cluster.ts';
import type { Finding } from '../../../model/fleet/finding.ts';
import type { CheckOutcomeData } from '../../../model/fleet/fleet-api.ts';
import type { Score } from '../../../model/fleet/score.ts';
import type { KeptMark } from '../fleet.ts';
import type { EvaluationRows } from '../state/evaluation-rows.ts';
import type { FindingRows } from '../state/finding-rows.ts';

/** What is known of the health of a cluster, now or from an earlier process. */
export interface Health {
  readonly evaluatedMs: number | undefined;
  readonly findings: readonly Finding[];
  readonly outcomes: readonly CheckOutcomeData[];
  readonly score: Score | undefined;
}

export interface EvaluationTables {
  readonly evaluations: EvaluationRows;
  readonly findings: FindingRows;
}

export interface Observed {
  readonly nodes: readonly NodeObservation[];
  readonly keepers: readonly KeeperObservation[];
  readonly topology: Topology | null;
  readonly marks: readonly KeptMark[];
  readonly nowMs: number;
}

/** Evaluates one cluster, writes down what came of it, and goes on from there after a restart. */
export class ClusterEvaluation {
  readonly #id: string;
  readonly #cadence: Cadence;
  readonly #tables: EvaluationTables;
  #state: HealthState | undefined;
  #health: Health = { evaluatedMs: undefined, findings: [], outcomes: [], score: undefined };

  constructor(id: string, cadence: Cadence, tables: EvaluationTables) {
    this.#id = id;
    this.#cadence = cadence;
    this.#tables = tables;
  }

  get health(): Health {
    return this.#health;
  }

  /** Reads what an earlier process left. Gives the topology that it knew. */
  async load(): Promise<Topology | null> {
    const kept = await this.#tables.evaluations.read(this.#id);
    const findings = await this.#tables.findings.open(this.#id);
    const score = await this.#tables.evaluations.lastScore(this.#id);
    this.#state = kept?.state;
    this.#health = {
      evaluatedMs: kept?.evaluatedMs,
      findings,
      outcomes: kept?.outcomes ?? [],
      score,
    };
    return kept?.topology ?? null;
  }

  async evaluate(observed: Observed): Promise<Health> {
    const { nodes, keepers, marks, nowMs, topology } = observed;
    const evaluation = evaluate({
      previous: this.#state,
      cluster: { nodes, keepers },
      marks,
      nowMs,
      cadence: this.#cadence,
    });
    this.#state = evaluation.state;
    const score = scoreOf(evaluation.findings, evaluation.coverage, { nodes: nodes.length });
    this.#health = {
      evaluatedMs: nowMs,
      findings: evaluation.findings,
      outcomes: evaluation.outcomes,
      score,
    };
    await this.#write(evaluation, score, nowMs, topology);
    return this.#health;
  }

  async #write(
    evaluation: Evaluation,
    score: Score,
    nowMs: number,
    topology: Topology | null,
  ): Promise<void> {
    const { evaluations, findings } = this.#tables;
    await findings.write(this.#id, evaluation.findings, nowMs);
    await evaluations.write(this.#id, {
      evaluatedMs: nowMs,
      state: evaluation.state,
      outcomes: evaluation.outcomes,
      topology,
    });
    await evaluations.writeScore(this.#id, nowMs, score);
  }
}
