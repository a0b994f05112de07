import { type Measured, measured, type NodeCheck, type Rule } from '../../check.ts';
import { total } from '../../readings/recent-rows.ts';
import { databaseCount, tableEngines } from '../../readings/schema.ts';

const rules = (value: string, name: string, bounds: readonly [number, number, number]): Rule[] =>
  (['high', 'warning', 'info'] as const).map((severity, index) => ({
    severity,
    all: [{ value, is: 'above', than: bounds[2 - index]! }],
    source: `Altinity/Skills (schema): ${bounds.join(', ')} ${name}`,
    message: (item: Measured) => `This server has ${item.values[value]} ${name}.`,
  }));

/** How many tables and databases a server has to look after. */
export const objectCounts: NodeCheck = {
  id: 'object-counts',
  number: 97,
  title: 'Very many tables or databases',
  group: 'drift',
  dimension: 'configuration',
  scope: 'node',
  needs: [
    { reading: tableEngines, absent: 'unknown' },
    { reading: databaseCount, absent: 'unknown' },
  ],
  measure(node) {
    const engines = node.rows(tableEngines);
    const count = (of: RegExp) =>
      total(
        engines.filter((row) => of.test(row.engine ?? '')),
        (row) => row.tables,
      );
    return measured([
      { subject: { object: 'replicated tables' }, values: { replicated: count(/^Replicated/) } },
      { subject: { object: 'MergeTree tables' }, values: { mergeTree: count(/MergeTree$/) } },
      {
        subject: { object: 'databases' },
        values: { databases: total(node.rows(databaseCount), (row) => row.databases) },
      },
    ]);
  },
  rules: [
    ...rules('replicated', 'replicated tables', [200, 900, 2_000]),
    ...rules('mergeTree', 'MergeTree tables', [1_000, 3_000, 10_000]),
    ...rules('databases', 'databases', [100, 300, 1_000]),
  ],
  explanation:
    'Each table has parts, merges and, where it is replicated, nodes in Keeper and tasks of its own: starting, merging and altering take longer with each.',
  causes: [
    'A table for each customer, day or test',
    'Databases of tests that nobody dropped',
    'Staging tables that are left behind',
  ],
  fix: () => ({
    sql: 'SELECT database, count() AS tables, min(metadata_modification_time) AS oldest FROM system.tables GROUP BY database ORDER BY tables DESC LIMIT 50',
    risk: 'safe',
    note: 'Shows where the tables are. Bring tables of the same kind together, with a column that tells them apart.',
  }),
  proof: { kind: 'fault' },
};
