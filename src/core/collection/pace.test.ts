import { expect, test } from 'vitest';
import { fullPace, nextPace, type TierHabit, type TierRun } from './pace.ts';

const budget = 0.005;
const run = (elapsedMs: number, more: Partial<TierRun> = {}): TierRun => ({
  statements: 1,
  elapsedMs,
  waitedMs: elapsedMs + 1,
  slowestMs: elapsedMs,
  gapMs: undefined,
  ...more,
});
const untold = (waitedMs: number): TierRun =>
  run(0, { elapsedMs: undefined, waitedMs, slowestMs: waitedMs });
const habit = (runs: readonly TierRun[], more: Partial<TierHabit> = {}): TierHabit => ({
  tier: 'state',
  cadenceMs: 60_000,
  runs,
  cpuMs: undefined,
  ...more,
});
const twelve = (each: TierRun): TierRun[] => Array.from({ length: 12 }, () => each);
const paceOf = (habits: TierHabit[], pingMs = 0, current = fullPace) =>
  nextPace(current, habits, budget, pingMs);

test('cadences are stretched to what the budget allows, and come back', () => {
  const check = (habits: TierHabit[], stretch: number, share: number | undefined) => {
    const pace = paceOf(habits);
    expect(pace.stretch).toBeCloseTo(stretch, 5);
    expect(pace.share).toEqual(share === undefined ? undefined : expect.closeTo(share, 6));
    expect(pace.reason === undefined).toBe(stretch === 1);
  };
  check([], 1, undefined);
  check([habit(twelve(run(300)))], 1, 0.005);
  check([habit(twelve(run(600)))], 2, 0.01);
  check([habit(twelve(run(600))), habit(twelve(run(150)), { cadenceMs: 15_000 })], 4, 0.02);
  check([habit(twelve(run(60_000)))], 8, 1);
  // Twenty seconds each half hour are a hundredth of a core, whatever they are at the moment.
  check([habit([run(18_000)], { tier: 'parts', cadenceMs: 1_800_000 })], 2, 0.01);
  // Read oftener than planned, for a reason.
  const hastened = [run(3_000), run(3_000, { gapMs: 300_000 })];
  check([habit(hastened, { tier: 'parts', cadenceMs: 1_800_000 })], 2, 0.01);
  check([habit(twelve(run(300, { gapMs: 10_000 })))], 1, 0.005);
  // The share is that of the cadences as they should be: stretching does not change it.
  expect(paceOf([habit(twelve(run(600)))], 0, { ...fullPace, stretch: 2 }).stretch).toBe(2);
  const back = paceOf([habit(twelve(run(1)))], 0, { ...fullPace, stretch: 2 });
  expect(back.stretch).toBeCloseTo(1.7);
  expect(paceOf([], 0, { ...fullPace, stretch: 1.06 }).stretch).toBe(1);
});

test('what a server does at first, or under the load of others, is no habit', () => {
  const check = (runs: TierRun[], stretch: number) =>
    expect(paceOf([habit(runs)]).stretch).toBeCloseTo(stretch, 5);
  check([run(5_000), run(5_000)], 1);
  check([run(5_000), run(5_000), run(5_000)], 8);
  check([...twelve(run(900)).slice(1), run(100)], 1);
  check([...twelve(run(900)).slice(1), run(600)], 2);
});

test('processor time of the query log comes before the time of the answers, and that before the wait', () => {
  const check = (habits: TierHabit[], pingMs: number, source: string, share: number) => {
    const pace = paceOf(habits, pingMs);
    expect([pace.source, pace.share]).toEqual([source, expect.closeTo(share, 6)]);
  };
  check([habit(twelve(run(900)), { cpuMs: 60 })], 0, 'cpu', 0.001);
  check([habit(twelve(run(900, { statements: 3 })), { cpuMs: 60 })], 0, 'cpu', 0.003);
  check([habit(twelve(run(60)))], 40, 'elapsed', 0.001);
  check([habit(twelve(untold(100)))], 40, 'waiting', 0.001);
  check([habit(twelve({ ...untold(140), statements: 2 }))], 40, 'waiting', 0.001);
  check([habit(twelve(untold(100)))], 400, 'waiting', 0);
  check([habit(twelve(run(60)), { cpuMs: 60 }), habit(twelve(run(60)))], 0, 'elapsed', 0.002);
});

test('a statement that takes long again and again doubles the cadences, and the reason is told', () => {
  const slow = (more: Partial<TierHabit>) => paceOf([habit(twelve(run(1_100)), more)]);
  expect(slow({ cpuMs: 1 })).toMatchObject({
    stretch: 2,
    reason: 'Statements of the tier "state" take this server longer than a second.',
  });
  expect(slow({ cadenceMs: 1_800_000, cpuMs: 1 }).stretch).toBe(1);
  expect(paceOf([habit(twelve(untold(1_100)), { cpuMs: 1 })], 200).stretch).toBe(1);
  expect(paceOf([habit(twelve(run(600)))]).reason).toBe(
    'Reading at full pace takes 1.0 % of a core of this server, by the time that its answers say they took; 0.50 % is allowed. Most of it is the tier "state" (1.0 %).',
  );
  expect(slow({ cpuMs: 1_200 }).reason).toContain('by the processor time in its query log');
});
