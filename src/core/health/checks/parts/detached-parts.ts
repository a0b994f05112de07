import { sqlString } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { detachedParts as detached } from '../../readings/parts.ts';
import { countText } from '../../wording.ts';
import { tableSubject } from './table-subject.ts';

/** Data that may be missing from the table now. */
const broken = new Set([
  'broken',
  'broken-on-start',
  'broken-from-backup',
  'broken-from-iterator',
  'covered-by-broken',
  'noquorum',
  'unexpected',
  'merge-not-byte-identical',
  'mutate-not-byte-identical',
]);
/** Copies of data that the table has. */
const copies = new Set(['ignored', 'clone', 'cloned']);

/** Parts that the server put aside because something was wrong with them. */
export const detachedParts: NodeCheck = {
  id: 'detached-parts',
  number: 53,
  title: 'Broken parts were put aside',
  group: 'parts',
  dimension: 'safety',
  scope: 'node',
  needs: [
    {
      reading: detached,
      columns: ['database', 'table', 'reason', 'parts'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(detached).map((row) => {
        const reason = row.reason ?? '';
        const kind = broken.has(reason) ? 'broken' : copies.has(reason) ? 'copy' : 'other';
        return {
          subject: { ...tableSubject(row), object: reason },
          values: { kind, parts: row.parts, example: row.example },
        };
      }),
    ),
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'kind', is: 'equal to', than: 'broken' }],
      source: 'Altinity knowledge base, ClickHouse/clickhouse-diagnostics: broken detached parts',
      message: (item) => `${count(item)} (${item.subject.object}), such as ${item.values.example}.`,
    },
    {
      severity: 'info',
      all: [{ value: 'kind', is: 'equal to', than: 'copy' }],
      source: 'Altinity knowledge base: copies that only take space',
      message: (item) =>
        `${count(item)} as copies of what the table has (${item.subject.object}), such as ${item.values.example}.`,
    },
  ],
  explanation:
    'The server moves a part that it cannot read into the folder “detached” and goes on. In a replicated table it is fetched anew; else its rows are missing. What a person detached has no reason and is left out here.',
  causes: [
    'A disk that loses or changes data',
    'A server or machine that was killed while it wrote',
    'Replicas of different versions that merge differently (not-byte-identical)',
    'An insert with a quorum that was not reached (noquorum)',
  ],
  fix: ({ subject }) => ({
    sql: `SELECT name, partition_id, reason FROM system.detached_parts WHERE database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')} AND reason = ${sqlString(subject.object ?? '')} ORDER BY name LIMIT 100`,
    risk: 'safe',
    note: 'Shows the parts. Compare the rows with another replica or a backup before ALTER TABLE … DROP DETACHED PART, which is for good and needs allow_drop_detached = 1.',
  }),
  proof: { kind: 'fault' },
};

const count = ({ values }: Measured): string =>
  `${countText(Number(values.parts), 'part')} ${values.parts === 1 ? 'was' : 'were'} put aside`;
