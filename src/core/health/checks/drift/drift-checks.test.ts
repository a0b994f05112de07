import { expect, test } from 'vitest';
import type { ReadingRow } from '../../../../model/fleet/reading.ts';
import { type NodeCase, proveCheck } from '../../testing/prove-check.ts';
import { runCase } from '../../testing/run-case.ts';
import { accessDrift } from './access-drift.ts';
import { objectCounts } from './object-counts.ts';
import { schemaDrift } from './schema-drift.ts';

const definition = (row: ReadingRow = {}): ReadingRow => ({
  database: 'd',
  table: 't',
  engine: 'ReplicatedMergeTree',
  definition: '1',
  changedSecondsAgo: 601,
  ...row,
});
const subject = { database: 'd', table: 't' };

test('schema-drift: other definitions and missing tables, ten minutes after the last change', () => {
  const node = (...rows: readonly ReadingRow[]): NodeCase => ({
    rows: { table_definitions: rows.map(definition) },
  });
  const warning = [{ severity: 'warning', subject }] as const;
  const local = { engine: 'MergeTree' };
  proveCheck(schemaDrift, [
    { name: 'well', nodes: [node({}), node({}), node({})], expected: [] },
    { name: 'two, well', nodes: [node({}), node({})], expected: [] },
    { name: 'alone', node: node({}), expected: 'not_applicable' },
    {
      name: 'another definition',
      nodes: [node({}), node({ definition: '2' }), node({})],
      expected: warning,
    },
    {
      name: 'just changed',
      nodes: [node({}), node({ definition: '2', changedSecondsAgo: 600 })],
      expected: [],
    },
    { name: 'missing', nodes: [node({}), node()], expected: warning },
    { name: 'just made', nodes: [node({ changedSecondsAgo: 600 }), node()], expected: [] },
    { name: 'a view is missing', nodes: [node({ engine: 'View' }), node()], expected: warning },
    {
      name: 'a local table',
      nodes: [node(local), node()],
      expected: [{ severity: 'info', subject }],
    },
    {
      name: 'a local table, just made',
      nodes: [node({ ...local, changedSecondsAgo: 600 }), node()],
      expected: [],
    },
  ]);
});

test('schema-drift: says which columns differ, and where', () => {
  const node = (hash: string, ...columns: readonly string[]): NodeCase => ({
    rows: {
      table_definitions: [definition({ definition: hash })],
      table_columns: [{ database: 'd', table: 't', columns }],
    },
  });
  const { findings } = runCase(schemaDrift, {
    name: '',
    nodes: [
      node('1', 'a Int8', 'b String'),
      node('1', 'a Int8', 'b String'),
      node('2', 'a Int16', 'b String'),
    ],
    expected: [],
  });
  expect(findings.map((each) => each.message)).toEqual([
    'd.t is not the same on all servers: n3:8123: + a Int16, - a Int8. Differing: n3:8123.',
  ]);
});

test('access-drift: users, rights, roles, policies, quotas and profiles', () => {
  const well = {
    accounts: [{ name: 'anna', definition: '1' }],
    grants: [
      { user: 'anna', definition: '1' },
      { role: 'reader', definition: '1' },
    ],
    roles: [{ name: 'reader' }],
    row_policies: [{ name: 'p on d.t', definition: '1' }],
    quotas: [{ name: 'q', definition: '1' }],
    profile_elements: [{ profile: 'default', definition: '1' }],
  };
  const node = (change: Record<string, readonly ReadingRow[]> = {}): NodeCase => ({
    rows: { ...well, ...change },
  });
  const against = (change: Record<string, readonly ReadingRow[]>) => ({
    nodes: [node(), node(change)],
  });
  const found = (subject: Record<string, string>) => [{ severity: 'warning', subject } as const];
  proveCheck(accessDrift, [
    { name: 'well', nodes: [node(), node()], expected: [] },
    { name: 'alone', node: node(), expected: 'not_applicable' },
    {
      name: 'a user is missing',
      ...against({ accounts: [] }),
      expected: found({ user: 'anna', object: 'user' }),
    },
    {
      name: 'a user is another',
      ...against({ accounts: [{ name: 'anna', definition: '2' }] }),
      expected: found({ user: 'anna', object: 'user' }),
    },
    {
      name: 'other rights of a user',
      ...against({ grants: [{ user: 'anna', definition: '2' }, well.grants[1]!] }),
      expected: found({ user: 'anna', object: 'rights of the user' }),
    },
    {
      name: 'other rights of a role',
      ...against({ grants: [well.grants[0]!, { role: 'reader', definition: '2' }] }),
      expected: found({ object: 'rights of the role reader' }),
    },
    { name: 'a role', ...against({ roles: [] }), expected: found({ object: 'role reader' }) },
    {
      name: 'a policy',
      ...against({ row_policies: [{ name: 'p on d.t', definition: '2' }] }),
      expected: found({ object: 'row policy p on d.t' }),
    },
    { name: 'a quota', ...against({ quotas: [] }), expected: found({ object: 'quota q' }) },
    {
      name: 'a profile',
      ...against({ profile_elements: [{ profile: 'default', definition: '2' }] }),
      expected: found({ object: 'settings of default' }),
    },
  ]);
});

test('object-counts: replicated tables, MergeTree tables and databases', () => {
  const node = (replicated: number, mergeTree: number, databases: number): NodeCase => ({
    rows: {
      table_engines: [
        { engine: 'ReplicatedMergeTree', tables: replicated },
        { engine: 'MergeTree', tables: mergeTree },
        { engine: 'Memory', tables: 99_999 },
      ],
      database_count: [{ databases }],
    },
  });
  const found = (severity: 'info' | 'warning' | 'high', object: string) => [
    { severity, subject: { object } },
  ];
  proveCheck(objectCounts, [
    { name: 'well', node: node(200, 800, 100), expected: [] },
    {
      name: 'many replicated',
      node: node(201, 0, 0),
      expected: found('info', 'replicated tables'),
    },
    { name: 'more', node: node(901, 0, 0), expected: found('warning', 'replicated tables') },
    {
      name: 'far too many',
      node: node(2_001, 0, 0),
      expected: [...found('high', 'replicated tables'), ...found('info', 'MergeTree tables')],
    },
    { name: 'tables', node: node(0, 1_001, 0), expected: found('info', 'MergeTree tables') },
    {
      name: 'more tables',
      node: node(0, 3_001, 0),
      expected: found('warning', 'MergeTree tables'),
    },
    { name: 'most tables', node: node(0, 10_001, 0), expected: found('high', 'MergeTree tables') },
    { name: 'databases', node: node(0, 0, 101), expected: found('info', 'databases') },
    { name: 'more databases', node: node(0, 0, 301), expected: found('warning', 'databases') },
    { name: 'most databases', node: node(0, 0, 1_001), expected: found('high', 'databases') },
  ]);
});
