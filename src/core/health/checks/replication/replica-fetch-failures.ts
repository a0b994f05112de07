import { measured, type NodeCheck } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import { objectKinds } from '../../readings/object-kinds.ts';

const minuteMs = 60_000;

/** Minutes of the last five in which a counter grew; undefined where it is not known. */
function growingMinutes(node: NodeView, counter: string): number | undefined {
  let growing = 0;
  let later = 0;
  for (let minutes = 1; minutes <= 5; minutes++) {
    const increase = node.increase(counter, minutes * minuteMs);
    if (increase === undefined) return undefined;
    if (increase > later) growing += 1;
    later = increase;
  }
  return growing;
}

const counters = [
  ['fetches', 'ReplicatedPartFailedFetches'],
  ['checks', 'ReplicatedPartChecksFailed'],
] as const;

/** Fetches or checks of parts that fail again and again. */
export const replicaFetchFailures: NodeCheck = {
  id: 'replica-fetch-failures',
  number: 22,
  title: 'Fetches or checks of parts fail',
  group: 'replication',
  dimension: 'replication',
  scope: 'node',
  about: { objects: objectKinds.replicatedTables },
  needs: [],
  series: counters.map(([, counter]) => counter),
  measure: (node) =>
    measured(
      counters.map(([object, counter]) => ({
        subject: { object },
        values: {
          failingMinutes: growingMinutes(node, counter),
          lastHour: node.increase(counter, 60 * minuteMs),
        },
      })),
    ),
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'failingMinutes', is: 'at least', than: 3 }],
      source:
        'Altinity/clickhouse-operator rules fire on any; three minutes of five: guideline, for one failure is retried',
      message: (item) =>
        item.subject.object === 'fetches'
          ? 'Fetches of parts from other replicas keep failing.'
          : 'Checks of parts keep failing.',
    },
  ],
  explanation:
    'A failed fetch is retried, but while fetches fail, this replica does not get the data that others have.',
  causes: [
    'The interserver port of another replica cannot be reached',
    'The disk is full',
    'The part is damaged at its source',
  ],
  fix: (item) => ({
    sql:
      item.subject.object === 'fetches'
        ? `SELECT database, table, new_part_name, num_tries, last_exception FROM system.replication_queue WHERE type = 'GET_PART' AND last_exception != '' LIMIT 20`
        : 'SELECT database, table, parts_to_check FROM system.replicas WHERE parts_to_check > 0',
    risk: 'safe',
  }),
  proof: { kind: 'fault' },
};
