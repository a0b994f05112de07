import type { NodeAnswer } from '../../../adapters/clickhouse/fleet/index.ts';
import {
  addUse,
  costOf,
  emptyWindow,
  type NodeCost,
  nextStretch,
} from '../../../core/collection/cost.ts';

const judgedMs = 60_000;

/** What is taken of one node, and by how much its cadences are stretched for it. */
export class NodeBudget {
  readonly #share: number;
  #uses = emptyWindow(Date.now());
  #stretch = 1;
  #judgedAtMs = Date.now();

  /** `share`: what may be taken of one core, 0–1. */
  constructor(share: number) {
    this.#share = share;
  }

  get stretch(): number {
    return this.#stretch;
  }

  spend(answer: NodeAnswer): void {
    this.#uses = addUse(this.#uses, {
      atMs: Date.now(),
      rows: answer.cost?.readRows ?? 0,
      bytes: answer.cost?.readBytes ?? 0,
      serverMs: answer.cost?.elapsedMs,
      waitedMs: answer.elapsedMs,
    });
  }

  /** Once a minute. True where the cadences were as they should be until now, and are not any more. */
  judge(): boolean {
    const nowMs = Date.now();
    if (nowMs - this.#judgedAtMs < judgedMs) return false;
    this.#judgedAtMs = nowMs;
    const before = this.#stretch;
    this.#stretch = nextStretch(before, this.#uses, this.#share, nowMs);
    return before === 1 && this.#stretch > 1;
  }

  cost(): NodeCost & { readonly stretch: number } {
    return { ...costOf(this.#uses, Date.now()), stretch: this.#stretch };
  }
}
