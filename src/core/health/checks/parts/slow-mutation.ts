import { measured, type NodeCheck, type Rule } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import { mutations } from '../../readings/merges.ts';
import type { RowOf } from '../../readings/reading-definition.ts';
import { countText, durationText } from '../../wording.ts';
import { killMutation } from './mutation-fix.ts';
import { tableSubject } from './table-subject.ts';

const hourSeconds = 3_600;

const rule = (severity: Rule['severity'], ageSeconds: number): Rule => ({
  severity,
  all: [
    { value: 'ageSeconds', is: 'above', than: ageSeconds },
    { value: 'advances', is: 'equal to', than: false },
  ],
  source:
    'ClickHouse/clickhouse-diagnostics: 3 hours; Altinity/Skills (mutations): 24 hours; 6 hours: guideline',
  message: ({ subject, values }) =>
    `The mutation ${subject.object} is ${durationText(Number(values.ageSeconds))} old and does not get on: ${countText(Number(values.partsToDo), 'part')} left to do.`,
});

/** Mutations that have been there for hours and do not get on. */
export const slowMutation: NodeCheck = {
  id: 'slow-mutation',
  number: 51,
  title: 'A mutation does not get on',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [
    {
      reading: mutations,
      columns: ['database', 'table', 'mutation', 'createdSeconds', 'partsToDo'],
      absent: 'not_applicable',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(mutations).map((row) => ({
        subject: { ...tableSubject(row), object: row.mutation ?? '' },
        values: {
          ageSeconds:
            row.createdSeconds === undefined
              ? undefined
              : node.serverNowMs / 1_000 - row.createdSeconds,
          advances: advances(node, row),
          partsToDo: row.partsToDo,
          command: row.command,
        },
      })),
    ),
  rules: [
    rule('critical', 24 * hourSeconds),
    rule('high', 6 * hourSeconds),
    rule('warning', 3 * hourSeconds),
  ],
  explanation:
    'Rows are not deleted or changed yet, and later mutations of the table wait. A mutation of very much data takes long, but gets on.',
  causes: [
    'A long merge that holds one of its parts: see system.merges',
    'It fails each time: see the check of failing mutations',
    'All threads are busy, or merges are stopped on this table',
    'A replica that is away and has to carry it out as well',
  ],
  fix: ({ subject }) => killMutation(subject),
  proof: { kind: 'fault' },
};

/** Over which time a mutation is watched before it is said not to get on. */
const watchMs = 1_800_000;

/** Whether fewer parts are left than in the last readings; undefined until there are enough. */
function advances(node: NodeView, mutation: RowOf<typeof mutations>): boolean | undefined {
  const seen = node
    .history(mutations)
    .flatMap(({ atMs, rows }) =>
      rows
        .filter(
          (row) =>
            row.mutation === mutation.mutation &&
            row.table === mutation.table &&
            row.database === mutation.database,
        )
        .map((row) => ({ atMs, left: row.partsToDo ?? 0 })),
    );
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last || last.atMs - first.atMs < watchMs) return undefined;
  return Math.max(...seen.map((each) => each.left)) > last.left;
}
