import type { NodeAnswer } from '../../../adapters/clickhouse/fleet/index.ts';
import { addUse, emptyWindow, type NodeUse, recentUse } from '../../../core/collection/cost.ts';
import {
  fullPace,
  nextPace,
  type Pace,
  runLimit,
  type TierHabit,
  type TierRun,
} from '../../../core/collection/pace.ts';
import type { Cadence, Tier } from '../../../core/health/index.ts';
import type { LoggedCost } from './logged-costs.ts';

const nothing = { readRows: 0, readBytes: 0 };
const judgedMs = 60_000;
const pingLimit = 12;

/** What the monitor takes of a node, and how fast it may read it. */
export interface NodeCost extends NodeUse, Pace {
  /** Since when its cadences are stretched. */
  readonly stretchedMs: number | undefined;
}

/** What one statement took. */
interface StatementCost {
  readonly answer: NodeAnswer;
  /** For how long of the wait this process was busy with something else. */
  readonly lateMs: number;
}

export type OnCost = (cost: StatementCost) => void;

/** What is taken of one node, and by how much its cadences are stretched for it. */
export class NodeBudget {
  readonly #share: number;
  readonly #cadence: Cadence;
  readonly #runs = new Map<Tier, TierRun[]>();
  readonly #begunMs = new Map<Tier, number>();
  readonly #pingsMs: number[] = [];
  #logged: ReadonlyMap<string, LoggedCost> = new Map();
  #uses = emptyWindow(Date.now());
  #pace: Pace = fullPace;
  #stretchedMs: number | undefined;
  #judgedAtMs = Date.now();
  #tells = true;

  /** `share`: what may be taken of one core, 0–1. */
  constructor(share: number, cadence: Cadence) {
    this.#share = share;
    this.#cadence = cadence;
  }

  get stretch(): number {
    return this.#pace.stretch;
  }

  /** Whether the server says nothing of what a statement takes, so that pings have to help. */
  get needsPings(): boolean {
    return !this.#tells;
  }

  /** Any statement. */
  spend(kind: string, { cost }: NodeAnswer): void {
    this.#tells = cost?.elapsedMs !== undefined;
    const { readRows, readBytes } = cost ?? this.#logged.get(kind) ?? nothing;
    this.#uses = addUse(this.#uses, { atMs: Date.now(), rows: readRows, bytes: readBytes });
  }

  /** A ping, which the server does nothing for. */
  pinged(tookMs: number): void {
    this.#pingsMs.push(tookMs);
    this.#pingsMs.splice(0, this.#pingsMs.length - pingLimit);
  }

  /** Remembers what a reading of a tier that was due costs. */
  async measure(tier: Tier, read: (onCost: OnCost) => Promise<void>): Promise<void> {
    const begunMs = performance.now();
    const costs: StatementCost[] = [];
    await read((cost) => costs.push(cost));
    if (costs.length === 0) return;
    const before = this.#begunMs.get(tier);
    this.#begunMs.set(tier, begunMs);
    const gapMs = before === undefined ? undefined : begunMs - before;
    const runs = [...(this.#runs.get(tier) ?? []), runOf(costs, gapMs)];
    this.#runs.set(tier, runs.slice(-runLimit));
  }

  /** What one statement takes by what it is for, as the server logged it. */
  learn(logged: ReadonlyMap<string, LoggedCost>): void {
    this.#logged = logged;
  }

  /** Once a minute. True where the cadences were as they should be until now, and are not any more. */
  judge(): boolean {
    const nowMs = Date.now();
    if (nowMs - this.#judgedAtMs < judgedMs) return false;
    this.#judgedAtMs = nowMs;
    const before = this.#pace.stretch;
    const pingMs = this.#pingsMs.length === 0 ? 0 : Math.min(...this.#pingsMs);
    this.#pace = nextPace(this.#pace, this.#habits(), this.#share, pingMs);
    if (this.#pace.stretch === 1) this.#stretchedMs = undefined;
    else this.#stretchedMs ??= nowMs;
    return before === 1 && this.#pace.stretch > 1;
  }

  cost(): NodeCost {
    const stretchedMs = this.#stretchedMs;
    return { ...recentUse(this.#uses, Date.now()), ...this.#pace, stretchedMs };
  }

  #habits(): TierHabit[] {
    return [...this.#runs].map(([tier, runs]) => ({
      tier,
      runs,
      cadenceMs: this.#cadence[tier],
      cpuMs: this.#logged.get(tier)?.cpuMs,
    }));
  }
}

function runOf(costs: readonly StatementCost[], gapMs: number | undefined): TierRun {
  const elapsed = costs.flatMap(({ answer }) => answer.cost?.elapsedMs ?? []);
  const waited = costs.map(({ answer, lateMs }) => Math.max(0, answer.waitedMs - lateMs));
  const told = elapsed.length === costs.length;
  return {
    statements: costs.length,
    elapsedMs: told ? sum(elapsed) : undefined,
    waitedMs: sum(waited),
    slowestMs: Math.max(...(told ? elapsed : waited)),
    gapMs,
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
