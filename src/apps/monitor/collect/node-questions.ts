import type { NodeAnswer, NodeClient } from '../../../adapters/clickhouse/fleet/index.ts';
import type { NodeBudget, OnCost } from './node-budget.ts';
import { ownLatenessMs } from './own-lateness.ts';
import type { StatementGate } from './statement-gate.ts';

export interface Question {
  /** What it is for; its query id says so. */
  readonly kind: string;
  readonly sql: string;
  readonly signal: AbortSignal;
  /** When it is its turn. */
  readonly onTurn?: () => void;
  readonly onCost?: OnCost | undefined;
}

/** Asks one node, in turn with the statements of other nodes, and writes down what it cost. */
export class NodeQuestions {
  readonly #client: NodeClient;
  readonly #gate: StatementGate;
  readonly #budget: NodeBudget;
  readonly #state: () => 'well' | 'ailing';

  constructor(
    client: NodeClient,
    gate: StatementGate,
    budget: NodeBudget,
    state: () => 'well' | 'ailing',
  ) {
    this.#client = client;
    this.#gate = gate;
    this.#budget = budget;
    this.#state = state;
  }

  ask({ kind, sql, signal, onTurn, onCost }: Question): Promise<NodeAnswer> {
    return this.#gate.run(this.#state(), signal, async () => {
      onTurn?.();
      const lateMs = ownLatenessMs();
      const answer = await this.#client.run(sql, { kind, signal });
      this.#budget.spend(kind, answer);
      onCost?.({ answer, lateMs: ownLatenessMs() - lateMs });
      return answer;
    });
  }

  /** How long the way there and back takes; asked only of servers that tell nothing themselves. */
  async ping(signal: AbortSignal): Promise<void> {
    if (!this.#budget.needsPings || this.#state() === 'ailing') return;
    await this.#gate.run('well', signal, async () => {
      const lateMs = ownLatenessMs();
      const tookMs = await this.#client.ping({ signal });
      this.#budget.pinged(Math.max(0, tookMs - (ownLatenessMs() - lateMs)));
    });
  }
}
