import type { ClusterCheck, Value } from '../../check.ts';
import type { KeeperObservation, KeeperSample } from '../../observation.ts';
import {
  answeredSamples,
  answeringKeepers,
  measureKeepers,
  mntrNumber,
  ofEnsemble,
} from './keeper-nodes.ts';

const windowMs = 900_000;

/** How long Keeper itself took for requests of late; what `mntr` tells counts from its start. */
export const keeperServerLatency: ClusterCheck = {
  ...ofEnsemble,
  id: 'keeper-server-latency',
  number: 35,
  title: 'Keeper is slow in itself',
  dimension: 'replication',
  measure: (cluster) =>
    measureKeepers(cluster, (keepers) =>
      answeringKeepers(keepers).map((keeper) => ({
        subject: { object: keeper.id },
        values: latencies(keeper),
      })),
    ),
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'slowestNewMs', is: 'above', than: 500 }],
      source: 'Altinity/clickhouse-operator: a request of more than 500 ms; a new one: guideline',
      message: ({ subject, values }) =>
        `${subject.object} took ${values.slowestNewMs} ms for a request within the last 15 minutes.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'averageMs', is: 'above', than: 100 }],
      source: 'guideline: 100 ms on average over 15 minutes',
      message: ({ subject, values }) =>
        `${subject.object} takes at least ${Math.round(Number(values.averageMs))} ms for a request on average.`,
    },
  ],
  explanation:
    'Each write is done when a majority has it on disk. What Keeper takes for it is the least that an insert into a replicated table takes.',
  causes: [
    'A slow or shared disk under Keeper’s log',
    'Large snapshots, or garbage collection',
    'A machine that swaps',
  ],
  proof: { kind: 'fault' },
};

function latencies(keeper: KeeperObservation): Readonly<Record<string, Value>> {
  const samples = answeredSamples(keeper, windowMs);
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || first === last) return { slowestNewMs: undefined, averageMs: undefined };
  const before = mntrNumber(first, 'zk_max_latency');
  const after = mntrNumber(last, 'zk_max_latency');
  return {
    slowestNewMs:
      before === undefined || after === undefined ? undefined : after > before ? after : 0,
    averageMs: averageBetween(first, last),
  };
}

/** The average between two samples: exact where Keeper keeps sums, else the least that it can be. */
function averageBetween(first: KeeperSample, last: KeeperSample): number | undefined {
  const grown = (key: string) => {
    const [before, after] = [mntrNumber(first, key), mntrNumber(last, key)];
    return before === undefined || after === undefined || after < before
      ? undefined
      : after - before;
  };
  const counts = [grown('zk_cnt_readlatency'), grown('zk_cnt_updatelatency')];
  const sums = [grown('zk_sum_readlatency'), grown('zk_sum_updatelatency')];
  const known = [...counts, ...sums].every((each) => each !== undefined);
  if (known) return total(sums) / Math.max(1, total(counts));
  const requests = grown('zk_packets_received');
  const [was, is] = [mntrNumber(first, 'zk_avg_latency'), mntrNumber(last, 'zk_avg_latency')];
  if (requests === undefined || was === undefined || is === undefined) return undefined;
  if (requests === 0) return 0;
  const [wasOf, isOf] = [
    mntrNumber(first, 'zk_packets_received')!,
    mntrNumber(last, 'zk_packets_received')!,
  ];
  // Averages are rounded to a millisecond, which counts as often as there were requests.
  const roundingMs = (0.5 * (wasOf + isOf)) / requests;
  return Math.max(0, (is * isOf - was * wasOf) / requests - roundingMs);
}

const total = (numbers: readonly (number | undefined)[]): number =>
  numbers.reduce<number>((sum, each) => sum + (each ?? 0), 0);
