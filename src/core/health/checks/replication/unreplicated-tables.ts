import { sqlString } from '../../../../base/sql-text.ts';
import { type ClusterCheck, measured, notApplicable } from '../../check.ts';
import { unreplicatedTables as reading } from '../../readings/replication.ts';
import { countText } from '../../wording.ts';

/** Tables that live on one replica only, in a cluster that has several. */
export const unreplicatedTables: ClusterCheck = {
  id: 'unreplicated-tables',
  number: 27,
  title: 'Tables without replication',
  group: 'replication',
  dimension: 'configuration',
  scope: 'cluster',
  needs: [{ reading, absent: 'unknown' }],
  measure: ({ nodes, answering }) => {
    const shards = nodes.map(({ node }) => node.shard ?? 0);
    const replicated = new Set(shards).size < nodes.length;
    if (!replicated) return notApplicable('No shard of this cluster has a second replica.');
    return measured(
      answering.flatMap((node) =>
        node.rows(reading).map((row) => ({
          subject: { node: node.node.id, database: row.database ?? '' },
          values: { tables: row.tables, example: row.example },
        })),
      ),
    );
  },
  rules: [
    {
      severity: 'info',
      all: [{ value: 'tables', is: 'above', than: 0 }],
      source: "ClickHouse's documentation of replication; guideline",
      message: (item) =>
        `${countText(Number(item.values.tables), 'MergeTree table')} of database ${item.subject.database} (${item.values.example}, say) ${item.values.tables === 1 ? 'is' : 'are'} not replicated.`,
    },
  ],
  explanation:
    'Their data exists once: it is lost with the server, and queries through a Distributed table see it on one replica only.',
  causes: [
    'The table was created without Replicated by mistake',
    'It holds what can be made again',
  ],
  fix: (item) => ({
    sql: `SELECT name, engine, total_rows FROM system.tables WHERE database = ${quoted(item.subject.database)} AND engine LIKE '%MergeTree' AND engine NOT LIKE 'Replicated%'`,
    risk: 'safe',
    note: 'Where it is meant to be so, mark it as intended. Else make a Replicated table beside it and move its partitions over with ATTACH PARTITION … FROM.',
  }),
  proof: { kind: 'sql' },
};

const quoted = (text: string | undefined): string => sqlString(text ?? '');
