import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { NodeAnswer } from '../../../adapters/clickhouse/fleet/index.ts';
import { type Capabilities, cadenceOf } from '../../../core/health/index.ts';
import { type LoggedCost, loggedCosts } from './logged-costs.ts';
import { NodeBudget } from './node-budget.ts';
import { shareCapabilities } from './share-capabilities.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const cadence = cadenceOf(30_000);
const answer = (waitedMs: number, elapsedMs?: number): NodeAnswer => ({
  queryId: '',
  columns: [],
  rows: [],
  elapsedMs: waitedMs,
  waitedMs,
  bodyBytes: 0,
  ...(elapsedMs === undefined ? {} : { cost: { readRows: 10, readBytes: 100, elapsedMs } }),
});

interface Turn {
  readonly waitedMs: number;
  readonly elapsedMs?: number;
  readonly pingMs?: number;
  readonly lateMs?: number;
}

const logged = (cpuMs: number): Map<string, LoggedCost> =>
  new Map([['vitals', { cpuMs, readRows: 7, readBytes: 70 }]]);

/** The vitals of five minutes, each of them like this. */
async function judged(turn: Turn, logged = new Map<string, LoggedCost>()): Promise<NodeBudget> {
  const { waitedMs, elapsedMs, pingMs, lateMs = 0 } = turn;
  const budget = new NodeBudget(0.005, cadence);
  budget.learn(logged);
  for (let place = 0; place < 20; place++) {
    if (pingMs !== undefined) budget.pinged(pingMs);
    await budget.measure('vitals', async (onCost) => {
      const answered = answer(waitedMs, elapsedMs);
      budget.spend('vitals', answered);
      onCost({ answer: answered, lateMs });
    });
    vi.advanceTimersByTime(cadence.vitals);
  }
  budget.judge();
  return budget;
}

test('a node is read more slowly for what it does, not for the way to it or what we are late', async () => {
  const check = async (turn: Turn, stretch: number, cpuMs?: number) =>
    expect(
      (await judged(turn, cpuMs === undefined ? undefined : logged(cpuMs))).stretch,
    ).toBeCloseTo(stretch, 1);
  await check({ waitedMs: 20, elapsedMs: 15 }, 1);
  await check({ waitedMs: 20, elapsedMs: 150 }, 2);
  // It tells what it did: how long we waited does not matter.
  await check({ waitedMs: 4_000, elapsedMs: 15 }, 1);
  // A loaded server: long answers, little work.
  await check({ waitedMs: 900, elapsedMs: 800 }, 1, 20);
  // A server that tells nothing.
  await check({ waitedMs: 20 }, 1);
  await check({ waitedMs: 300 }, 4);
  await check({ waitedMs: 300, pingMs: 280 }, 1);
  await check({ waitedMs: 1_900, pingMs: 1_880 }, 1);
  await check({ waitedMs: 1_900, lateMs: 1_880 }, 1);
});

test('what is told of a stretch: since when, and why; and that it is over', async () => {
  const budget = await judged({ waitedMs: 20, elapsedMs: 150 });
  const sinceMs = Date.now();
  expect(budget.needsPings).toBe(false);
  expect(budget.cost()).toMatchObject({
    stretchedMs: sinceMs,
    source: 'elapsed',
    share: 0.01,
    reason: expect.stringContaining('1.0 % of a core'),
    statementsPerMinute: expect.closeTo(4, 0),
  });
  budget.learn(logged(5));
  for (let minute = 0; minute < 12; minute++) {
    vi.advanceTimersByTime(60_000);
    budget.judge();
  }
  expect(budget.cost()).toMatchObject({ stretch: 1, source: 'cpu' });
  expect(budget.cost().reason).toBeUndefined();
  expect(budget.cost().stretchedMs).toBeUndefined();
  expect((await judged({ waitedMs: 20 })).needsPings).toBe(true);
});

test('what our statements take, where the server logs it', async () => {
  const check = (rows: object[] | undefined, expected: [string, LoggedCost][]) => {
    const reading = {
      name: 'own_statements',
      atMs: 0,
      missingColumns: [],
      truncated: false,
      sql: '',
    };
    const readings = new Map(
      rows === undefined ? [] : [['own_statements', [{ ...reading, rows: rows as never }]]],
    );
    expect([...loggedCosts({ readings })]).toEqual(expected);
  };
  const row = { kind: 'vitals', statements: 4, readRows: 40, readBytes: 400 };
  const none = { cpuMs: undefined, readRows: 10, readBytes: 100 };
  check(undefined, []);
  check([], []);
  check([{ ...row, cpuMicroseconds: 8_000 }], [['vitals', { ...none, cpuMs: 2 }]]);
  check([{ ...row, cpuMicroseconds: 0 }], [['vitals', none]]);
  check([row], [['vitals', none]]);
  // A server whose answers tell nothing: what it logged stands for it.
  const { rowsReadPerMinute } = (await judged({ waitedMs: 20 }, logged(2))).cost();
  expect(rowsReadPerMinute).toBeCloseTo(28, -1);
});

test('servers that have the same share what is known of them', () => {
  const capabilities = (version: string, columns: string[]): Capabilities => ({
    version,
    tables: new Map([['parts', new Set(columns)]]),
    denied: new Map(),
    functions: new Set(),
  });
  const first = shareCapabilities(capabilities('26.7', ['a', 'b']));
  expect(shareCapabilities(capabilities('26.7', ['b', 'a']))).toBe(first);
  expect(shareCapabilities(capabilities('26.8', ['a', 'b']))).not.toBe(first);
  const fewer = shareCapabilities(capabilities('26.7', ['a']));
  expect(fewer.tables.get('parts')?.size).toBe(1);
});
