import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advance } from './advance.ts';
import { type AlertingState, emptyAlerting, type Notification } from './alert-state.ts';
import type { Observation, Quiet } from './signal.ts';
import { observed, route, signal } from './testing/signals.ts';

const keys = ['a', 'b', 'c', 'd', 'e'];

const signalArb = fc.record({
  key: fc.constantFrom(...keys),
  cause: fc.option(fc.constantFrom(...keys, 'elsewhere'), { nil: undefined, freq: 3 }),
  severity: fc.constantFrom('info', 'warning', 'high', 'critical'),
  routed: fc.boolean(),
  holdMs: fc.constantFrom(0, 20_000),
  recoverMs: fc.constantFrom(0, 15_000),
});

const stepArb = fc.record({
  /** Undefined: nothing was observed. */
  signals: fc.option(fc.uniqueArray(signalArb, { selector: (each) => each.key }), {
    nil: undefined,
  }),
  source: fc.constantFrom('cluster:c', 'cluster:d'),
  afterMs: fc.integer({ min: 1, max: 30_000 }),
  late: fc.boolean(),
  quiet: fc.boolean(),
  ended: fc.boolean(),
  unsure: fc.subarray(keys),
});
type Step = typeof stepArb extends fc.Arbitrary<infer T> ? T : never;

const quiets: Quiet[] = [{ id: 's', match: { cluster: '*' } }];

function observationOf(step: Step): Observation | undefined {
  if (!step.signals) return undefined;
  const signals = step.signals.map(({ key, cause, severity, routed, holdMs, recoverMs }) => {
    const { route: _, ...bare } = signal(key, { severity });
    return {
      ...bare,
      ...(cause === undefined || cause === key ? {} : { cause }),
      ...(routed ? { route: { ...route, holdMs, recoverMs, repeatMs: 60_000 } } : {}),
    };
  });
  return observed(signals, {
    source: step.source,
    unsure: step.unsure.map((check) => ({ check })),
    ...(step.ended ? { ended: 'gone' } : {}),
  });
}

interface Trace {
  readonly state: AlertingState;
  readonly notifications: readonly Notification[];
  readonly step: Step;
  readonly nowMs: number;
}

function run(steps: readonly Step[], between: (state: AlertingState) => AlertingState): Trace[] {
  let state = emptyAlerting;
  let nowMs = 1_000_000;
  return steps.map((step) => {
    nowMs += step.afterMs;
    const observation = observationOf(step);
    const next = advance(state, observation ? [observation] : [], step.quiet ? quiets : [], nowMs, {
      late: step.late,
      digestFrom: 1_000,
    });
    state = between(next.state);
    return { ...next, step, nowMs };
  });
}

const stepsArb = fc.array(stepArb, { maxLength: 25 });
const same = (state: AlertingState) => state;

test('a restart between any two steps changes nothing: the state is plain JSON', () => {
  fc.assert(
    fc.property(stepsArb, (steps) => {
      const restarted = run(steps, (state) => JSON.parse(JSON.stringify(state)));
      expect(restarted).toEqual(run(steps, same));
    }),
  );
});

test('the order of signals means nothing', () => {
  fc.assert(
    fc.property(stepsArb, (steps) => {
      const turned = steps.map((step) => ({ ...step, signals: step.signals?.toReversed() }));
      const said = (traces: Trace[]) => traces.map(({ notifications }) => notifications);
      expect(said(run(turned, same))).toEqual(said(run(steps, same)));
    }),
  );
});

test('one active alert for a cause; every signal in at most one; ids never repeat', () => {
  fc.assert(
    fc.property(stepsArb, (steps) => {
      for (const { state } of run(steps, same)) {
        const active = state.alerts.filter((alert) => alert.state !== 'resolved');
        const causes = active.map(({ source, key }) => `${source} ${key}`);
        // While an alert recovers, its members are what was there last.
        const present = active.filter((alert) => alert.clearMs === undefined);
        const members = present.flatMap(({ source, members }) =>
          members.map((member) => `${source} ${member.key}`),
        );
        const ids = state.alerts.map((alert) => alert.id);
        for (const list of [causes, members, ids]) expect(new Set(list).size).toBe(list.length);
      }
    }),
  );
});

test('people hear of a beginning once, then of its end once; never while it is late or quiet', () => {
  fc.assert(
    fc.property(stepsArb, (steps) => {
      const open = new Map<string, boolean>();
      for (const { notifications, step } of run(steps, same)) {
        if (step.late) expect(notifications).toEqual([]);
        for (const { kind, alerts } of notifications) {
          if (step.quiet) expect(kind).toBe('resolved');
          for (const { id } of alerts) {
            if (kind === 'firing') expect(open.has(id)).toBe(false);
            else expect(open.get(id)).toBe(true);
            open.set(id, kind !== 'resolved');
          }
        }
      }
    }),
  );
});

test('whoever was told hears of the end, unless another alert took it over', () => {
  fc.assert(
    fc.property(stepsArb, (steps) => {
      const quietEnd: Step[] = (['cluster:c', 'cluster:d', 'cluster:c', 'cluster:d'] as const).map(
        (source) => ({
          source,
          signals: [],
          afterMs: 30_000,
          late: false,
          quiet: false,
          ended: false,
          unsure: [],
        }),
      );
      const told = new Set<string>();
      for (const { notifications, state } of run([...steps, ...quietEnd], same)) {
        for (const { kind, alerts } of notifications)
          for (const { id } of alerts) kind === 'resolved' ? told.delete(id) : told.add(id);
        for (const { id, resolution } of state.alerts)
          if (resolution?.startsWith('part of ')) told.delete(id);
      }
      expect([...told]).toEqual([]);
    }),
  );
});

test('nothing fires before its hold time, and pending alerts end without a trace', () => {
  fc.assert(
    fc.property(stepsArb, (steps) => {
      const seen = new Map<string, string>();
      for (const { state, nowMs } of run(steps, same))
        for (const alert of state.alerts) {
          const before = seen.get(alert.id);
          if (alert.state === 'firing' && before !== 'firing')
            expect(nowMs - alert.sinceMs).toBeGreaterThanOrEqual(alert.route.holdMs);
          if (alert.state === 'resolved')
            expect(before).toBe(before === undefined ? 'x' : 'firing');
          seen.set(alert.id, alert.state === 'resolved' ? 'firing' : alert.state);
        }
    }),
  );
});
