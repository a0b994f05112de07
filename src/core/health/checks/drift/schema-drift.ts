import { sqlTable } from '../../../../base/sql-text.ts';
import { type ClusterCheck, type Measured, measured, notApplicable } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import type { RowOf } from '../../readings/reading-definition.ts';
import { tableColumns, tableDefinitions } from '../../readings/schema.ts';

type Definition = RowOf<typeof tableDefinitions>;
interface Holder {
  readonly node: NodeView;
  readonly row: Definition;
}

/** Tables that differ between the servers of a cluster, or are missing on some. */
export const schemaDrift: ClusterCheck = {
  id: 'schema-drift',
  number: 92,
  title: 'Servers have different tables',
  group: 'drift',
  dimension: 'configuration',
  scope: 'cluster',
  needs: [
    {
      reading: tableDefinitions,
      columns: ['database', 'table', 'engine', 'definition', 'changedSecondsAgo'],
      absent: 'unknown',
    },
  ],
  uses: [tableColumns],
  measure({ answering }) {
    if (answering.length < 2) return notApplicable('There is one server: nothing to compare.');
    const tables = new Map<string, Holder[]>();
    for (const node of answering)
      for (const row of node.rows(tableDefinitions)) {
        const key = JSON.stringify([row.database, row.table]);
        const holders = tables.get(key);
        if (holders) holders.push({ node, row });
        else tables.set(key, [{ node, row }]);
      }
    return measured([...tables.values()].map((holders) => compare(holders, answering)));
  },
  rules: [
    {
      severity: 'warning',
      all: [
        { value: 'definitions', is: 'above', than: 1 },
        { value: 'changedSecondsAgo', is: 'above', than: 600 },
      ],
      source: 'guideline: differs ten minutes after the last change',
      message: ({ subject, values }) =>
        `${subject.database}.${subject.table} is not the same on all servers${values.columns ? `: ${values.columns}` : ''}. Differing: ${values.differing}.`,
    },
    {
      severity: 'warning',
      all: [
        { value: 'missingOn', is: 'not', than: '' },
        { value: 'shared', is: 'equal to', than: true },
        { value: 'changedSecondsAgo', is: 'above', than: 600 },
      ],
      source: 'guideline: missing ten minutes after the last change',
      message: ({ subject, values }) =>
        `${subject.database}.${subject.table} (${values.engine}) is missing on ${values.missingOn}.`,
    },
    {
      severity: 'info',
      all: [
        { value: 'missingOn', is: 'not', than: '' },
        { value: 'changedSecondsAgo', is: 'above', than: 600 },
      ],
      source: 'guideline: a local table that only some servers have',
      message: ({ subject, values }) =>
        `${subject.database}.${subject.table} (${values.engine}) is only on some servers; it is missing on ${values.missingOn}.`,
    },
  ],
  explanation:
    'Queries find other columns, or no table at all, depending on the server that answers; inserts through Distributed tables fail.',
  causes: [
    'A statement that was run on one server instead of ON CLUSTER',
    'An ON CLUSTER statement that failed on one server',
    'A server that was away while the others were changed',
  ],
  fix: ({ subject }) => ({
    sql: `SHOW CREATE TABLE ${sqlTable({ database: subject.database ?? '', name: subject.table ?? '' })}`,
    risk: 'safe',
    note: 'Run it on each server and compare; then run the missing CREATE or ALTER on those that lag behind.',
  }),
  proof: { kind: 'fault' },
};

/** What is the same on each server of a cluster; other engines may be meant for one server. */
const shared = /^Replicated|^Distributed$|View$|^Dictionary$|^Merge$/;

function compare(holders: readonly Holder[], answering: readonly NodeView[]): Measured {
  const first = holders[0]!.row;
  const missing = answering.filter((node) => !holders.some((holder) => holder.node === node));
  const byDefinition = Map.groupBy(holders, ({ row }) => row.definition);
  // The definition that most servers have is taken for the right one.
  const groups = [...byDefinition.values()].sort((a, b) => b.length - a.length);
  const ages = holders.map(({ row }) => row.changedSecondsAgo ?? Number.POSITIVE_INFINITY);
  return {
    subject: { database: first.database, table: first.table },
    values: {
      engine: first.engine,
      shared: shared.test(first.engine ?? ''),
      definitions: byDefinition.size,
      differing: names(groups.slice(1).flat()),
      columns: groups.length > 1 ? columnDifference(groups) : undefined,
      missingOn: missing.map((node) => node.node.id).join(', '),
      changedSecondsAgo: Math.min(...ages),
    },
  };
}

const names = (holders: readonly Holder[]): string =>
  holders.map(({ node }) => node.node.id).join(', ');

/** `a: + x String, - y UInt8`, from the point of view of the servers that differ. */
function columnDifference(groups: readonly (readonly Holder[])[]): string | undefined {
  const [usual, ...others] = groups.map((group) => columnsOf(group[0]!));
  if (!usual) return undefined;
  const parts = others.flatMap((columns, index) => {
    if (!columns) return [];
    const more = columns.filter((column) => !usual.includes(column));
    const less = usual.filter((column) => !columns.includes(column));
    if (more.length + less.length === 0) return [];
    const changes = [...more.map((each) => `+ ${each}`), ...less.map((each) => `- ${each}`)];
    return [`${names(groups[index + 1]!)}: ${changes.slice(0, 10).join(', ')}`];
  });
  return parts.length > 0 ? parts.join('; ') : undefined;
}

const columnsOf = ({ node, row }: Holder): readonly string[] | undefined =>
  node
    .optionalRows(tableColumns)
    ?.find((each) => each.database === row.database && each.table === row.table)?.columns;
