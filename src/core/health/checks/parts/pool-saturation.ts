import { type Measured, measured, type NodeCheck, unknown } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import { percentText } from '../../wording.ts';

const windowMs = 900_000;
const hourMs = 3_600_000;

/** Metrics of the background pools; old servers have one for merges and fetches together. */
const pools = [
  {
    pool: 'merges',
    tasks: 'BackgroundMergesAndMutationsPoolTask',
    size: 'BackgroundMergesAndMutationsPoolSize',
  },
  { pool: 'fetches', tasks: 'BackgroundFetchesPoolTask', size: 'BackgroundFetchesPoolSize' },
  { pool: 'schedule', tasks: 'BackgroundSchedulePoolTask', size: 'BackgroundSchedulePoolSize' },
];
const partCounts = ['TotalPartsOfMergeTreeTables', 'PartsActive'];

/** Threads that work in the background, against how many there are. */
export const poolSaturation: NodeCheck = {
  id: 'pool-saturation',
  number: 49,
  title: 'All background threads are busy',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [],
  series: partCounts,
  measure(node) {
    const growing = partsGrow(node);
    const items = pools.flatMap(({ pool, tasks, size }): Measured[] => {
      const [busy, threads] = [node.gauge(tasks), node.gauge(size)];
      if (busy === undefined || threads === undefined || threads <= 0) return [];
      const used = busy / threads;
      const shares = pool === 'merges' ? { mergesUsed: used, growing } : { othersUsed: used };
      return [{ subject: { object: `${pool} pool` }, values: { ...shares, busy, threads } }];
    });
    if (items.length > 0) return measured(items);
    return unknown('This server does not tell how many background threads it has.');
  },
  rules: [
    {
      severity: 'warning',
      all: [
        { value: 'mergesUsed', is: 'at least', than: 0.95 },
        { value: 'growing', is: 'equal to', than: true },
      ],
      holdMs: windowMs,
      source: 'guideline: 95 % for 15 minutes while the number of parts rises',
      message: (item) => `${message(item)} and the number of parts rises.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'othersUsed', is: 'at least', than: 0.95 }],
      holdMs: hourMs,
      source: 'ClickHouse/clickhouse-diagnostics: 95 %; for an hour: guideline',
      message: (item) => `${message(item)} for an hour.`,
    },
  ],
  explanation:
    'Merges, fetches and the housekeeping of tables wait for a free thread. Busy threads are no fault by themselves; a backlog that grows is.',
  causes: [
    'More or smaller inserts than merges can take',
    'Long merges or mutations that hold the threads',
    'Very many tables: each wants the schedule pool',
  ],
  fix: () => ({
    sql: 'SELECT database, table, elapsed, progress, is_mutation, num_parts FROM system.merges ORDER BY elapsed DESC LIMIT 20',
    risk: 'safe',
    note: 'Shows what holds the threads. background_pool_size and background_fetches_pool_size can be raised, where processor and disk have room.',
  }),
  proof: { kind: 'sql' },
};

const message = ({ subject, values }: Measured): string =>
  `${values.busy} of ${values.threads} threads of the ${subject.object} (${percentText(Number(values.busy) / Number(values.threads))}) are busy`;

function partsGrow(node: NodeView): boolean | undefined {
  for (const name of partCounts) {
    const values = node.gauges(name, windowMs);
    const [first, last] = [values[0], values.at(-1)];
    if (first && last && first !== last) return last.value > first.value;
  }
  return undefined;
}
