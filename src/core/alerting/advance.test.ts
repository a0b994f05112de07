import { expect, test } from 'vitest';
import { acknowledge } from './acknowledge.ts';
import { type AdvanceOptions, advance } from './advance.ts';
import { type AlertingState, emptyAlerting, type Notification } from './alert-state.ts';
import type { Observation, Quiet, Signal } from './signal.ts';
import { observed, route, signal } from './testing/signals.ts';

/** `firing disk-full+1`: what is said, of which cause, with how many effects. */
const said = ({ kind, alerts }: Notification): string =>
  `${kind} ${alerts.map((each) => `${each.key}${each.memberCount > 1 ? `+${each.memberCount - 1}` : ''}`).join(',')}`;

/** One step after the other. Undefined: nothing was observed. */
class Steps {
  state: AlertingState = emptyAlerting;
  quiets: Quiet[] = [];

  at(
    second: number,
    signals: readonly Signal[] | Observation | undefined,
    options: AdvanceOptions = {},
  ): string[] {
    const observations =
      signals === undefined ? [] : [Array.isArray(signals) ? observed(signals) : signals];
    const step = advance(
      this.state,
      observations as Observation[],
      this.quiets,
      second * 1_000,
      options,
    );
    this.state = JSON.parse(JSON.stringify(step.state));
    return step.notifications.map(said);
  }

  get shown(): string[] {
    return this.state.alerts.map((alert) => `${alert.state} ${alert.key} ${alert.severity}`);
  }
}

test('one alert from its beginning to its end', () => {
  const steps = new Steps();
  const disk = signal('disk', { route: { ...route, holdMs: 30_000, recoverMs: 20_000 } });
  const check = (
    second: number,
    there: boolean | undefined,
    expected: string[],
    shown: string[],
  ) => {
    const signals = there === undefined ? undefined : there ? [disk] : [];
    expect([steps.at(second, signals), steps.shown], `at ${second} s`).toEqual([expected, shown]);
  };
  check(0, true, [], ['pending disk warning']);
  check(10, false, [], []);
  check(20, true, [], ['pending disk warning']);
  check(49, true, [], ['pending disk warning']);
  check(60, undefined, [], ['pending disk warning']);
  check(61, true, ['firing disk'], ['firing disk warning']);
  check(70, true, [], ['firing disk warning']);
  check(80, false, [], ['firing disk warning']);
  check(90, true, [], ['firing disk warning']);
  check(95, false, [], ['firing disk warning']);
  check(114, false, [], ['firing disk warning']);
  check(115, false, ['resolved disk'], ['resolved disk warning']);
  check(116, false, [], []);
  check(120, true, [], ['pending disk warning']);
});

test('one alert and one message for a cause and all that follows from it', () => {
  const effects = Array.from({ length: 499 }, (_, i) =>
    signal(`effect ${i}`, { cause: 'keeper', check: 'read-only' }),
  );
  const storm = [...effects, signal('keeper'), ...['a', 'b', 'c'].map((key) => signal(key))];
  const check = (signals: readonly Signal[], expected: string[]) => {
    const steps = new Steps();
    expect(steps.at(0, signals)).toEqual(expected);
    expect(steps.at(15, signals)).toEqual([]);
  };
  const all = ['firing a', 'firing b', 'firing c', 'firing keeper+499'];
  check(storm, all);
  check(storm.toReversed(), all);
  // The cause itself is not among the findings, or only in a chain.
  check(effects, ['firing keeper+498']);
  check([signal('x', { cause: 'y' }), signal('y', { cause: 'z' }), signal('z')], ['firing z+2']);
  check([signal('x', { cause: 'y' }), signal('y', { cause: 'x' })], ['firing x+1']);
  // Nobody asked for the cause, but for one of its effects.
  const { route: _, ...unasked } = signal('root');
  check([unasked, signal('effect', { cause: 'root' })], ['firing root+1']);
  check([unasked], []);
});

test('many alerts of one check in one step make one message', () => {
  const check = (count: number, digestFrom: number, messages: number) => {
    const signals = Array.from({ length: count }, (_, i) => signal(`t${i}`, { check: 'parts' }));
    const steps = new Steps();
    expect(steps.at(0, signals, { digestFrom })).toHaveLength(messages);
    expect(steps.at(1, [], { digestFrom })).toHaveLength(messages);
  };
  check(4, 5, 4);
  check(5, 5, 1);
  check(500, 5, 1);
  check(3, 2, 1);
});

test('a cause that shows later takes over the alert of its effect', () => {
  const steps = new Steps();
  const lag = signal('lag');
  const queue = signal('queue');
  expect(steps.at(0, [lag, queue])).toEqual(['firing lag', 'firing queue']);
  const [id] = steps.state.alerts.map((alert) => alert.id);
  const explained = [{ ...lag, cause: 'down' }, { ...queue, cause: 'down' }, signal('down')];
  expect(steps.at(10, explained)).toEqual(['updated down+2']);
  expect(steps.shown).toEqual(['firing down warning', 'resolved queue warning']);
  expect(steps.state.alerts[0]?.id).toBe(id);
  expect(steps.state.alerts[1]?.resolution).toBe(`part of ${id}`);
  // The cause passes before its effects: they are no news, and the end is said once.
  expect(steps.at(20, [lag, queue])).toEqual([]);
  expect(steps.at(30, [queue])).toEqual([]);
  expect(steps.at(40, [])).toEqual(['resolved down']);
});

test('reminders, acknowledging, getting worse', () => {
  const check = (acknowledgedAt: number | undefined, expected: string[]) => {
    const steps = new Steps();
    const log: string[] = [];
    for (const second of [0, 50, 60, 119, 120, 130, 190]) {
      if (second === acknowledgedAt) {
        const [alert] = steps.state.alerts;
        const done = acknowledge(steps.state, alert?.id ?? '', { by: 'ann' }, second * 1_000);
        if (!done.ok) throw new Error(done.error);
        steps.state = done.value;
      }
      const severity = second >= 130 ? 'critical' : 'warning';
      const found = signal('lag', { severity, route: { ...route, repeatMs: 60_000 } });
      log.push(...steps.at(second, [found]).map((each) => `${second} ${each}`));
    }
    expect(log).toEqual(expected);
  };
  check(undefined, [
    '0 firing lag',
    '60 repeat lag',
    '120 repeat lag',
    '130 updated lag',
    '190 repeat lag',
  ]);
  check(50, ['0 firing lag', '130 updated lag']);
});

test('what cannot be acknowledged', () => {
  const steps = new Steps();
  steps.at(0, [signal('lag', { route: { ...route, holdMs: 60_000 } })]);
  const check = (id: string, expected: string) =>
    expect(acknowledge(steps.state, id, { by: 'ann' }, 0)).toEqual({ ok: false, error: expected });
  check(steps.state.alerts[0]?.id ?? '', 'not firing');
  check('other', 'unknown');
});

test('silences: by cluster, check, subject, severity and labels', () => {
  const found = signal('lag', {
    severity: 'high',
    subject: { node: 'ch-1:8123', database: 'shop', table: 'orders', shard: 2 },
    labels: { team: 'data' },
  });
  const check = (match: Quiet['match'], quiet: boolean) => {
    const steps = new Steps();
    steps.quiets = [{ id: 's', match }];
    expect(steps.at(0, [found]), JSON.stringify(match)).toEqual(quiet ? [] : ['firing lag']);
    expect(steps.state.alerts[0]?.quiet).toBe(quiet ? 's' : undefined);
  };
  check({ cluster: 'shop' }, true);
  check({ cluster: 'c' }, true);
  check({ cluster: 'sh*p' }, true);
  check({ cluster: 'shopping' }, false);
  check({ check: 'lag' }, true);
  check({ check: 'l*g*g' }, false);
  check({ check: 'rule:*' }, false);
  check({ minSeverity: 'warning' }, true);
  check({ minSeverity: 'critical' }, false);
  check({ subject: { node: 'ch-1:*', table: 'orders' } }, true);
  check({ subject: { shard: '2' } }, true);
  check({ subject: { node: 'ch-1:*', table: 'users' } }, false);
  check({ subject: { disk: '*' } }, false);
  check({ labels: { team: 'data' } }, true);
  check({ labels: { toString: '*' } }, false);
  check({ cluster: 'shop', labels: { team: 'web' } }, false);
});

test('a silence that ends before its alert, and one that does not', () => {
  const check = (fromSecond: number, toSecond: number, expected: string[]) => {
    const steps = new Steps();
    const log: string[] = [];
    for (const second of [0, 10, 20, 30, 40]) {
      const on = second >= fromSecond && second < toSecond;
      steps.quiets = on ? [{ id: 's', match: { cluster: 'c' } }] : [];
      log.push(
        ...steps.at(second, second < 30 ? [signal('lag')] : []).map((one) => `${second} ${one}`),
      );
    }
    expect(log).toEqual(expected);
  };
  check(0, 10, ['10 firing lag', '30 resolved lag']);
  check(0, 40, []);
  check(10, 40, ['0 firing lag', '30 resolved lag']);
});

test('a silence on an effect does not hide the cause', () => {
  const steps = new Steps();
  steps.quiets = [{ id: 's', match: { check: 'lag' } }];
  expect(steps.at(0, [signal('down'), signal('lag', { cause: 'down' })])).toEqual([
    'firing down+1',
  ]);
});

test('missed moments: what is over is history, what still holds is said once', () => {
  const steps = new Steps();
  const late = { late: true };
  expect(steps.at(0, [signal('told')])).toEqual(['firing told']);
  expect(steps.at(60, [signal('short'), signal('long')], late)).toEqual([]);
  expect(steps.shown).toEqual([
    'firing long warning',
    'firing short warning',
    'resolved told warning',
  ]);
  expect(steps.at(120, [signal('long')], late)).toEqual([]);
  expect(steps.at(180, [signal('long')])).toEqual(['resolved told', 'firing long']);
});

test('what cannot be seen neither begins nor ends an alert', () => {
  const check = (unsure: Observation['unsure'], expected: string[]) => {
    const steps = new Steps();
    steps.at(0, [signal('lag', { subject: { node: 'n1' } })]);
    const blind = observed([], unsure ? { unsure } : {});
    expect(steps.at(10, blind), JSON.stringify(unsure)).toEqual(expected);
  };
  check(undefined, ['resolved lag']);
  check([{ check: 'lag' }], []);
  check([{ check: 'lag', node: 'n1' }], []);
  check([{ check: 'lag', node: 'n2' }], ['resolved lag']);
  check([{ check: 'disk' }], ['resolved lag']);
});

test('a source that has ended takes its alerts along, and others stay', () => {
  const steps = new Steps();
  steps.at(0, [signal('lag')]);
  steps.at(1, observed([signal('other')], { source: 'cluster:d' }));
  expect(steps.at(2, observed([], { ended: 'the cluster was removed' }))).toEqual(['resolved lag']);
  expect(steps.shown.toSorted()).toEqual(['firing other warning', 'resolved lag warning']);
});
