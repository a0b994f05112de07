import { measured, type NodeCheck, type Rule } from '../../check.ts';
import { tableParts } from '../../readings/parts.ts';
import { total } from '../../readings/recent-rows.ts';
import { countText } from '../../wording.ts';

const rule = (severity: Rule['severity'], parts: number): Rule => ({
  severity,
  all: [{ value: 'parts', is: 'above', than: parts }],
  source: 'Altinity/Skills (parts): 60,000, 90,000 and 120,000 parts of a server',
  message: ({ values }) => `The server holds ${countText(Number(values.parts), 'part')}.`,
});

/** Parts of all tables of a server together. */
export const serverPartsTotal: NodeCheck = {
  id: 'server-parts-total',
  number: 43,
  title: 'The server holds very many parts',
  group: 'parts',
  dimension: 'resources',
  scope: 'node',
  needs: [{ reading: tableParts, columns: ['database', 'table', 'parts'], absent: 'unknown' }],
  measure: (node) =>
    measured([
      { subject: {}, values: { parts: total(node.rows(tableParts), (row) => row.parts) } },
    ]),
  rules: [rule('critical', 120_000), rule('high', 90_000), rule('warning', 60_000)],
  explanation:
    'Each part takes memory, files and time at the start: with very many a restart takes long, and Keeper holds a node for each replicated one.',
  causes: [
    'Many tables with fine partitions',
    'Merges that do not keep up',
    'Data that nobody deletes',
  ],
  fix: () => ({
    sql: 'SELECT database, table, count() AS parts, uniqExact(partition_id) AS partitions FROM system.parts WHERE active GROUP BY database, table ORDER BY parts DESC LIMIT 20',
    risk: 'safe',
    note: 'Shows which tables hold the parts.',
  }),
  proof: { kind: 'sql' },
};
