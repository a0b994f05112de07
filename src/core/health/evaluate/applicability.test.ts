import { expect, test } from 'vitest';
import type { Reading } from '../../../model/fleet/reading.ts';
import { type About, type Measurement, measured, type NodeCheck, unknown } from '../check.ts';
import { emptyMemory, rememberReadings, rememberVitals } from '../memory/node-memory.ts';
import type { NodeObservation } from '../observation.ts';
import { type ObjectKind, objectKinds } from '../readings/object-kinds.ts';
import { defineReading, number } from '../readings/reading-definition.ts';
import type { Release } from '../releases.ts';
import { evaluate } from './evaluate.ts';

const nowMs = Date.UTC(2026, 0, 15);
const loads = defineReading({
  name: 'loads',
  tier: 'state',
  table: 'loads',
  columns: { load: number('load') },
});
const { kafkaTables, replicatedTables } = objectKinds;
const release: Release = { major: 22, minor: 7, brought: 'BACKUP', source: 'changelog' };

const checkAbout = (about?: About, measure?: () => Measurement): NodeCheck => ({
  id: 'load',
  number: 1,
  title: 'Load',
  group: 'resources',
  dimension: 'resources',
  scope: 'node',
  ...(about && { about }),
  needs: [{ reading: loads, absent: 'unknown' }],
  samples: { open: 1, close: 1 },
  measure:
    measure ??
    ((node) => measured(node.rows(loads).map(({ load }) => ({ subject: {}, values: { load } })))),
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'load', is: 'above', than: 5 }],
      source: 'test',
      message: () => 'loaded',
    },
  ],
  explanation: '',
  causes: [],
  proof: { kind: 'sql' },
});

interface Given {
  readonly id?: string;
  readonly version?: string;
  /** Load of the one subject; a gap where it could not be read. */
  readonly load?: number | NonNullable<Reading['gap']>['reason'];
  readonly kind?: ObjectKind;
  /** Rows of the kind's reading; a gap where it could not be read. */
  readonly objects?: readonly Reading['rows'][number][] | 'grant';
  readonly truncated?: boolean;
  readonly agoMs?: number;
  readonly down?: number;
}

function observe(given: Given): NodeObservation {
  const { id = 'a', version = '26.7.1.1', load = 1, kind, objects } = given;
  const base = { atMs: nowMs, rows: [], missingColumns: [], truncated: false, sql: '' };
  const gapped = (reason: NonNullable<Reading['gap']>['reason']) => ({
    gap: { reason, detail: reason, ...(reason === 'grant' && { grant: 'GRANT x' }) },
  });
  const found: Reading[] = [
    {
      ...base,
      name: loads.name,
      ...(typeof load === 'number' ? { rows: [{ load }] } : gapped(load)),
    },
  ];
  if (kind && objects)
    found.push({
      ...base,
      name: kind.reading.name,
      atMs: nowMs - (given.agoMs ?? 0),
      truncated: given.truncated ?? false,
      ...(objects === 'grant' ? gapped('grant') : { rows: objects }),
    });
  const memory = rememberVitals(emptyMemory([]), {
    atMs: nowMs,
    startedMs: nowMs - 86_400_000,
    hostName: id,
    version,
    gauges: new Map(),
    counters: new Map(),
  });
  const definitions = new Map(
    [loads, ...(kind ? [kind.reading] : [])].map((each) => [each.name, each]),
  );
  return {
    node: { id, host: id, port: 1, hostName: id, version, online: !given.down },
    memory: rememberReadings(memory, found, definitions),
    ...(given.down && {
      unreachable: { layer: 'tcp', message: 'refused', sinceMs: 0, misses: given.down },
    }),
  };
}

const evaluated = (check: NodeCheck, nodes: readonly Given[]) =>
  evaluate({
    previous: undefined,
    cluster: { nodes: nodes.map(observe), keepers: [] },
    marks: [],
    nowMs,
    checks: [check],
  });

const outcome = (check: NodeCheck, given: Given): string => {
  const { outcomes, findings } = evaluated(check, [given]);
  const unknowns = findings.filter((each) => each.outcome === 'unknown').length;
  return `${outcomes[0]!.outcome}${unknowns > 0 ? ' finding' : ''}`;
};

test('where there are no objects of its kind, a check does not apply', () => {
  const kafka = checkAbout({ objects: kafkaTables });
  const check = (given: Given, expected: string) =>
    expect(outcome(kafka, { kind: kafkaTables, ...given })).toBe(expected);
  const [none, some] = [[{ engine: 'MergeTree' }], [{ engine: 'MergeTree' }, { engine: 'Kafka' }]];
  check({ objects: none }, 'not_applicable');
  check({ objects: some }, 'ok');
  check({ objects: none, load: 'table' }, 'not_applicable');
  check({ objects: some, load: 'table' }, 'unknown finding');
  check({ objects: none, load: 'column' }, 'not_applicable');
  // Whoever may not read one thing may not see the other.
  check({ objects: none, load: 'grant' }, 'unknown finding');
  check({ objects: none, load: 'pending' }, 'unknown');
  // What is there counts, whatever was not there when it was last looked.
  check({ objects: none, load: 9 }, 'warning');
  // It is not known that there are none.
  check({}, 'ok');
  check({ load: 'table' }, 'unknown finding');
  check({ objects: 'grant', load: 'table' }, 'unknown finding');
  check({ objects: none, truncated: true, load: 'table' }, 'unknown finding');
  check({ objects: none, agoMs: 3_600_000, load: 'table' }, 'unknown finding');
  const replicated = { kind: replicatedTables, load: 'table' } as const;
  const about = checkAbout({ objects: replicatedTables });
  expect(outcome(about, { ...replicated, objects: [] })).toBe('not_applicable');
  expect(outcome(about, { ...replicated, objects: [{ database: 'd' }] })).toBe('unknown finding');
});

test('where the server is older than what a check is about, it does not apply; what was read is believed', () => {
  const backup = checkAbout({ since: release });
  const check = (version: string, load: Given['load'], expected: string) =>
    expect(outcome(backup, { version, ...(load !== undefined && { load }) }), version).toBe(
      expected,
    );
  check('18.16.1', 'table', 'not_applicable');
  check('22.6.9.1', 'column', 'not_applicable');
  check('22.7.1.1', 'table', 'unknown finding');
  check('26.7.1.1', 'table', 'unknown finding');
  check('18.16.1', 'grant', 'unknown finding');
  check('18.16.1', 1, 'ok');
  check('18.16.1', 9, 'warning');
  check('of my own', 'table', 'unknown finding');
  const silent = checkAbout({ since: release }, () => unknown('nothing to see'));
  expect(outcome(silent, { version: '18.16.1' })).toBe('not_applicable');
  expect(outcome(silent, {})).toBe('unknown finding');
});

test('servers from before a table answer without it', () => {
  const need = { reading: loads, absent: 'unknown', since: release } as const;
  const without: NodeCheck = { ...checkAbout(), needs: [need] };
  const check = (version: string, load: Given['load'], expected: string) =>
    expect(outcome(without, { version, ...(load !== undefined && { load }) })).toBe(expected);
  check('18.16.1', 'table', 'ok');
  check('18.16.1', 'grant', 'unknown finding');
  check('22.7.1', 'table', 'unknown finding');
});

test('coverage: what does not apply, and nodes that are down while others answer, are not counted', () => {
  const check = (nodes: readonly Given[], answered: number, total: number, leftOut?: number) =>
    expect(evaluated(checkAbout({ objects: kafkaTables }), nodes).coverage).toEqual({
      answered,
      total,
      ...(leftOut && { leftOut }),
    });
  const none = { kind: kafkaTables, objects: [] };
  check([{}, { id: 'b' }], 2, 2);
  check([{}, { id: 'b', load: 'table' }], 1, 2);
  check([{}, { id: 'b', ...none }], 1, 1);
  check([{}, { id: 'b', down: 1 }], 2, 2);
  check([{}, { id: 'b', down: 2 }], 1, 1, 1);
  check([{}, { id: 'b', down: 3 }, { id: 'c', down: 3 }], 1, 1, 2);
  // Of a cluster that does not answer at all, nothing is known.
  check([{ down: 2 }], 0, 1);
  check([{ down: 2 }, { id: 'b', down: 2 }], 0, 2);
});
