import type { ClusterCheck, Value } from '../../check.ts';
import type { KeeperObservation } from '../../observation.ts';
import { percentText } from '../../wording.ts';
import {
  answeredSamples,
  answeringKeepers,
  measureKeepers,
  mntrNumber,
  ofEnsemble,
} from './keeper-nodes.ts';

const windowMs = 3_600_000;
const dayMs = 86_400_000;

/** How fast what Keeper holds in memory grows. */
export const keeperGrowth: ClusterCheck = {
  ...ofEnsemble,
  id: 'keeper-growth',
  number: 37,
  title: 'Keeper’s data grows quickly',
  dimension: 'resources',
  measure: (cluster) =>
    measureKeepers(cluster, (keepers) =>
      answeringKeepers(keepers).map((keeper) => ({
        subject: { object: keeper.id },
        values: {
          ...growth(keeper, 'nodes', 'zk_znode_count'),
          ...growth(keeper, 'bytes', 'zk_approximate_data_size'),
        },
      })),
    ),
  rules: [
    {
      severity: 'warning',
      all: [
        { value: 'nodesPerDay', is: 'above', than: 0.2 },
        { value: 'nodes', is: 'above', than: 100_000 },
      ],
      holdMs: 6 * windowMs,
      source: 'guideline: by 20 % a day for six hours, from 100,000 nodes on',
      message: ({ subject, values }) =>
        `The number of nodes in ${subject.object} (${values.nodes}) grows by ${percentText(Number(values.nodesPerDay))} a day.`,
    },
    {
      severity: 'warning',
      all: [
        { value: 'bytesPerDay', is: 'above', than: 0.2 },
        { value: 'bytes', is: 'above', than: 100_000_000 },
      ],
      holdMs: 6 * windowMs,
      source: 'guideline: by 20 % a day for six hours, from 100 MB on',
      message: ({ subject, values }) =>
        `The data in ${subject.object} (${Math.round(Number(values.bytes) / 1e6)} MB) grows by ${percentText(Number(values.bytesPerDay))} a day.`,
    },
  ],
  explanation: 'Keeper holds all of its data in memory, and writes all of it at each snapshot.',
  causes: [
    'Block numbers and hashes of inserts into very many partitions',
    'ON CLUSTER statements whose entries are not cleaned up',
    'Tables of replicas that are gone, never dropped',
  ],
  fix: () => ({
    sql: "SELECT name, numChildren, dataLength FROM system.zookeeper WHERE path = '/clickhouse' ORDER BY numChildren DESC",
    risk: 'safe',
    note: 'Shows where the nodes are; go down path by path. replicated_deduplication_window and the cleanup of the DDL queue bound the usual ones.',
  }),
  proof: { kind: 'fault' },
};

/** The newest value, and its growth in the last hour, as a share for a day. */
function growth(
  keeper: KeeperObservation,
  name: string,
  key: string,
): Readonly<Record<string, Value>> {
  const samples = answeredSamples(keeper, windowMs);
  const [first, last] = [samples[0], samples.at(-1)];
  const [before, after] = [mntrNumber(first, key), mntrNumber(last, key)];
  const elapsedMs = (last?.atMs ?? 0) - (first?.atMs ?? 0);
  const known = before !== undefined && after !== undefined && elapsedMs >= windowMs / 2;
  return {
    [name]: after,
    [`${name}PerDay`]: known
      ? ((after - before) / Math.max(1, before) / elapsedMs) * dayMs
      : undefined,
  };
}
