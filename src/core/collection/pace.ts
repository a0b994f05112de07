/**
 * Where a server's time is known from, the best first. `cpu`: its query log counts the processor
 * time of our statements. `elapsed`: its answers tell how long they took it. `waiting`: it tells
 * nothing, and what is left of the wait without the way there and back stands for it.
 */
type CostSource = 'cpu' | 'elapsed' | 'waiting';

/** One reading of a tier: its statements together. */
export interface TierRun {
  readonly statements: number;
  /** What the server spent by its own word; undefined where it does not tell. */
  readonly elapsedMs: number | undefined;
  /** From the requests to the first bytes of their answers, without the time that we were late. */
  readonly waitedMs: number;
  /** The longest of its statements, elapsed or waited for. */
  readonly slowestMs: number;
  /** Since the reading before. */
  readonly gapMs: number | undefined;
}

/** What is known of one tier of a node. */
export interface TierHabit {
  readonly tier: string;
  readonly cadenceMs: number;
  /** The newest last. */
  readonly runs: readonly TierRun[];
  /** Processor time of one statement, from the server's query log. */
  readonly cpuMs: number | undefined;
}

/** How fast a node may be read. */
export interface Pace {
  /** Share of one core that reading it takes at its cadences; undefined until that is known. */
  readonly share: number | undefined;
  readonly source: CostSource | undefined;
  /** Factor by which its cadences are stretched; 1 = not at all. */
  readonly stretch: number;
  /** Why they are. */
  readonly reason: string | undefined;
}

export const fullPace: Pace = {
  share: undefined,
  source: undefined,
  stretch: 1,
  reason: undefined,
};

/** Readings of a tier that are remembered. */
export const runLimit = 12;
/** Tiers that are read more often than this are judged by several readings: the first are cold. */
const frequentMs = 600_000;
const leastRuns = 3;
/** A statement that takes longer is a burden whatever its share. */
const slowMs = 1_000;
const mostStretch = 8;
/** How much of a stretch is kept from one judgement to the next when the reason is gone. */
const relaxing = 0.7;

interface TierCost {
  readonly tier: string;
  readonly share: number;
  readonly source: CostSource;
}

/**
 * The pace from now on: cadences are stretched until the share of a core that they take is within
 * the budget, and doubled while a statement of a frequent tier takes over a second. What tiers cost
 * is a habit, not a moment: one burst, such as the first reading of everything, stretches nothing.
 * `pingMs`: the shortest way there and back.
 */
export function nextPace(
  current: Pace,
  habits: readonly TierHabit[],
  budgetShare: number,
  pingMs: number,
): Pace {
  const judged = habits.filter(isJudged);
  const costs = judged.map((habit) => costOf(habit, pingMs));
  const share = costs.length === 0 ? undefined : costs.reduce((sum, each) => sum + each.share, 0);
  const source = worstOf(costs.map((each) => each.source));
  const slow = judged.find((habit) => isSlow(habit, pingMs));
  const wanted = Math.max((share ?? 0) / budgetShare, slow ? 2 : 1);
  const relaxed = Math.max(wanted, 1 + (current.stretch - 1) * relaxing);
  const stretch = Math.min(mostStretch, relaxed);
  if (stretch < 1.05) return { share, source, stretch: 1, reason: undefined };
  return { share, source, stretch, reason: reasonOf(costs, slow, budgetShare) ?? current.reason };
}

const isJudged = ({ runs, cadenceMs }: TierHabit): boolean =>
  runs.length >= (cadenceMs < frequentMs ? leastRuns : 1);

function costOf({ tier, runs, cadenceMs, cpuMs }: TierHabit, pingMs: number): TierCost {
  // Only rare tiers are read before their time, for a reason.
  const gaps = cadenceMs < frequentMs ? [] : runs.flatMap(({ gapMs }) => gapMs ?? []);
  const everyMs = Math.min(cadenceMs, gaps.length === 0 ? cadenceMs : mean(gaps));
  const statements = mean(runs.map((run) => run.statements));
  if (cpuMs !== undefined) return { tier, share: (cpuMs * statements) / everyMs, source: 'cpu' };
  const source = runs.every((run) => run.elapsedMs !== undefined) ? 'elapsed' : 'waiting';
  const spent = runs.map(
    (run) => run.elapsedMs ?? Math.max(0, run.waitedMs - run.statements * pingMs),
  );
  // The same reading takes about the same work each time. Whatever it takes longer now and then is the
  // load of others, on that machine or on ours: the shortest says best what the work is.
  return { tier, share: Math.min(...spent) / everyMs, source };
}

const isSlow = ({ runs, cadenceMs }: TierHabit, pingMs: number): boolean =>
  cadenceMs < frequentMs &&
  Math.min(...runs.map((run) => run.slowestMs - (run.elapsedMs === undefined ? pingMs : 0))) >
    slowMs;

const worstOf = (sources: readonly CostSource[]): CostSource | undefined =>
  (['waiting', 'elapsed', 'cpu'] as const).find((source) => sources.includes(source));

const percent = (share: number): string => `${(share * 100).toPrecision(2)} %`;

const saidBy: Readonly<Record<CostSource, string>> = {
  cpu: 'by the processor time in its query log',
  elapsed: 'by the time that its answers say they took',
  waiting: 'by the time until its answers came, less that of a ping: it tells nothing else',
};

function reasonOf(
  costs: readonly TierCost[],
  slow: TierHabit | undefined,
  budgetShare: number,
): string | undefined {
  const share = costs.reduce((sum, each) => sum + each.share, 0);
  const source = worstOf(costs.map((each) => each.source));
  const heaviest = [...costs].sort((a, b) => b.share - a.share)[0];
  if (share > budgetShare && source && heaviest)
    return `Reading at full pace takes ${percent(share)} of a core of this server, ${saidBy[source]}; ${percent(budgetShare)} is allowed. Most of it is the tier "${heaviest.tier}" (${percent(heaviest.share)}).`;
  return slow && `Statements of the tier "${slow.tier}" take this server longer than a second.`;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
