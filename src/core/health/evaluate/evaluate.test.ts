import { expect, test } from 'vitest';
import type { Mark } from '../../../model/fleet/fleet-api.ts';
import type { Reading, VitalsSample } from '../../../model/fleet/reading.ts';
import { type Check, measured, type NodeCheck } from '../check.ts';
import { unreplicatedTables } from '../checks/replication/unreplicated-tables.ts';
import { emptyMemory, rememberReadings, rememberVitals } from '../memory/node-memory.ts';
import type { NodeObservation } from '../observation.ts';
import { defaultCadence } from '../readings/cadence.ts';
import { defineReading, number, text } from '../readings/reading-definition.ts';
import type { NodeCase } from '../testing/check-case.ts';
import { runSituation } from '../testing/run-case.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import type { HealthState } from './health-state.ts';

const minute = 60_000;
const loads = defineReading({
  name: 'loads',
  tier: 'state',
  table: 'loads',
  columns: { name: text('name'), load: number('load') },
});

/** Load above 10 for two minutes is critical, above 5 a warning that goes on until 3. */
const loadCheck: NodeCheck = {
  id: 'load',
  number: 1,
  title: 'Load',
  group: 'resources',
  dimension: 'resources',
  scope: 'node',
  needs: [{ reading: loads, absent: 'unknown' }],
  measure: (node) =>
    measured(
      node.rows(loads).map((row) => ({
        subject: { object: row.name ?? '' },
        values: { load: row.load },
      })),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'load', is: 'above', than: 10 }],
      holdMs: 2 * minute,
      source: 'test',
      message: (item) => `critical ${item.values.load}`,
    },
    {
      severity: 'warning',
      all: [{ value: 'load', is: 'above', than: 5 }],
      keep: [{ value: 'load', is: 'above', than: 3 }],
      source: 'test',
      message: (item) => `warning ${item.values.load}`,
    },
  ],
  explanation: '',
  causes: [],
  proof: { kind: 'sql' },
};

interface Step {
  /** Load of subject `a`; null: it is not there; undefined: not read again. */
  readonly load?: number | null;
  readonly gap?: Reading['gap'];
  readonly truncated?: boolean;
  readonly missing?: readonly string[];
  readonly down?: number;
  readonly noVitals?: boolean;
  readonly uptimeMs?: number;
}

/** Evaluates once a minute; a step says what is new. */
function run(
  steps: readonly Step[],
  options: { check?: Check; marks?: readonly Mark[]; everyMs?: number } = {},
): Evaluation[] {
  const check = options.check ?? loadCheck;
  const definitions = new Map([['loads', loads]]);
  let memory = emptyMemory([]);
  let previous: HealthState | undefined;
  return steps.map((step, place) => {
    const nowMs = 1_000 * minute + place * (options.everyMs ?? minute);
    if (!step.noVitals && !step.down) memory = rememberVitals(memory, vitals(nowMs, step.uptimeMs));
    if (step.load !== undefined || step.gap) {
      const rows = step.load === null || step.gap ? [] : [{ name: 'a', load: step.load! }];
      const reading: Reading = {
        name: 'loads',
        atMs: nowMs,
        rows,
        missingColumns: step.missing ?? [],
        truncated: step.truncated ?? false,
        sql: 'SELECT load',
        ...(step.gap && { gap: step.gap }),
      };
      memory = rememberReadings(memory, [reading], definitions);
    }
    const observation: NodeObservation = {
      node: { id: 'n', host: 'n', port: 1, hostName: 'n', version: '1', online: !step.down },
      memory,
      ...(step.down && {
        unreachable: { layer: 'tcp', message: 'refused', sinceMs: 0, misses: step.down },
      }),
    };
    const result = evaluate({
      previous,
      cluster: { nodes: [observation], keepers: [] },
      marks: options.marks ?? [],
      nowMs,
      checks: [check],
      cadence: { ...defaultCadence, vitals: minute / 2 },
    });
    previous = JSON.parse(JSON.stringify(result.state));
    return result;
  });
}

const vitals = (atMs: number, uptimeMs = 86_400_000): VitalsSample => ({
  atMs,
  startedMs: atMs - uptimeMs,
  hostName: 'n',
  version: '1',
  gauges: new Map(),
  counters: new Map([['Query', atMs]]),
});

/** `c`, `w` or `.` for each step; `?` unknown, `-` not applicable, each after what is open. */
const drawn = (steps: readonly Step[], options?: Parameters<typeof run>[1]): string =>
  run(steps, options)
    .map(({ findings, outcomes }) => {
      const open = findings.find((each) => each.outcome !== 'unknown');
      const letter = open ? open.severity.charAt(0) : '.';
      const outcome = outcomes[0]?.outcome;
      return letter + (outcome === 'unknown' ? '?' : outcome === 'not_applicable' ? '-' : '');
    })
    .join(' ');
const loaded = (...values: (number | null)[]): Step[] => values.map((load) => ({ load }));

test('opens after two samples, closes after three, holds and keeps', () => {
  const check = (steps: Step[], expected: string) => expect(drawn(steps)).toBe(expected);
  check(loaded(1, 6, 1, 6, 6), '. . . . w');
  check(loaded(6, 6, 4, 4, 4, 4), '. w w w w w');
  check(loaded(6, 6, 2, 2, 2, 2), '. w w w . .');
  check(loaded(6, 6, 2, 2, 6, 2, 2, 2), '. w w w w w w .');
  check(loaded(20, 20, 20, 20), '. w c c');
  check(loaded(20, 20, 8, 20, 20, 20), '. w w w w c');
  check(loaded(20, 20, 20, 8, 8, 8, 8), '. w c c c w w');
  check(loaded(6, 6, null, null, null, null), '. w w w . .');
  check(loaded(6, null, 6, null), '. . . .');
});

test('a sample counts once, however often it is evaluated', () => {
  const again: Step = {};
  expect(drawn([{ load: 6 }, again, again, { load: 6 }])).toBe('. . . w');
  expect(drawn([{ load: 6 }, { load: 6 }, { load: 1 }, again, again])).toBe('. w w w w');
});

test('nothing opens or closes while there is no answer', () => {
  const table: Step = { gap: { reason: 'table', detail: 'no table' } };
  const error: Step = { gap: { reason: 'error', detail: 'timeout' } };
  const check = (steps: Step[], expected: string) => expect(drawn(steps)).toBe(expected);
  check([{}], '.?');
  check([...loaded(6, 6), table, table], '. w w? w?');
  check([...loaded(6), table, ...loaded(6, 6)], '. .? . w');
  // A failure for the moment leaves the last reading until it is stale.
  check([...loaded(6, 6), error, error, error, error], '. w w w w w?');
  check([...loaded(6, 6), { down: 1 }, { down: 2 }, { down: 3 }, ...loaded(6)], '. w w w? w? w');
  check([...loaded(6, 6), { down: 3 }, ...loaded(1, 1, 1)], '. w w? w w .');
  check([{ load: 6, missing: ['load'] }], '.?');
  // A subject that is not among those that were read may still be there.
  const cut = { load: null, truncated: true };
  check([...loaded(6, 6), cut, cut, cut, cut], '. w w w w w');
});

test('says why there is no answer, with the right that is missing', () => {
  const grant = { reason: 'grant', detail: 'not allowed', grant: 'GRANT x' } as const;
  const [last] = run([{ gap: grant }]);
  expect(last?.outcomes).toEqual([
    { check: 'load', node: 'n', outcome: 'unknown', reason: 'not allowed', grant: 'GRANT x' },
  ]);
  expect(last?.findings).toMatchObject([
    {
      outcome: 'unknown',
      severity: 'info',
      grant: 'GRANT x',
      message: 'Cannot tell: not allowed',
      subject: { node: 'n' },
    },
  ]);
  expect(last?.coverage).toEqual({ answered: 0, total: 1 });
  // A node that is down, or not read yet, is told once by its own check: not for each check.
  expect(run([{ down: 3 }]).at(-1)?.findings).toEqual([]);
  expect(run([{}]).at(-1)?.findings).toEqual([]);
});

test('a table that this server need not have is not applicable, and what was open is over', () => {
  const check = { ...loadCheck, needs: [{ reading: loads, absent: 'not_applicable' }] } as const;
  const table: Step = { gap: { reason: 'table', detail: 'no table' } };
  expect(drawn([...loaded(6, 6), table], { check })).toBe('. w .-');
  expect(run([table], { check }).at(-1)?.coverage).toEqual({ answered: 0, total: 0 });
});

test('says nothing while the server has just started', () => {
  const check = { ...loadCheck, graceMs: 10 * minute };
  const early = { load: 6, uptimeMs: 2 * minute };
  expect(drawn([early, early, early], { check })).toBe('.- .- .-');
  expect(drawn([...loaded(6, 6), early, ...loaded(6)], { check })).toBe('. w w- w');
});

test('old vitals are no answer', () => {
  const quiet = { load: 6, noVitals: true };
  expect(drawn([...loaded(6, 6), quiet, quiet])).toBe('. w w w?');
});

test('marks: intended costs nothing, for as long as it is meant; snoozed is told as such', () => {
  const mark = (more: Partial<Mark>): Mark => ({
    check: 'load',
    subject: { object: 'a' },
    kind: 'intended',
    ...more,
  });
  const last = (marks: Mark[]) => run(loaded(6, 6), { marks }).at(-1);
  expect(last([mark({})])?.findings[0]?.intended).toBe(true);
  expect(last([mark({})])?.outcomes[0]?.outcome).toBe('ok');
  expect(last([mark({ subject: { object: 'b' } })])?.findings[0]?.intended).toBe(false);
  expect(last([mark({ check: 'other' })])?.findings[0]?.intended).toBe(false);
  expect(last([mark({ until: '1970-01-01T00:00:00Z' })])?.findings[0]?.intended).toBe(false);
  expect(last([mark({ until: '1999-01-01T00:00:00Z' })])?.findings[0]?.intended).toBe(true);
  expect(last([mark({ kind: 'snoozed' })])?.findings[0]).toMatchObject({
    intended: false,
    snoozed: true,
  });
});

test('a finding has its evidence, its statement and its times', () => {
  const results = run(loaded(6, 6, 7, 4));
  expect(results.at(-1)?.findings).toMatchObject([
    {
      check: 'load',
      outcome: 'warning',
      message: 'warning 4',
      subject: { node: 'n', object: 'a' },
      evidence: [{ name: 'load', value: 4, threshold: 5 }],
      sql: 'SELECT load',
      firstSeen: '1970-01-01T16:41:00.000Z',
      lastSeen: '1970-01-01T16:43:00.000Z',
    },
  ]);
  const ids = results.flatMap(({ findings }) => findings.map((each) => each.id));
  expect(new Set(ids).size).toBe(1);
});

test('while a finding waits to be over, it says what was last wrong, and when', () => {
  const check = (values: number[], message: string, lastSeenMinute: number) => {
    const [finding] = run(loaded(...values)).at(-1)?.findings ?? [];
    const lastSeen = new Date((1_000 + lastSeenMinute) * minute).toISOString();
    expect(finding).toMatchObject({ message, lastSeen });
  };
  check([6, 7, 2], 'warning 7', 1);
  check([6, 7, 2, 2], 'warning 7', 1);
  check([6, 7, 2, 9], 'warning 9', 3);
  check([20, 20, 30, 8], 'critical 30', 2);
  check([20, 20, 30, 8, 8, 8], 'warning 8', 5);
});

test('a subject of which no value is known is unknown, not ok', () => {
  const check: NodeCheck = {
    ...loadCheck,
    measure: () => measured([{ subject: {}, values: { load: undefined } }]),
  };
  expect(run(loaded(1), { check }).at(-1)?.outcomes[0]).toMatchObject({
    outcome: 'unknown',
    reason: 'The server does not tell its load.',
  });
});

test('a check that asks for what it did not declare is a defect, and says so', () => {
  const check: NodeCheck = {
    ...loadCheck,
    measure: (node) => measured([{ subject: {}, values: { load: node.increase('Query', 1) } }]),
  };
  expect(() => run(loaded(1), { check })).toThrow('Check load does not declare the series Query.');
});

test('a check of the cluster closes nothing on a node that was not read', () => {
  const node = (tables: number): NodeCase => ({
    node: { shard: 1 },
    rows: { unreplicated_tables: [{ database: 'd', tables, example: 't' }] },
  });
  const unreachable = { layer: 'tcp', message: 'refused', sinceMs: 0, misses: 3 } as const;
  const before = runSituation(unreplicatedTables, { nodes: [node(0), node(1)] }, undefined);
  const check = (second: NodeCase, expected: readonly string[]) =>
    expect(
      runSituation(unreplicatedTables, { nodes: [node(0), second] }, before).findings.map(
        (each) => each.subject.node,
      ),
    ).toEqual(expected);
  check(node(1), ['n2:8123']);
  check({ ...node(1), unreachable }, ['n2:8123']);
  check(node(0), []);
});
